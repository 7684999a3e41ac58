package io.penstock.loop;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Reads again what may be newer in the database than in memory, for all who ask, at most once in a while: whoever asks gets a read that
 * begins after the question, so that what was registered a moment ago at another replica is found, and made-up ids cost one read a
 * second altogether.
 */
public final class Reads<T> {

    private static final long PAUSE = Duration.ofSeconds(1).toNanos();

    private final Mono<T> read;
    private final Scheduler scheduler;
    private final AtomicReference<Turn<T>> last;

    public Reads(Mono<T> read, Scheduler scheduler) {
        this.read = read;
        this.scheduler = scheduler;
        this.last = new AtomicReference<>(new Turn<>(now() - PAUSE, new AtomicBoolean(true), Mono.empty()));
    }

    /** One read, and when it begins. */
    private record Turn<T>(long begins, AtomicBoolean begun, Mono<T> result) {

        /** What whoever asks has noted before is there for it to find. */
        boolean isAhead(long now) {
            return begins - now > 0 && !begun.get();
        }
    }

    /** The result, or the error, of a read that has not begun yet; shared with all who wait for it. */
    public Mono<T> next() {
        while (true) {
            long now = now();
            Turn<T> turn = last.get();
            if (turn.isAhead(now)) {
                return turn.result();
            }
            long wait = Math.max(0, turn.begins() + PAUSE - now);
            var begun = new AtomicBoolean();
            Mono<T> reading = Mono.defer(() -> {
                begun.set(true);
                return read;
            });
            Mono<T> later = wait == 0
                    ? reading
                    : Mono.delay(Duration.ofNanos(wait), scheduler).then(reading);
            Turn<T> next = new Turn<>(now + wait, begun, later.cache());
            if (last.compareAndSet(turn, next)) {
                return next.result();
            }
        }
    }

    private long now() {
        return scheduler.now(TimeUnit.NANOSECONDS);
    }
}
