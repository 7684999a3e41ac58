package io.penstock.relay.line;

/** JSON-RPC error codes that mean something to the relay (2026-07-28, Basic). */
public final class Codes {

    public static final int METHOD_NOT_FOUND = -32601;
    public static final int HEADER_MISMATCH = -32020;
    public static final int MISSING_CAPABILITY = -32021;
    public static final int UNSUPPORTED_VERSION = -32022;

    private Codes() {}

    /** Whether only a server of the stateless revision answers so (2026-07-28, Streamable HTTP). */
    public static boolean isModern(int code) {
        return code == HEADER_MISMATCH || code == MISSING_CAPABILITY || code == UNSUPPORTED_VERSION;
    }
}
