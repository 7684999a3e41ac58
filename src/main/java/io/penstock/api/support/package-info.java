/** What an operator sends along who asks for help: everything but secrets. */
@NullMarked
package io.penstock.api.support;

import org.jspecify.annotations.NullMarked;
