package io.penstock.loop;

import java.time.Duration;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What others publish and seldom change: read when it is first wanted, once for all who wait for it, and again when it has become old. While
 * that goes on, or fails, what was read last holds.
 */
public final class Remembered<T> {

    private final String name;
    private final Mono<T> read;
    private final Function<T, Duration> fresh;
    private final Duration pause;
    private final LongSupplier nanos;
    private final Rounds rounds;
    private volatile @Nullable Known<T> known;
    private volatile @Nullable Failed failed;
    private @Nullable Mono<T> reading;
    private long begun;
    private long ended;

    private record Known<T>(T value, long until) {}

    private record Failed(Throwable error, long until) {}

    /**
     * @param name names the reading in metrics
     * @param fresh how long what was read is not asked for again
     * @param pause how long nobody asks after a failure
     * @param nanos as {@link System#nanoTime}: the time of day may be set back by hours
     */
    public Remembered(
            String name, Mono<T> read, Function<T, Duration> fresh, Duration pause, LongSupplier nanos, Rounds rounds) {
        this.name = name;
        this.read = read.doOnNext(this::accept).doOnError(this::note);
        this.fresh = fresh;
        this.pause = pause;
        this.nanos = nanos;
        this.rounds = rounds;
    }

    /** What is known; it is waited for where nothing is. Never empty. Error: the reading's, where none ever went well. */
    public Mono<T> get() {
        return Mono.defer(() -> {
            Known<T> last = known;
            if (last == null) {
                return reading();
            }
            if (nanos.getAsLong() - last.until() >= 0) {
                var _ = reading();
            }
            return Mono.just(last.value());
        });
    }

    /** What is known now; null where nothing is. */
    public @Nullable T last() {
        Known<T> last = known;
        return last == null ? null : last.value();
    }

    /** What is known from now on, because somebody was told it. */
    public void put(T value) {
        accept(value);
    }

    private void accept(T value) {
        failed = null;
        known = new Known<>(value, nanos.getAsLong() + fresh.apply(value).toNanos());
    }

    private void note(Throwable error) {
        failed = new Failed(error, nanos.getAsLong() + pause.toNanos());
    }

    /** Looks once more at what is known: another reading may have ended since. */
    private synchronized Mono<T> reading() {
        Known<T> last = known;
        Failed failure = failed;
        long now = nanos.getAsLong();
        if (reading != null) {
            return reading;
        }
        if (last != null && now - last.until() < 0) {
            return Mono.just(last.value());
        }
        if (failure != null && now - failure.until() < 0) {
            return last == null ? Mono.error(failure.error()) : Mono.just(last.value());
        }
        long mine = ++begun;
        Mono<T> fresher = rounds.detach(name, read.doOnTerminate(() -> end(mine)));
        if (ended < mine) {
            reading = fresher;
        }
        return fresher;
    }

    private synchronized void end(long which) {
        ended = which;
        reading = null;
    }
}
