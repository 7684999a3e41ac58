package io.penstock.audit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.penstock.audit.Trail.Entry;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the trail keeps of those who make entries as fast as they can send: so many a minute of each. */
final class Few {

    private static final long WINDOW = Duration.ofMinutes(1).toNanos();

    /** How long it is known that something was left out. */
    private static final Duration REMEMBERED = Duration.ofHours(1);

    private static final int MOST_KNOWN = 20_000;

    private final int most;
    private final String whose;
    private final Ticker ticker;
    private final Cache<Object, Minute> minutes;

    /**
     * @param most how many entries are kept of one in a minute
     * @param whose what is said of those that were left out, as in: 7 more of the same caller
     */
    Few(int most, String whose, Ticker ticker) {
        this.most = most;
        this.whose = whose;
        this.ticker = ticker;
        minutes = Caffeine.newBuilder()
                .maximumSize(MOST_KNOWN)
                .expireAfterAccess(REMEMBERED)
                .executor(Runnable::run)
                .ticker(ticker)
                .build();
    }

    /**
     * A minute that began with an entry.
     *
     * @param leftOut how many were left out in the one before
     */
    private record Minute(long began, int seen, int leftOut) {}

    /** The entry as it is kept; null where it is left out. */
    @Nullable
    Entry kept(Entry entry, Object of) {
        long now = ticker.read();
        Minute minute = Objects.requireNonNull(minutes.asMap().compute(of, (_, before) -> next(before, now)));
        if (minute.seen() > most) {
            return null;
        }
        return minute.seen() == 1 && minute.leftOut() > 0 ? told(entry, minute.leftOut()) : entry;
    }

    private Minute next(@Nullable Minute before, long now) {
        if (before == null) {
            return new Minute(now, 1, 0);
        }
        return now - before.began() >= WINDOW
                ? new Minute(now, 1, Math.max(0, before.seen() - most))
                : new Minute(before.began(), before.seen() + 1, before.leftOut());
    }

    private Entry told(Entry entry, int leftOut) {
        String detail = entry.detail() == null ? "" : entry.detail() + "; ";
        return new Entry(
                entry.userEmail(),
                entry.source(),
                entry.action(),
                entry.resourceType(),
                entry.resourceId(),
                entry.outcome(),
                detail + leftOut + " more " + whose + " were left out before",
                entry.correlationId());
    }
}
