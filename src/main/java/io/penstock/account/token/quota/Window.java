package io.penstock.account.token.quota;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One fixed window of a token's quota, in UTC. */
record Window(Kind kind, Instant starts, long quota) {

    /** How long a window is. */
    enum Kind {
        HOUR(ChronoUnit.HOURS, "hour"),
        DAY(ChronoUnit.DAYS, "day");

        private final ChronoUnit unit;
        private final String text;

        Kind(ChronoUnit unit, String text) {
            this.unit = unit;
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    Instant ends() {
        return starts.plus(1, kind.unit);
    }

    /** Those of a token at a moment. */
    static List<Window> of(@Nullable Integer perHour, @Nullable Integer perDay, Instant now) {
        var windows = new ArrayList<Window>(2);
        if (perHour != null) {
            windows.add(at(Kind.HOUR, now, perHour));
        }
        if (perDay != null) {
            windows.add(at(Kind.DAY, now, perDay));
        }
        return windows;
    }

    /** For a token that has lost its quotas, which memory does not know yet. */
    static Window unlimited(Instant now) {
        return at(Kind.HOUR, now, Long.MAX_VALUE);
    }

    private static Window at(Kind kind, Instant now, long quota) {
        return new Window(kind, now.truncatedTo(kind.unit), quota);
    }
}
