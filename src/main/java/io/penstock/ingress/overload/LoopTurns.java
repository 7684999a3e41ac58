package io.penstock.ingress.overload;

import io.penstock.ingress.Turns;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * How many requests begin in one turn of an event loop; the others wait, first come, first served. A few at a time stay in the processor's caches
 * from their first byte to the upstream and back, where thousands begun at once are each fetched from memory at every step, and a call costs twice
 * as much (decision 0018). Of the loop's own thread.
 */
final class LoopTurns implements Turns {

    /** As many as a loop has when it is as fast as it gets. */
    static final int MOST = 64;

    private final Executor atEnd;
    private final Executor inNext;
    private final LongSupplier clock;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private int begun;

    /** @param clock in nanoseconds */
    LoopTurns(ScheduledExecutorService loop, LongSupplier clock) {
        this(loop, task -> schedule(loop, task), clock);
    }

    /**
     * @param atEnd runs tasks when the loop has been round its connections, in the same turn
     * @param inNext runs them in the next turn
     */
    LoopTurns(Executor atEnd, Executor inNext, LongSupplier clock) {
        this.atEnd = atEnd;
        this.inNext = inNext;
        this.clock = clock;
    }

    private static void schedule(ScheduledExecutorService loop, Runnable task) {
        var _ = loop.schedule(task, 0, TimeUnit.NANOSECONDS);
    }

    private record Waiting(long since, BooleanSupplier begin) {}

    @Override
    public boolean begins() {
        if (begun == MOST || !waiting.isEmpty()) {
            return false;
        }
        if (begun++ == 0) {
            atEnd.execute(this::turn);
        }
        return true;
    }

    @Override
    public void later(BooleanSupplier begin) {
        waiting.add(new Waiting(clock.getAsLong(), begin));
    }

    /** How long the one waits that waits the longest, in nanoseconds. */
    long longest() {
        var first = waiting.peek();
        return first == null ? 0 : clock.getAsLong() - first.since;
    }

    private void turn() {
        begun = 0;
        while (begun < MOST && !waiting.isEmpty()) {
            begun += waiting.remove().begin.getAsBoolean() ? 1 : 0;
        }
        if (waiting.isEmpty()) {
            begun = 0;
        } else {
            inNext.execute(this::turn);
        }
    }
}
