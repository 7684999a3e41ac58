package io.penstock.wire;

import io.netty.util.AsciiString;

/** The names of headers of MCP and of traces. They know their hash, because each call looks for most of them. */
public final class HeaderNames {

    /** The session that a message belongs to (MCP 2025-11-25, Streamable HTTP, "Session Management"). */
    public static final AsciiString SESSION = AsciiString.cached("mcp-session-id");

    /** The revision of MCP that is spoken. */
    public static final AsciiString VERSION = AsciiString.cached("mcp-protocol-version");

    /** The method that the message asks for (MCP 2026-07-28, Streamable HTTP, "Request headers"). */
    public static final AsciiString METHOD = AsciiString.cached("mcp-method");

    /** What the message acts on (the same). */
    public static final AsciiString NAME = AsciiString.cached("mcp-name");

    /** Where a client goes on with a stream (HTML, "Server-sent events"). */
    public static final AsciiString LAST_EVENT = AsciiString.cached("last-event-id");

    /** The trace and the span that a request belongs to (W3C Trace Context). */
    public static final AsciiString TRACE_PARENT = AsciiString.cached("traceparent");

    /** What systems that trace add to it (the same). */
    public static final AsciiString TRACE_STATE = AsciiString.cached("tracestate");

    /** What a request is called in logs and errors. */
    public static final AsciiString CORRELATION = AsciiString.cached("x-correlation-id");

    private HeaderNames() {}
}
