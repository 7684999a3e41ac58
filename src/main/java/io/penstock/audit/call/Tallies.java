package io.penstock.audit.call;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The tallies of the present hour, and what is left to write of those before. Bounded, and no user takes all of it: what clients make up
 * must not keep the calls of others from being recorded.
 */
final class Tallies {

    private static final Duration HOUR = Duration.ofHours(1);

    /** As long as a call that ends with the hour may need until it is here. */
    private static final Duration GRACE = Duration.ofMinutes(2);

    private final Map<CallKey, Tally> open = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> ofUsers = new ConcurrentHashMap<>();
    private final int most;
    private final int mostOfUser;
    private final InstantSource clock;
    private final Counter unrecorded;

    Tallies(int most, int mostOfUser, InstantSource clock, MeterRegistry meters) {
        this.most = most;
        this.mostOfUser = mostOfUser;
        this.clock = clock;
        this.unrecorded = Counter.builder("penstock.calls.unrecorded")
                .description("Calls that were too many different ones to be recorded")
                .register(meters);
    }

    /** @param begin makes the tally of calls that are the first of their kind */
    void note(CallKey key, long nanos, Function<CallKey, Tally> begin) {
        Tally known = open.get(key);
        Tally tally = known == null ? first(key, begin) : known;
        if (tally == null) {
            unrecorded.increment();
        } else {
            tally.add(nanos, clock.millis());
        }
    }

    private @Nullable Tally first(CallKey key, Function<CallKey, Tally> begin) {
        if (of(key.user()).get() < mostOfUser) {
            return open.size() < most ? begin(key, begin) : null;
        }
        CallKey coarse = key.coarse();
        return open.size() < most || open.containsKey(coarse) ? begin(coarse, begin) : null;
    }

    private @Nullable Tally begin(CallKey key, Function<CallKey, Tally> begin) {
        return open.computeIfAbsent(key, fresh -> {
            of(fresh.user()).incrementAndGet();
            return begin.apply(fresh);
        });
    }

    private AtomicInteger of(String user) {
        return ofUsers.computeIfAbsent(user, _ -> new AtomicInteger());
    }

    /** Those with calls that are not written yet. */
    List<Tally> unwritten() {
        return open.values().stream().filter(tally -> !tally.isWhollyWritten()).toList();
    }

    /** Lets go of the hours that are over and written. */
    void forget() {
        var over = clock.instant().minus(HOUR).minus(GRACE);
        open.values().stream()
                .filter(tally -> tally.key.hour().isBefore(over) && tally.isWhollyWritten())
                .forEach(tally -> {
                    if (open.remove(tally.key, tally)) {
                        of(tally.key.user()).decrementAndGet();
                    }
                });
        ofUsers.values().removeIf(count -> count.get() == 0);
    }
}
