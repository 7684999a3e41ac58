package io.penstock.access.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.wire.Limit;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;

/** One limit, and how much of it each of those that it counts has left. */
final class Allowance {

    /** Each takes a few hundred bytes. What is forgotten because there are more begins anew. */
    private static final int MOST_COUNTED = 100_000;

    private final String name;
    private final String whose;
    private final String what;
    private final Rate rate;
    private final TimeMeter time;
    private final Cache<Object, Bucket> buckets;
    private final Counter refused;

    /**
     * @param whose whose calls are counted, as a sentence begins with it
     * @param what which calls
     */
    Allowance(String name, String whose, String what, Rate rate, Ticker ticker, MeterRegistry meters) {
        this.name = name;
        this.whose = whose;
        this.what = what;
        this.rate = rate;
        this.time = new Meter(ticker);
        this.buckets = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumSize(MOST_COUNTED)
                .expireAfterAccess(rate.per()) // who makes no call for that long has the whole again
                .ticker(ticker)
                .build();
        this.refused = Counter.builder("penstock.limits.refused")
                .description("Requests that were refused because they were beyond a limit")
                .tag("limit", name)
                .register(meters);
    }

    private record Meter(Ticker ticker) implements TimeMeter {

        @Override
        public long currentTimeNanos() {
            return ticker.read();
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }

    /**
     * Takes one call of what is left.
     *
     * @throws Refusal {@code TooMany}, and nothing is taken
     */
    Limit take(Object key) {
        var probe = bucket(key).tryConsumeAndReturnRemaining(1);
        if (!probe.isConsumed()) {
            refused.increment();
            throw new Refusal(refusal(Duration.ofNanos(probe.getNanosToWaitForRefill())));
        }
        return new Limit(
                name,
                rate.calls(),
                rate.per(),
                probe.getRemainingTokens(),
                Duration.ofNanos(probe.getNanosToWaitForReset()));
    }

    private Reason refusal(Duration wait) {
        String detail = whose + " may make " + rate.calls() + " " + what + " within "
                + rate.per().toSeconds() + " s, and has made them: try again in " + Limit.seconds(wait) + " s";
        return new Reason.TooMany(detail, wait, new Limit(name, rate.calls(), rate.per(), 0, wait));
    }

    /** Gives back a call that another limit refused. */
    void giveBack(Object key) {
        bucket(key).addTokens(1);
    }

    private Bucket bucket(Object key) {
        return buckets.get(
                key,
                _ -> Bucket.builder()
                        .addLimit(limit -> limit.capacity(rate.calls()).refillGreedy(rate.calls(), rate.per()))
                        .withCustomTimePrecision(time)
                        .build());
    }
}
