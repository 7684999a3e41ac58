package io.penstock.loop;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;

/**
 * Visits what sits on it once a round, a few seats at a time, so that thousands of them need one timer and their work is spread evenly. It
 * stands still while it is empty. All of it happens on one thread, which {@link #enter} leads to.
 */
public final class Wheel {

    private static final Logger LOG = LoggerFactory.getLogger(Wheel.class);
    private static final long STEP_MILLIS = 50;
    private static final int MOST_SPOKES = 512;

    /** What a busy thread is later than that is not made up for. */
    private static final long MOST_LATE_MILLIS = 1000;

    private final Scheduler scheduler;
    private final BooleanSupplier isHere;
    private final long stepMillis;
    private final @Nullable Seat[] spokes;
    private final int[] counts;
    private int at;
    private int taken;

    /** When the last step was to be, in the scheduler's milliseconds. */
    private long due;

    /** Whether a step is to come: there is one at a time, however often the last one leaves and another comes before it. */
    private boolean turning;

    /**
     * @param scheduler has one thread
     * @param isHere whether the calling thread is that one
     * @param round how long it takes until each seat was visited
     */
    public Wheel(Scheduler scheduler, BooleanSupplier isHere, Duration round) {
        this.scheduler = scheduler;
        this.isHere = isHere;
        int count = Math.clamp(round.toMillis() / STEP_MILLIS, 1, MOST_SPOKES);
        this.spokes = new Seat[count];
        this.counts = new int[count];
        this.stepMillis = Math.max(1, round.toMillis() / count);
    }

    /** What is visited; on the wheel's thread. */
    public interface Rider {
        void turn();
    }

    /** A rider's place, until it is left. */
    public static final class Seat {

        private final Rider rider;
        private final int spoke;
        private @Nullable Seat next;
        private @Nullable Seat previous;
        private boolean left;

        private Seat(Rider rider, int spoke) {
            this.rider = rider;
            this.spoke = spoke;
        }
    }

    /** Does it on the wheel's thread: at once where that is the caller's. */
    public void enter(Runnable work) {
        if (isHere.getAsBoolean()) {
            work.run();
        } else {
            var _ = scheduler.schedule(work);
        }
    }

    /** Seats the rider: it is visited for the first time within one round. To be called on the wheel's thread. */
    public Seat take(Rider rider) {
        var random = ThreadLocalRandom.current();
        int one = random.nextInt(spokes.length);
        int other = random.nextInt(spokes.length);
        var seat = new Seat(rider, counts[one] <= counts[other] ? one : other);
        var first = spokes[seat.spoke];
        seat.next = first;
        if (first != null) {
            first.previous = seat;
        }
        spokes[seat.spoke] = seat;
        counts[seat.spoke]++;
        taken++;
        if (!turning) {
            turning = true;
            due = scheduler.now(TimeUnit.MILLISECONDS);
            goOn();
        }
        return seat;
    }

    /** Gives the seat back; once is enough. To be called on the wheel's thread. */
    public void leave(Seat seat) {
        if (seat.left) {
            return;
        }
        seat.left = true; // it keeps its next one, for a turn that is just here
        if (seat.next != null) {
            seat.next.previous = seat.previous;
        }
        if (seat.previous != null) {
            seat.previous.next = seat.next;
        } else {
            spokes[seat.spoke] = seat.next;
        }
        counts[seat.spoke]--;
        taken--;
    }

    /** A step that was late brings the next one forward, so that a round takes no longer on a busy thread; clocks may be set anew. */
    private void goOn() {
        long now = scheduler.now(TimeUnit.MILLISECONDS);
        due = Math.clamp(due + stepMillis, now - MOST_LATE_MILLIS, now + stepMillis);
        var _ = scheduler.schedule(this::step, Math.max(0, due - now), TimeUnit.MILLISECONDS);
    }

    private void step() {
        if (taken == 0) {
            turning = false;
            return;
        }
        at = at + 1 == spokes.length ? 0 : at + 1;
        try {
            for (Seat seat = spokes[at]; seat != null; seat = seat.next) {
                if (!seat.left) {
                    visit(seat.rider);
                }
            }
        } finally {
            goOn(); // after an Error, too: it would stand still for good
        }
    }

    /** One that fails must not stop the others. */
    private static void visit(Rider rider) {
        try {
            rider.turn();
        } catch (RuntimeException e) {
            LOG.error("A visit of the wheel failed", e);
        }
    }
}
