package io.penstock.ingress;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.penstock.wire.HeaderNames;
import io.penstock.wire.Limit;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.RpcError;

/** What requests are answered that no route has seen: as REST clients read it on the paths of REST, elsewhere as MCP clients do. */
final class EarlyAnswers {

    private final Wording rest;

    EarlyAnswers(Wording rest) {
        this.rest = rest;
    }

    /** @param uri what the request asked for; empty where that is not known */
    DefaultFullHttpResponse of(Reason reason, String uri) {
        String correlationId = Requests.correlationId();
        byte[] problem = rest.problem(Requests.path(uri), reason, correlationId);
        var error = RpcError.of(reason);
        var body = Unpooled.wrappedBuffer(problem == null ? error.bytes(null) : problem);
        var response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(error.status()), body);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, problem == null ? "application/json" : "application/problem+json")
                .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
                .set(HeaderNames.CORRELATION, correlationId);
        if (reason instanceof Reason.Unavailable later) {
            response.headers().set(HttpHeaderNames.RETRY_AFTER, Limit.seconds(later.retryAfter()));
        }
        return response;
    }
}
