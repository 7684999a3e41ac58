package io.penstock.mcp;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.penstock.ingress.Requests;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.Arrays;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/** A request's body, joined as it comes and refused as soon as it is over the limit. */
final class Body {

    private static final int USUAL = 1024;

    /** The most bytes that are made room for because a head announces them; more when they come. */
    private static final int BELIEVED = 64 * 1024;

    private final long limit;
    private byte[] bytes;
    private int length;

    private Body(long limit, int expected) {
        this.limit = limit;
        this.bytes = new byte[expected];
    }

    /**
     * Reads the whole body; empty bytes where there is none.
     *
     * @param limit in bytes; error {@code TooLarge} beyond it, {@code TooSlow} where it does not come in time
     */
    static Mono<byte[]> read(HttpServerRequest request, long limit) {
        long announced = announced(request);
        if (announced > limit) {
            return Mono.error(new Refusal(new Reason.TooLarge(limit)));
        }
        int expected = announced < 0 ? USUAL : (int) Math.min(announced, BELIEVED);
        return request.receive()
                .reduceWith(() -> new Body(limit, expected), Body::add)
                .map(Body::joined)
                .onErrorMap(Requests::unread);
    }

    private static long announced(HttpServerRequest request) {
        String text = request.requestHeaders().get(HttpHeaderNames.CONTENT_LENGTH);
        try {
            return text == null ? -1 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new Refusal(new Reason.Malformed("Content-Length is no number"));
        }
    }

    private Body add(ByteBuf part) {
        int count = part.readableBytes();
        if (length + (long) count > limit) {
            throw new Refusal(new Reason.TooLarge(limit));
        }
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + count));
        }
        part.readBytes(bytes, length, count);
        length += count;
        return this;
    }

    private byte[] joined() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }
}
