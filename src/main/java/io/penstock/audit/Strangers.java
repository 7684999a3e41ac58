package io.penstock.audit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.penstock.audit.Trail.Entry;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the trail keeps of those who were not identified: so many entries a minute of each network, since anybody at all can make them. */
final class Strangers {

    private static final long WINDOW = Duration.ofMinutes(1).toNanos();

    /** How long it is known that something was left out. */
    private static final Duration REMEMBERED = Duration.ofHours(1);

    private static final int MOST_NETWORKS = 20_000;
    private static final int LONGEST = 64;

    private final int most;
    private final Ticker ticker;
    private final Cache<Object, Minute> minutes;

    /** @param most how many entries are kept of a network in a minute */
    Strangers(int most, Ticker ticker) {
        this.most = most;
        this.ticker = ticker;
        minutes = Caffeine.newBuilder()
                .maximumSize(MOST_NETWORKS)
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
    Entry kept(Entry entry, Object network) {
        long now = ticker.read();
        Minute minute = Objects.requireNonNull(minutes.asMap().compute(network, (_, before) -> next(before, now)));
        return minute.seen() > most ? null : shortened(entry, minute.seen() == 1 ? minute.leftOut() : 0);
    }

    private Minute next(@Nullable Minute before, long now) {
        if (before == null) {
            return new Minute(now, 1, 0);
        }
        return now - before.began() >= WINDOW
                ? new Minute(now, 1, Math.max(0, before.seen() - most))
                : new Minute(before.began(), before.seen() + 1, before.leftOut());
    }

    /** What a stranger asks for, and by which method, is any text. */
    private static Entry shortened(Entry entry, int leftOut) {
        return new Entry(
                entry.userEmail(),
                entry.source(),
                cut(entry.action()),
                entry.resourceType(),
                entry.resourceId() == null ? null : cut(entry.resourceId()),
                entry.outcome(),
                leftOut == 0 ? entry.detail() : told(entry.detail(), leftOut),
                entry.correlationId());
    }

    private static String told(@Nullable String detail, int leftOut) {
        return (detail == null ? "" : detail + "; ") + leftOut + " more from the same network were left out before";
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    }
}
