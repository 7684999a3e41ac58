package io.penstock;

import io.netty.util.ResourceLeakDetector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keeps what Netty finds to have leaked, where code of ours had it in hand. The database drivers leak by themselves: a buffer that our code
 * reaches only through them, as a row's column is read, is theirs, and so is one that the watch over their connections has looked at and handed on.
 */
public final class Leaks<T> extends ResourceLeakDetector<T> {

    static final Queue<String> FOUND = new ConcurrentLinkedQueue<>();

    /** The calls of one access, the innermost first, up to the next access. */
    private static final Pattern CALLS =
            Pattern.compile("(?m)^\\s+(io\\.penstock(?!\\.store\\.connection\\.SilentServer)|io\\.r2dbc)\\.|^\\S");

    private static final String OURS = "io.penstock";

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
        if (ours(records)) {
            FOUND.add(resourceType + records);
        }
    }

    /** Whether in one of the accesses our code stands nearer to the buffer than a driver. */
    static boolean ours(String records) {
        boolean nearest = true;
        Matcher calls = CALLS.matcher(records);
        while (calls.find()) {
            if (calls.group(1) == null) {
                nearest = true;
            } else if (nearest && calls.group(1).equals(OURS)) {
                return true;
            } else {
                nearest = false;
            }
        }
        return false;
    }
}
