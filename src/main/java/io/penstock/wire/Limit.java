package io.penstock.wire;

import java.time.Duration;

/**
 * How a caller stands to a limit of calls, as the response fields say it (draft-ietf-httpapi-ratelimit-headers).
 *
 * @param name what the limit counts by
 * @param calls how many it allows
 * @param per within which time
 * @param left how many of them are left now
 * @param until when there is more: the next call where none is left, all of them where some are
 */
public record Limit(String name, long calls, Duration per, long left, Duration until) {

    /** The response field for {@link #policy}. */
    public static final String POLICY_FIELD = "ratelimit-policy";

    /** The response field for {@link #state}. */
    public static final String STATE_FIELD = "ratelimit";

    /** What is allowed: {@code "caller";q=600;w=60}. */
    public String policy() {
        return '"' + name + "\";q=" + calls + ";w=" + seconds(per);
    }

    /** What is left of it: {@code "caller";r=0;t=5}. */
    public String state() {
        return '"' + name + "\";r=" + left + ";t=" + seconds(until);
    }

    /** Whole seconds, rounded up and never none: who comes back after them does not come too early. */
    public static long seconds(Duration duration) {
        return Math.max(1, duration.plusSeconds(1).minusNanos(1).toSeconds());
    }
}
