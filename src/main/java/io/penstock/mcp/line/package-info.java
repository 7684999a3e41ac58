/**
 * Lines: connections that carry many calls, whose messages have no heads of their own (HTTP+SSE, WebSocket). Each message becomes a call as
 * if it had come over streamable HTTP, and what comes of it goes out on the line.
 */
@NullMarked
package io.penstock.mcp.line;

import org.jspecify.annotations.NullMarked;
