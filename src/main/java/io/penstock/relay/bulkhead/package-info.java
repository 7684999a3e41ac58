/** How many calls are under way at one upstream at a time, and whose turn it is. */
@NullMarked
package io.penstock.relay.bulkhead;

import org.jspecify.annotations.NullMarked;
