package io.penstock.wire;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One server-sent event (WHATWG HTML, 9.2). A comment has no field but {@code comment}.
 *
 * @param event the event's type; null means {@code message}
 * @param data the data lines joined by {@code \n}; null where the event carried no data line, empty where it carried an empty one
 * @param retry the reconnection time
 */
public record SseEvent(
        @Nullable String id,
        @Nullable String event,
        @Nullable String data,
        @Nullable Duration retry,
        @Nullable String comment) {

    /** What {@code Last-Event-ID} says after an event of that id; null where it says nothing: the id is empty, or no header can carry it. */
    public static @Nullable String resumed(String id) {
        boolean carried = id.equals(id.strip()) && id.chars().allMatch(c -> c >= ' ' && c <= '~');
        return carried && !id.isEmpty() ? id : null;
    }

    public static SseEvent message(String data) {
        return new SseEvent(null, null, data, null, null);
    }

    public static SseEvent comment(String text) {
        return new SseEvent(null, null, null, null, text);
    }
}
