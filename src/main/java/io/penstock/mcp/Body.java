package io.penstock.mcp;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.penstock.ingress.Requests;
import io.penstock.wire.Joined;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/** A request's body, joined as it comes and refused as soon as it is over the limit. */
final class Body {

    private Body() {}

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
        return request.receive()
                .reduceWith(() -> new Joined(limit, announced), (whole, part) -> add(whole, part, limit))
                .map(Joined::bytes)
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

    private static Joined add(Joined whole, ByteBuf part, long limit) {
        if (!whole.add(part)) {
            throw new Refusal(new Reason.TooLarge(limit));
        }
        return whole;
    }
}
