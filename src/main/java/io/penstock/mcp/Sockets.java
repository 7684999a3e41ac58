package io.penstock.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.penstock.ingress.IngressSettings;
import io.penstock.ingress.Requests;
import io.penstock.ingress.Upgrades;
import io.penstock.mcp.call.Call;
import io.penstock.mcp.call.Calls;
import io.penstock.mcp.call.McpSettings;
import io.penstock.mcp.line.Line;
import io.penstock.mcp.line.Lines;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import io.penstock.wire.Request;
import io.penstock.wire.RpcError;
import io.penstock.wire.SseEvent;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/**
 * Lines over WebSocket: one JSON-RPC message a text frame, both ways. Browsers see no HTTP status of a handshake, so who is refused is told
 * by a close code after it.
 */
@Component
final class Sockets {

    private static final Logger LOG = LoggerFactory.getLogger(Sockets.class);
    private static final String SUBPROTOCOL = "mcp";
    private static final int MISSED_BEATS = 4;

    private final Calls calls;
    private final Lines lines;
    private final McpSettings settings;
    private final KeepAlives keepAlives;
    private final int largest;

    Sockets(Calls calls, Lines lines, McpSettings settings, KeepAlives keepAlives, IngressSettings ingress) {
        this.calls = calls;
        this.lines = lines;
        this.settings = settings;
        this.keepAlives = keepAlives;
        this.largest = (int) Math.min(Integer.MAX_VALUE, ingress.maxBody().toBytes());
    }

    /** Whether the request asks for a WebSocket (RFC 6455, 4.2.1). */
    static boolean asked(Request request) {
        return request.method().equals("GET")
                && request.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
    }

    /** Empty when the WebSocket is open, or cannot be opened. */
    Mono<Void> open(Call call, HttpServerResponse response) {
        // what this gives is empty when the handshake is done, and the talk goes on
        return response.sendWebsocket(
                (in, out) -> talk(call, in, out).doFinally(_ -> calls.over(call)), spec(call.request()));
    }

    /** A client need not offer the subprotocol; with one named that was not agreed on, nobody would talk to it. */
    private WebsocketServerSpec spec(Request request) {
        var spec = WebsocketServerSpec.builder().maxFramePayloadLength(largest);
        boolean offered = request.headers().containsValue(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, SUBPROTOCOL, false);
        return offered ? spec.protocols(SUBPROTOCOL).build() : spec.build();
    }

    private Mono<Void> talk(Call call, WebsocketInbound in, WebsocketOutbound out) {
        in.withConnection(this::guard);
        return calls.permit(call, Mono.empty())
                .flatMap(_ -> converse(call, in, out).doFinally(end -> calls.ended(call, new Reply.Empty(200))))
                .doOnError(Refusal.class, refusal -> calls.refused(call, refusal))
                .onErrorResume(error -> turnedAway(
                        in, Closing.of(error, call.request().correlationId()).send(out)));
    }

    /** What the client has said already is read away: what nobody reads would stay in memory. */
    private static Mono<Void> turnedAway(WebsocketInbound in, Mono<Void> closing) {
        Mono<Void> unread = in.receiveObject().then().onErrorComplete();
        return Mono.firstWithSignal(closing, unread);
    }

    private void guard(Connection connection) {
        Upgrades.done(connection);
        long silence = settings.keepAlive().multipliedBy(MISSED_BEATS).toMillis();
        connection.addHandlerFirst("penstock.silence", new ReadTimeoutHandler(silence, TimeUnit.MILLISECONDS));
    }

    /** Until one side ends it. What ends it here is told before anything is cancelled: a cancelled WebSocket closes without a word. */
    private Mono<Void> converse(Call call, WebsocketInbound in, WebsocketOutbound out) {
        Line line = lines.line(call);
        String id = call.request().correlationId();
        Mono<Void> told = keepAlives
                .on(calls.whileAllowed(call, line.messages()), in)
                .concatMap(event -> Mono.defer(() -> send(out, frame(event))), 0)
                .then(Mono.defer(() -> Closing.SESSION_ENDED.send(out)))
                .onErrorResume(error -> Closing.of(error, id).send(out));
        Mono<Void> heard = in.aggregateFrames(largest)
                .receiveFrames()
                .map(frame -> hear(call, line, frame))
                .concatMap(done -> done.thenReturn(false)
                        .onErrorResume(error -> Closing.of(error, id).send(out).thenReturn(true)))
                .takeUntil(over -> over)
                .then()
                .onErrorResume(error -> Closing.of(error, id).send(out));
        return Mono.firstWithSignal(told, heard);
    }

    /** Reads the frame at once, for it is not kept. */
    private Mono<Void> hear(Call opener, Line line, WebSocketFrame frame) {
        return switch (frame) {
            case TextWebSocketFrame text -> hear(opener, line, text.text());
            case BinaryWebSocketFrame _ -> Mono.error(new Closing.Unwanted());
            default -> Mono.empty(); // a pong: the silence is over
        };
    }

    private static Mono<Void> send(WebsocketOutbound out, WebSocketFrame frame) {
        return out.sendObject(Flux.just(frame), sent -> true).then(); // else it is not flushed
    }

    private static WebSocketFrame frame(SseEvent event) {
        return event.data() == null ? new PingWebSocketFrame() : new TextWebSocketFrame(event.data());
    }

    /** One message. A caller who is nobody any more ends the line, any other refusal is told on it. */
    private Mono<Void> hear(Call opener, Line line, String text) {
        var call = new Call(Requests.within(opener.request()), opener.target());
        return calls.identify(call)
                .flatMap(caller -> line.say(call, caller, text.getBytes(UTF_8)))
                .onErrorResume(error -> refused(call, line, error));
    }

    private Mono<Void> refused(Call call, Line line, Throwable error) {
        if (!(error instanceof Refusal refusal)) {
            LOG.error("Call {} failed", call.request().correlationId(), error);
            line.tell(RpcError.bug(call.request().correlationId()).bytes(call.id()));
            return Mono.empty();
        }
        if (isNobody(refusal)) {
            return Mono.error(error);
        }
        calls.refused(call, refusal);
        line.tell(
                Exchange.refused(refusal.reason(), call.id(), call.stateless()).body());
        return Mono.empty();
    }

    /** Whether the caller is nobody any more, for anything. */
    private static boolean isNobody(Refusal refusal) {
        return refusal.reason() instanceof Reason.Unauthenticated || refusal.reason() instanceof Reason.PasswordExpired;
    }
}
