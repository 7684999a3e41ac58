package io.penstock;

import io.netty.util.ResourceLeakDetector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Keeps what Netty finds to have leaked, where code of ours had it in hand; the database drivers leak by themselves. */
public final class Leaks<T> extends ResourceLeakDetector<T> {

    static final Queue<String> FOUND = new ConcurrentLinkedQueue<>();

    private static final String OURS = "io.penstock.";

    /** As Netty makes it, by reflection. */
    public Leaks(Class<?> resourceType, int samplingInterval) {
        super(resourceType, samplingInterval);
    }

    /** As Netty makes it, by reflection. */
    @SuppressWarnings("deprecation") // Netty asks for a class that has it
    public Leaks(Class<?> resourceType, int samplingInterval, long maxActive) {
        super(resourceType, samplingInterval, maxActive);
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
        super.reportTracedLeak(resourceType, records);
        if (records.contains(OURS)) {
            FOUND.add(resourceType + records);
        }
    }
}
