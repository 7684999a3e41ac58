/** Talking to upstreams: forwarding calls and holding dialogues in each era's way. */
@NullMarked
package io.penstock.relay;

import org.jspecify.annotations.NullMarked;
