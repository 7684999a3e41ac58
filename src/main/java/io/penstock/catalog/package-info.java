/** Registered upstreams, what they offer, the virtual servers that show it, and the immutable snapshot that calls are routed by. */
@NullMarked
package io.penstock.catalog;

import org.jspecify.annotations.NullMarked;
