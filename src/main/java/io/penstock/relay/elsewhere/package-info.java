/** Handing requests to other replicas, and carrying out what they hand over. */
@NullMarked
package io.penstock.relay.elsewhere;

import org.jspecify.annotations.NullMarked;
