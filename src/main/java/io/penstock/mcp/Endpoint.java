package io.penstock.mcp;

import io.penstock.wire.Arrival.Target;

/** What a path names of the data plane. */
sealed interface Endpoint {

    /** How messages come in and go out there. */
    enum Way {
        /** Streamable HTTP. */
        STREAMABLE,
        /** Streamable HTTP, where a GET without a session opens a line. */
        EXECUTE,
        /** The stream of an HTTP+SSE line (2024-11-05). */
        LINE,
        /** Where the messages to HTTP+SSE lines go. */
        MESSAGE,
        /** A line over WebSocket. */
        SOCKET
    }

    /**
     * An endpoint, which may exist or not.
     *
     * @param resource the path that tokens are asked for (RFC 8707) and metadata is about (RFC 9728): of {@code MESSAGE}, its line's
     */
    record At(Way way, Target target, String resource) implements Endpoint {}

    /** A path of the form of an endpoint whose id can be none. */
    record Nowhere() implements Endpoint {}

    /** A path that is no business of the data plane's. */
    record Elsewhere() implements Endpoint {}
}
