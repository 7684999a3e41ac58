package io.penstock.ingress.overload;

/**
 * How late one event loop is, and what part of the calls it turns away for that. A pause, however long, is one look of many and turns nobody
 * away: only a loop that is late again and again has more to do than it can. Of the loop's own thread.
 */
final class LoopDelay {

    /** So much of a look counts, and so the last ten looks do. */
    private static final double WEIGHT = 0.1;

    /** Together they keep one look, however late, below the limit: 2 (1 - 0.9^5) is less than 1. */
    private static final double GRAVEST = 2;

    private static final int MOST_LOOKS = 5;

    private static final double MORE = 0.02;
    private static final double LESS = 0.01;

    /** Some are let in always, since nothing else tells that it is over. */
    private static final double MOST = 0.98;

    private final long limit;
    private double late;
    private double due;
    private volatile double share;

    /** @param limit in nanoseconds; 0 for none */
    LoopDelay(long limit) {
        this.limit = limit;
    }

    /** One look at the loop, which came so many nanoseconds late. A late one stands for some of those that it made impossible. */
    void looked(long nanos) {
        for (long looks = Math.clamp(nanos / LoopPressure.PERIOD_NANOS, 1, MOST_LOOKS); looks > 0; looks--) {
            count(nanos);
        }
    }

    private void count(long nanos) {
        double counted = limit == 0 ? (double) nanos : Math.min((double) nanos, GRAVEST * limit);
        late += WEIGHT * (counted - late);
        if (limit > 0 && late > limit) {
            share = Math.min(MOST, share + MORE * late / limit);
        } else {
            share = Math.max(0, share - LESS);
        }
    }

    /** Whether the next call is one of those that are turned away. */
    boolean isOneTooMany() {
        due += share;
        if (due < 1) {
            return false;
        }
        due -= 1;
        return true;
    }

    /** Nothing was asked of the loop for a while. */
    void rest() {
        late = 0;
        due = 0;
        share = 0;
    }

    /** The part of the calls that is turned away, 0 to 1. By any thread. */
    double share() {
        return share;
    }

    /** How late the loop is, in nanoseconds. */
    double late() {
        return late;
    }
}
