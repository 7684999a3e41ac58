/** Turns what an upstream of any era says into what a client of any other era expects, over one upstream or many. */
@NullMarked
package io.penstock.relay.bridge;

import org.jspecify.annotations.NullMarked;
