/** Spares an upstream that fails, and its callers the wait for it. */
@NullMarked
package io.penstock.relay.breaker;

import org.jspecify.annotations.NullMarked;
