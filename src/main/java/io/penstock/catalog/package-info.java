/** Registered upstreams and what they offer, and the immutable snapshot of both that calls are routed by. */
@NullMarked
package io.penstock.catalog;

import org.jspecify.annotations.NullMarked;
