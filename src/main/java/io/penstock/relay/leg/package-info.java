/** Upstreams in the three ways that MCP has had to talk, behind one shape: a request, what is said about it, and one response. */
@NullMarked
package io.penstock.relay.leg;

import org.jspecify.annotations.NullMarked;
