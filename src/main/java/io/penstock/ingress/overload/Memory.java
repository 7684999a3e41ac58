package io.penstock.ingress.overload;

import java.util.function.DoubleSupplier;

/**
 * Whether memory runs short: what a collection left on the heap, or the direct memory in use, is beyond the limit. It is over when both are a
 * little below. A heap of which nobody knows any more is collected, because nobody allocates where every call is turned away.
 */
final class Memory {

    private static final double BELOW = 0.05;

    /** So many looks that find the same are too many, where that is a full heap: no collection has told of it since. */
    static final int PATIENCE = 20;

    private final double limit;
    private final DoubleSupplier heap;
    private final DoubleSupplier direct;
    private final Runnable collect;
    private double known;
    private int looks;
    private volatile boolean isShort;

    /**
     * @param limit 0 to 1
     * @param heap the part of it that was in use after the last collection
     * @param direct the part of it that is in use
     * @param collect has the heap collected
     */
    Memory(double limit, DoubleSupplier heap, DoubleSupplier direct, Runnable collect) {
        this.limit = limit;
        this.heap = heap;
        this.direct = direct;
        this.collect = collect;
    }

    boolean isShort() {
        return isShort;
    }

    /** Looks again; to be called every so often, by one thread at a time. Whether it is short now and was not before. */
    boolean look() {
        boolean before = isShort;
        double most = before ? limit - BELOW : limit;
        double told = heap.getAsDouble();
        boolean isHeapFull = limit < 1 && told > most;
        isShort = isHeapFull || (limit < 1 && direct.getAsDouble() > most);
        if (isHeapFull && isForgotten(told)) {
            collect.run();
        }
        return isShort && !before;
    }

    private boolean isForgotten(double told) {
        looks = told == known ? looks + 1 : 0;
        known = told;
        if (looks < PATIENCE) {
            return false;
        }
        looks = 0;
        return true;
    }
}
