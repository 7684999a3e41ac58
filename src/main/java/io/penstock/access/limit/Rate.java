package io.penstock.access.limit;

import java.time.Duration;
import org.springframework.boot.convert.DurationStyle;

/**
 * So many calls within such a time: that many at once, and as they come back evenly over the time, that many more.
 *
 * @param calls 0 where there is no limit
 */
public record Rate(long calls, Duration per) {

    private static final long MOST = 1_000_000_000;
    private static final Rate NONE = new Rate(0, Duration.ofMinutes(1));
    private static final String WANTED =
            "It must be a number of calls and, after a slash, a time: 600/1m, 10/s; a number alone is a minute's; 0 is no limit.";

    /** Reads {@code 600/1m}, {@code 10/s}, {@code 100} (a minute); {@code 0} and nothing are no limit. */
    public static Rate of(String text) {
        String[] parts = text.strip().split("/", -1);
        if (parts.length > 2) {
            throw new IllegalArgumentException(WANTED);
        }
        if (parts[0].isEmpty() && parts.length == 1) {
            return NONE;
        }
        var rate = new Rate(calls(parts[0].strip()), parts.length == 1 ? NONE.per() : time(parts[1].strip()));
        return rate.calls() == 0 ? NONE : rate;
    }

    private static long calls(String text) {
        long calls = text.matches("\\d{1,10}") ? Long.parseLong(text) : -1;
        if (calls < 0 || calls > MOST) {
            throw new IllegalArgumentException(WANTED);
        }
        return calls;
    }

    private static Duration time(String text) {
        Duration time;
        try {
            time = DurationStyle.detectAndParse(text.matches("[smhd]") ? 1 + text : text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(WANTED, e);
        }
        if (time.compareTo(Duration.ofSeconds(1)) < 0 || time.compareTo(Duration.ofDays(31)) > 0) {
            throw new IllegalArgumentException("The time must be from 1s to 31d.");
        }
        return time;
    }

    boolean isLimit() {
        return calls > 0;
    }
}
