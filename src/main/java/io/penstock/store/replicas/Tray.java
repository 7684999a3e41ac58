package io.penstock.store.replicas;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** What waits to be taken in batches, in order, by one taker at a time: bounded in number and in bytes. */
final class Tray<T> {

    private final Queue<T> waiting = new ArrayDeque<>();
    private final int most;
    private final long mostBytes;
    private final ToIntFunction<T> size;
    private final Scheduler takers;
    private long bytes;
    private Sinks.@Nullable Empty<Void> bell;

    /** @param takers where a taker that had to wait goes on */
    Tray(int most, long mostBytes, ToIntFunction<T> size, Scheduler takers) {
        this.most = most;
        this.mostBytes = mostBytes;
        this.size = size;
        this.takers = takers;
    }

    /** Whether there was room; into an empty tray goes everything. */
    boolean offer(T item) {
        int weight = size.applyAsInt(item);
        Sinks.Empty<Void> rung;
        synchronized (waiting) {
            if (!waiting.isEmpty() && (waiting.size() >= most || bytes + weight > mostBytes)) {
                return false;
            }
            waiting.add(item);
            bytes += weight;
            rung = bell;
            bell = null;
        }
        if (rung != null) {
            var _ = rung.tryEmitEmpty();
        }
        return true;
    }

    /**
     * Works on at least one item and then as many more as are there, up to that number and that many bytes; waits for the first. What was
     * taken is the work's: it is subscribed to, if only to be cancelled.
     */
    <R> Mono<R> take(int number, long weight, Function<List<T>, Mono<R>> work) {
        return Mono.defer(() -> {
            Sinks.Empty<Void> wait;
            synchronized (waiting) {
                if (!waiting.isEmpty()) {
                    return work.apply(batch(number, weight));
                }
                wait = Sinks.empty();
                bell = wait;
            }
            return wait.asMono().publishOn(takers).then(take(number, weight, work));
        });
    }

    /** All that waits. */
    List<T> clear() {
        synchronized (waiting) {
            return batch(Integer.MAX_VALUE, Long.MAX_VALUE);
        }
    }

    private List<T> batch(int number, long weight) {
        List<T> batch = new ArrayList<>();
        long taken = 0;
        for (T next = waiting.peek(); next != null && batch.size() < number; next = waiting.peek()) {
            int weighs = size.applyAsInt(next);
            if (!batch.isEmpty() && taken + weighs > weight) {
                break;
            }
            batch.add(waiting.remove());
            taken += weighs;
        }
        bytes -= taken;
        return batch;
    }
}
