/** What a request says beside its path: its body, its parameters, the page and the version that it means. */
@NullMarked
package io.penstock.api.input;

import org.jspecify.annotations.NullMarked;
