package io.penstock.mcp;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.AsciiString;
import io.penstock.wire.HeaderNames;
import io.penstock.wire.Limit;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import io.penstock.wire.Request;
import io.penstock.wire.RpcError;
import io.penstock.wire.SseEncoder;
import io.penstock.wire.SseEvent;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.server.HttpServerResponse;

/** Turns a reply or a refusal into bytes on one HTTP response. */
final class Exchange {

    private static final String JSON = "application/json";
    private static final AsciiString NO_SNIFFING = AsciiString.cached("x-content-type-options");

    private final Request request;
    private final HttpServerResponse response;
    private final Challenge challenge;
    private final KeepAlives keepAlives;

    Exchange(Request request, HttpServerResponse response, Challenge challenge, KeepAlives keepAlives) {
        this.request = request;
        this.response = response;
        this.challenge = challenge;
        this.keepAlives = keepAlives;
        response.header(HeaderNames.CORRELATION, request.correlationId());
        response.header(NO_SNIFFING, "nosniff");
    }

    /** Empty when the last byte is handed to the connection. */
    Mono<Void> write(Reply reply) {
        if (reply.session() != null) {
            response.header(HeaderNames.SESSION, reply.session());
        }
        return switch (reply) {
            case Reply.Json json -> {
                if (json.retryAfter() != null) {
                    retryAfter(json.retryAfter());
                }
                yield json(json.status(), json.body());
            }
            case Reply.Empty empty ->
                response.status(empty.status())
                        .header(HttpHeaderNames.CONTENT_LENGTH, "0")
                        .send();
            case Reply.Events events -> events(events);
        };
    }

    private Mono<Void> json(int status, byte[] body) {
        return response.status(status)
                .header(HttpHeaderNames.CONTENT_TYPE, JSON)
                .header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.length))
                .sendObject(Unpooled.wrappedBuffer(body))
                .then();
    }

    private Mono<Void> events(Reply.Events events) {
        var opened = streaming();
        var encoded = keepAlives
                .on(events.events(), opened.connection())
                .concatMap(event -> opened.room().made(Unpooled.wrappedBuffer(SseEncoder.encode(event))), 0);
        // A comment first: it carries the head to the client though the first event may come hours later.
        var opening = Mono.<ByteBuf>fromSupplier(() -> Unpooled.copiedBuffer(":\n\n", US_ASCII));
        return response.send(encoded.startWith(opening), buffer -> true).then();
    }

    /** A line's events, of which none is handed to the connection before the one before it has left: what waits, waits where it is counted. */
    Mono<Void> line(Flux<SseEvent> events) {
        var opened = streaming();
        return keepAlives
                .on(events, opened.connection())
                .concatMap(
                        event -> Mono.defer(() -> {
                            ByteBuf bytes = Unpooled.wrappedBuffer(SseEncoder.encode(event));
                            return response.send(Flux.just(bytes), buffer -> true)
                                    .then(); // else it is not flushed
                        }),
                        0)
                .then();
    }

    private record Opened(Connection connection, Room room) {}

    private Opened streaming() {
        var opened = new Opened[1];
        response.status(200)
                .header(HttpHeaderNames.CONTENT_TYPE, "text/event-stream")
                .header(HttpHeaderNames.CACHE_CONTROL, "no-cache, no-transform")
                .header("x-accel-buffering", "no")
                .withConnection(connection -> opened[0] = new Opened(connection, Room.on(connection)));
        return opened[0];
    }

    /**
     * A refusal as a JSON-RPC error.
     *
     * @param id the id of the refused request as JSON text; null where it is not known
     * @param stateless whether the request is of the stateless revision, whose errors have statuses of their own
     */
    Mono<Void> refuse(Reason reason, @Nullable String id, boolean stateless) {
        switch (reason) {
            case Reason.Unauthenticated r -> response.header(HttpHeaderNames.WWW_AUTHENTICATE, challenge.who());
            case Reason.Forbidden r ->
                response.header(HttpHeaderNames.WWW_AUTHENTICATE, challenge.insufficient(r.scope()));
            case Reason.MethodNotAllowed r -> response.header(HttpHeaderNames.ALLOW, r.allow());
            case Reason.TooMany r -> {
                retryAfter(r.retryAfter());
                tell(r.limit());
            }
            case Reason.Unavailable r -> retryAfter(r.retryAfter());
            default -> {} // the others need no header
        }
        var refused = refused(reason, id, stateless);
        return json(refused.status(), refused.body());
    }

    /**
     * What a refused request is answered: in the eras of sessions an error of the method itself is a JSON-RPC answer like any other. That a
     * user has to agree first is one in every era: with 403 the TypeScript SDKs and the Java SDK report a failed transport, with the body in
     * it at best, while with 200 all of them give the message and its data to the application, and none takes it for another era's server.
     */
    static Reply.Json refused(Reason reason, @Nullable String id, boolean stateless) {
        var error = RpcError.of(reason);
        boolean answer = reason instanceof Reason.NeedsAuthorization || (isMethods(reason) && !stateless);
        var shown = answer && id != null ? error.answered(reason) : error;
        return new Reply.Json(shown.status(), shown.bytes(id), null);
    }

    /** Whether the reason is an error of the method itself, rather than of who calls or how. */
    static boolean isMethods(Reason reason) {
        return reason instanceof Reason.UnknownMethod
                || reason instanceof Reason.BadParams
                || reason instanceof Reason.NoSuchResource;
    }

    /** A browser that shows nobody goes to where it can. */
    Mono<Void> redirect(String location) {
        return response.status(303)
                .header(HttpHeaderNames.LOCATION, location)
                .header(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .header(HttpHeaderNames.CONTENT_LENGTH, "0")
                .send();
    }

    private void retryAfter(java.time.Duration after) {
        response.header(HttpHeaderNames.RETRY_AFTER, Long.toString(Limit.seconds(after)));
    }

    /** Says how the caller stands to a limit, where there is one to speak of. */
    void tell(@Nullable Limit limit) {
        if (limit != null) {
            response.header(Limit.POLICY_FIELD, limit.policy()).header(Limit.STATE_FIELD, limit.state());
        }
    }

    /** A bug: logged elsewhere, answered without detail. */
    Mono<Void> fail(@Nullable String id) {
        return json(500, RpcError.bug(request.correlationId()).bytes(id));
    }

    boolean begun() {
        return response.hasSentHeaders();
    }
}
