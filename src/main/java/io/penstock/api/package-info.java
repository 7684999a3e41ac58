/** The REST edge: what is not a room of its own, and how WebFlux answers for all of it. */
@NullMarked
package io.penstock.api;

import org.jspecify.annotations.NullMarked;
