package io.penstock.ingress.overload;

import io.micrometer.core.instrument.Counter;
import io.penstock.ingress.Pressure;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The pressure on one event loop: looks, for as long as calls come, at how late the loop is, and how long the first of those waits that have to. */
final class LoopPressure implements Pressure {

    static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int QUIET_LOOKS = 100;

    private static final Reason BUSY = new Reason.Unavailable(
            "The gateway has more calls than it can carry out at the moment: try again later", Duration.ofSeconds(1));

    private final LoopDelay delay;
    private final LoopTurns turns;
    private final ScheduledExecutorService loop;
    private final LongSupplier clock;
    private final Pressure memory;
    private final Counter shed;
    private boolean looking;
    private int quiet;
    private long dueAt;

    /** @param clock in nanoseconds */
    LoopPressure(LoopDelay delay, ScheduledExecutorService loop, LongSupplier clock, Pressure memory, Counter shed) {
        this.delay = delay;
        this.turns = new LoopTurns(loop, clock);
        this.loop = loop;
        this.clock = clock;
        this.memory = memory;
        this.shed = shed;
    }

    LoopDelay delay() {
        return delay;
    }

    LoopTurns turns() {
        return turns;
    }

    @Override
    public @Nullable Reason refuse() {
        quiet = 0;
        if (!looking) {
            looking = true;
            lookLater();
        }
        if (delay.isOneTooMany()) {
            shed.increment();
            return BUSY;
        }
        return memory.refuse();
    }

    private void lookLater() {
        dueAt = clock.getAsLong() + PERIOD_NANOS;
        var _ = loop.schedule(this::look, PERIOD_NANOS, TimeUnit.NANOSECONDS);
    }

    private void look() {
        if (++quiet > QUIET_LOOKS) {
            looking = false;
            delay.rest();
            return;
        }
        delay.looked(Math.max(turns.longest(), clock.getAsLong() - dueAt));
        lookLater();
    }

    /** A call that is turned away by chance, on whatever thread, as large as the share of the loops is. */
    Reason turnedAway() {
        shed.increment();
        return BUSY;
    }
}
