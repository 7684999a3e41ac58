package io.penstock.ingress.overload;

import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Whether memory runs short: what a collection left on the heap, or the direct memory in use, is beyond the limit. It is over when both are a
 * little below. A heap of which nobody knows any more is collected, because nobody allocates where every call is turned away.
 */
final class Memory {

    private static final double BELOW = 0.05;

    /** So many looks without a collection are too many, where the last one found the heap full. */
    static final int PATIENCE = 20;

    private final double limit;
    private final DoubleSupplier heap;
    private final DoubleSupplier direct;
    private final LongSupplier collections;
    private final Runnable collect;
    private long collected;
    private int looks;
    private volatile boolean isShort;

    /**
     * @param limit 0 to 1
     * @param heap the part of it that was in use after the last collection
     * @param direct the part of it that is in use
     * @param collections how many there were
     * @param collect has the heap collected
     */
    Memory(double limit, DoubleSupplier heap, DoubleSupplier direct, LongSupplier collections, Runnable collect) {
        this.limit = limit;
        this.heap = heap;
        this.direct = direct;
        this.collections = collections;
        this.collect = collect;
    }

    boolean isShort() {
        return isShort;
    }

    /** Looks again; to be called every so often, by one thread at a time. Whether it is short now and was not before. */
    boolean look() {
        boolean before = isShort;
        double most = before ? limit - BELOW : limit;
        boolean isHeapFull = limit < 1 && heap.getAsDouble() > most;
        isShort = isHeapFull || (limit < 1 && direct.getAsDouble() > most);
        if (isHeapFull && isForgotten()) {
            collect.run();
        }
        return isShort && !before;
    }

    private boolean isForgotten() {
        long count = collections.getAsLong();
        looks = count == collected ? looks + 1 : 0;
        collected = count;
        if (looks < PATIENCE) {
            return false;
        }
        looks = 0;
        return true;
    }
}
