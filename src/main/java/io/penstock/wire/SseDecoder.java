package io.penstock.wire;

import io.netty.buffer.ByteBuf;
import io.penstock.wire.Refusal.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * Reads server-sent events (WHATWG HTML, 9.2.6) from one stream's bytes, however they are cut. Unlike a browser it hands on events without
 * data, because MCP primes resumption with them (2025-11-25, Streamable HTTP); comments are dropped. Not thread-safe: one per stream.
 */
public final class SseDecoder {

    /** The longest line that is read, in bytes. */
    public static final int MAX_LINE = 1 << 20;

    /** The largest event that is read, in bytes of its lines. */
    public static final int MAX_EVENT = 4 << 20;

    private static final byte[] BOM = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final int MAX_RETRY_DIGITS = 9;

    private byte[] line = new byte[512];
    private int length;
    private boolean afterCr;
    private boolean first = true;

    private int eventBytes;
    private @Nullable String id;
    private @Nullable String event;
    private @Nullable StringBuilder data;
    private @Nullable Duration retry;

    /**
     * Decodes a stream of bytes. The buffers are read as they come and stay their owner's to release. Errors with {@code UpstreamFailed} on
     * a line or event over its limit; an event that the end cuts off is dropped, as the standard says.
     */
    public static Flux<SseEvent> decode(Flux<ByteBuf> bytes) {
        return Flux.defer(() -> {
            var decoder = new SseDecoder();
            return bytes.map(decoder::feed).concatMapIterable(events -> events, 1);
        });
    }

    /**
     * Takes the next bytes of the stream.
     *
     * @return the events that they complete, in order
     * @throws Refusal {@code UpstreamFailed} where a line or an event is over its limit
     */
    public List<SseEvent> feed(ByteBuf bytes) {
        var complete = new ArrayList<SseEvent>(4);
        int from = bytes.readerIndex();
        int end = bytes.writerIndex();
        while (from < end) {
            if (afterCr && bytes.getByte(from) == '\n') {
                from++;
            }
            afterCr = false;
            int stop = lineEnd(bytes, from, end);
            append(bytes, from, stop - from);
            if (stop < end) {
                afterCr = bytes.getByte(stop) == '\r';
                endLine(complete);
            }
            from = stop + 1;
        }
        bytes.readerIndex(end);
        return complete;
    }

    private static int lineEnd(ByteBuf bytes, int from, int end) {
        int stop = bytes.forEachByte(from, end - from, b -> b != '\n' && b != '\r');
        return stop < 0 ? end : stop;
    }

    private void append(ByteBuf bytes, int from, int count) {
        if (length + count > MAX_LINE) {
            throw tooLong("a line of more than " + MAX_LINE + " bytes");
        }
        if (length + count > line.length) {
            line = Arrays.copyOf(line, Math.max(2 * line.length, length + count));
        }
        bytes.getBytes(from, line, length, count);
        length += count;
    }

    private static Refusal tooLong(String what) {
        return new Refusal(new Reason.UpstreamFailed("The upstream sent " + what + " in an event stream", null));
    }

    private void endLine(List<SseEvent> complete) {
        String text = text();
        if (text.isEmpty()) {
            dispatch(complete);
            return;
        }
        eventBytes += length;
        length = 0;
        if (eventBytes > MAX_EVENT) {
            throw tooLong("an event of more than " + MAX_EVENT + " bytes");
        }
        int colon = text.indexOf(':');
        if (colon != 0) {
            field(colon < 0 ? text : text.substring(0, colon), colon < 0 ? "" : value(text, colon));
        }
    }

    private String text() {
        boolean bom = first && length >= BOM.length && Arrays.equals(line, 0, BOM.length, BOM, 0, BOM.length);
        first = false;
        int from = bom ? BOM.length : 0;
        return new String(line, from, length - from, StandardCharsets.UTF_8);
    }

    private static String value(String text, int colon) {
        boolean space = text.length() > colon + 1 && text.charAt(colon + 1) == ' ';
        return text.substring(colon + (space ? 2 : 1));
    }

    private void field(String name, String value) {
        switch (name) {
            case "data" ->
                data = data == null
                        ? new StringBuilder(value)
                        : data.append('\n').append(value);
            case "event" -> event = value;
            case "id" -> id = value.indexOf('\0') < 0 ? value : id;
            case "retry" -> retry = digits(value) ? Duration.ofMillis(Long.parseLong(value)) : retry;
            default -> {} // the standard says to ignore it
        }
    }

    private static boolean digits(String value) {
        return !value.isEmpty()
                && value.length() <= MAX_RETRY_DIGITS
                && value.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private void dispatch(List<SseEvent> complete) {
        length = 0;
        if (data != null || id != null || event != null || retry != null) {
            complete.add(new SseEvent(id, event, data == null ? null : data.toString(), retry, null));
        }
        eventBytes = 0;
        id = null;
        event = null;
        data = null;
        retry = null;
    }
}
