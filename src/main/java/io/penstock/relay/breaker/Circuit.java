package io.penstock.relay.breaker;

import java.util.Locale;

/** Whether calls go to an upstream. */
public enum Circuit {
    CLOSED,
    /** A few are let through, to see whether it is back. */
    HALF_OPEN,
    /** It failed, and is not called for a while. */
    OPEN;

    /** The name in JSON. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
