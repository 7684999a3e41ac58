package io.penstock.mcp.line;

/** A client does not read what it is told, so its line is closed. */
public final class TooSlow extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TooSlow() {
        super("closed: more than " + (Outbox.MUCH >> 20) + " MiB were waiting to be read", null, false, false);
    }
}
