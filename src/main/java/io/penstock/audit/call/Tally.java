package io.penstock.audit.call;

import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import reactor.core.publisher.Mono;

/** How many calls were alike, and how long they took. */
final class Tally {

    /**
     * What is to be written of a tally.
     *
     * @param calls how many; it only grows
     */
    record Sum(long calls, long micros, long maxMicros, Instant began, Instant last) {}

    final UUID id = UUID.randomUUID();
    final CallKey key;
    final String claims;
    private volatile Mono<String> rules;

    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong nanos = new AtomicLong();
    private final LongAccumulator longest = new LongAccumulator(Long::max, 0);
    private final long began;
    private volatile long last;
    private volatile long written;

    Tally(CallKey key, String claims, Mono<String> rules, long now) {
        this.key = key;
        this.claims = claims;
        this.rules = rules;
        this.began = now;
    }

    /** @param now in milliseconds */
    void add(long took, long now) {
        nanos.addAndGet(took);
        longest.accumulate(took);
        last = now;
        calls.incrementAndGet();
    }

    /** The number first: what is added meanwhile is written by the next round. */
    Sum sum() {
        return new Sum(
                calls.get(),
                TimeUnit.NANOSECONDS.toMicros(nanos.get()),
                TimeUnit.NANOSECONDS.toMicros(longest.get()),
                Instant.ofEpochMilli(began),
                Instant.ofEpochMilli(last));
    }

    /** Nothing once its row is there: it holds on to the request that it was decided for. */
    Mono<String> rules() {
        return rules;
    }

    boolean isStored() {
        return written > 0;
    }

    boolean isWhollyWritten() {
        return written == calls.get();
    }

    void written(Sum sum) {
        written = sum.calls();
        rules = Mono.empty();
    }
}
