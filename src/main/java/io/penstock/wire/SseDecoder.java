package io.penstock.wire;

import io.netty.buffer.ByteBuf;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Refusal.Reason.UpstreamFailed.How;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * Reads server-sent events (WHATWG HTML, 9.2.6) from one stream's bytes, however they are cut. Unlike a browser it hands on events without
 * data, because MCP primes resumption with them (2025-11-25, Streamable HTTP); comments are dropped. Not thread-safe: one per stream.
 */
public final class SseDecoder {

    private static final int SMALL = 64;
    private static final byte[] BOM = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final int MAX_RETRY_DIGITS = 9;

    /** What a line's place may hold on to between events, in bytes. */
    private static final int KEPT = 8 * 1024;

    private static final byte[] DATA = ascii("data");
    private static final byte[] EVENT = ascii("event");
    private static final byte[] ID = ascii("id");
    private static final byte[] RETRY = ascii("retry");

    /** Small at first: most streams are quiet, and there are many. */
    private byte[] line = new byte[SMALL];

    private final long largest;
    private int length;
    private boolean afterCr;
    private boolean first = true;

    private int eventBytes;
    private @Nullable String id;
    private @Nullable String event;
    private @Nullable String data;

    /** All of the data, where there is more than one line of it. */
    private @Nullable StringBuilder lines;

    private @Nullable Duration retry;

    /** @param largest the largest event that is read, in bytes of its lines */
    public SseDecoder(long largest) {
        this.largest = largest;
    }

    /**
     * Decodes a stream of bytes. The buffers are read as they come and stay their owner's to release. Errors with {@code UpstreamFailed} on
     * an event over the limit; one that the end cuts off is dropped, as the standard says.
     *
     * @param largest the largest event that is read, in bytes of its lines
     */
    public static Flux<SseEvent> decode(Flux<ByteBuf> bytes, long largest) {
        return Flux.defer(() -> {
            var decoder = new SseDecoder(largest);
            return bytes.map(decoder::feed).concatMapIterable(SseDecoder::givenAway, 1);
        });
    }

    /** Whoever has an event alone holds it: a large one may wait long for a slow reader. */
    private static Iterable<SseEvent> givenAway(Queue<SseEvent> events) {
        return () -> new Iterator<>() {

            @Override
            public boolean hasNext() {
                return !events.isEmpty();
            }

            @Override
            public SseEvent next() {
                return events.remove();
            }
        };
    }

    /**
     * Takes the next bytes of the stream.
     *
     * @return the events that they complete, in order
     * @throws Refusal {@code UpstreamFailed} where an event is over the limit
     */
    public Queue<SseEvent> feed(ByteBuf bytes) {
        var complete = new ArrayDeque<SseEvent>(4);
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
        if (eventBytes + (long) length + count > largest) {
            throw new Refusal(new Reason.UpstreamFailed(
                    "The upstream sent an event of more than " + largest + " bytes", null, How.TOO_LARGE));
        }
        if (length + count > line.length) {
            line = Arrays.copyOf(line, Math.max(2 * line.length, length + count));
        }
        bytes.getBytes(from, line, length, count);
        length += count;
    }

    private void endLine(Queue<SseEvent> complete) {
        int from = begin();
        if (from == length) {
            dispatch(complete);
            return;
        }
        int end = length;
        eventBytes += length;
        length = 0;
        int colon = from;
        while (colon < end && line[colon] != ':') {
            colon++;
        }
        field(from, colon, value(colon, end));
    }

    private int begin() {
        boolean bom = first && length >= BOM.length && Arrays.equals(line, 0, BOM.length, BOM, 0, BOM.length);
        first = false;
        return bom ? BOM.length : 0;
    }

    private String value(int colon, int end) {
        boolean space = colon + 1 < end && line[colon + 1] == ' ';
        int from = Math.min(end, colon + (space ? 2 : 1));
        return new String(line, from, end - from, StandardCharsets.UTF_8);
    }

    /** Any other is ignored, as the standard says; so is a comment, whose name is empty. */
    private void field(int from, int to, String value) {
        if (is(DATA, from, to)) {
            addData(value);
        } else if (is(EVENT, from, to)) {
            event = value.isEmpty() ? null : value; // an empty one is "message" (HTML, 9.2.6)
        } else if (is(ID, from, to)) {
            id = value.indexOf('\0') < 0 ? value : id;
        } else if (is(RETRY, from, to)) {
            retry = digits(value) ? Duration.ofMillis(Long.parseLong(value)) : retry;
        }
    }

    private boolean is(byte[] name, int from, int to) {
        return Arrays.equals(line, from, to, name, 0, name.length);
    }

    private void addData(String value) {
        if (data == null) {
            data = value;
            return;
        }
        lines = lines == null ? new StringBuilder(data) : lines;
        lines.append('\n').append(value);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean digits(String value) {
        return !value.isEmpty()
                && value.length() <= MAX_RETRY_DIGITS
                && value.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private void dispatch(Queue<SseEvent> complete) {
        length = 0;
        if (line.length > KEPT) {
            line = new byte[SMALL];
        }
        if (data != null || id != null || event != null || retry != null) {
            complete.add(new SseEvent(id, event, lines == null ? data : lines.toString(), retry, null));
        }
        eventBytes = 0;
        id = null;
        event = null;
        data = null;
        lines = null;
        retry = null;
    }
}
