package io.penstock.egress.plain;

/** There are as many connections to the upstream as there may be; nothing was sent. */
public final class NoRoom extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NoRoom() {
        super("As many connections as there may be", null, false, false);
    }
}
