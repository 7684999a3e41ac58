package io.penstock.wire;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Writes server-sent events so that no value can start a line of its own. */
public final class SseEncoder {

    private static final Pattern LINE_END = Pattern.compile("\r\n|\r|\n");

    private SseEncoder() {}

    /** The event's bytes, with the blank line that ends it. */
    public static byte[] encode(SseEvent event) {
        var out = new StringBuilder(event.data() == null ? 64 : event.data().length() + 64);
        if (event.comment() != null) {
            line(out, "", event.comment());
        }
        if (event.id() != null) {
            single(out, "id", event.id());
        }
        if (event.event() != null) {
            single(out, "event", event.event());
        }
        if (event.retry() != null) {
            single(out, "retry", Long.toString(event.retry().toMillis()));
        }
        if (event.data() != null) {
            line(out, "data", event.data());
        }
        return out.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }

    /** A field that has one line by the standard: a value with a line end in it would be two fields, so it is not written. */
    private static void single(StringBuilder out, String name, String value) {
        if (value.indexOf('\n') < 0 && value.indexOf('\r') < 0 && value.indexOf('\0') < 0) {
            out.append(name).append(": ").append(value).append('\n');
        }
    }

    private static void line(StringBuilder out, String name, String value) {
        if (value.indexOf('\n') < 0 && value.indexOf('\r') < 0) {
            out.append(name).append(": ").append(value).append('\n');
            return;
        }
        for (String part : LINE_END.split(value, -1)) {
            out.append(name).append(": ").append(part).append('\n');
        }
    }
}
