/** The gateway's own conversations with upstreams, over each of the three transports that MCP has had. */
@NullMarked
package io.penstock.relay.dialogue;

import org.jspecify.annotations.NullMarked;
