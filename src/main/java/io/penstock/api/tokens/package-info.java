/** API tokens over HTTP. */
@NullMarked
package io.penstock.api.tokens;

import org.jspecify.annotations.NullMarked;
