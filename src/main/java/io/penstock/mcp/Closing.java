package io.penstock.mcp;

import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.penstock.mcp.line.Line;
import io.penstock.mcp.line.TooSlow;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.websocket.WebsocketOutbound;

/**
 * How a WebSocket is closed (RFC 6455, 7.4).
 *
 * @param text says why, in a frame that holds {@value #LONGEST} characters
 */
record Closing(WebSocketCloseStatus status, String text) {

    /** A client that connects again begins another one. */
    static final Closing SESSION_ENDED = new Closing(WebSocketCloseStatus.SERVICE_RESTART, Line.OVER);

    private static final Logger LOG = LoggerFactory.getLogger(Closing.class);
    private static final int LONGEST = 120;
    private static final Closing GONE = new Closing(WebSocketCloseStatus.NORMAL_CLOSURE, "");
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    Closing {
        text = text.substring(0, Math.min(LONGEST, text.length()));
    }

    /** A frame that is no text. */
    static final class Unwanted extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Unwanted() {
            super("Send JSON-RPC messages in text frames", null, false, false);
        }
    }

    /** What a failure comes to; a bug is logged with the correlation id. */
    static Closing of(Throwable error, String correlationId) {
        return switch (error) {
            case Refusal refusal ->
                new Closing(status(refusal.reason()), refusal.reason().detail());
            case TooSlow slow -> {
                LOG.warn("Line {} {}", correlationId, slow.getMessage());
                yield new Closing(WebSocketCloseStatus.TRY_AGAIN_LATER, String.valueOf(slow.getMessage()));
            }
            case Unwanted unwanted ->
                new Closing(WebSocketCloseStatus.INVALID_MESSAGE_TYPE, String.valueOf(unwanted.getMessage()));
            case TooLongFrameException _ ->
                new Closing(WebSocketCloseStatus.MESSAGE_TOO_BIG, "The message is larger than is taken");
            case AbortedException _ -> GONE;
            case Throwable gone when AbortedException.isConnectionReset(gone) -> GONE;
            default -> {
                LOG.error("Line {} failed", correlationId, error);
                yield new Closing(WebSocketCloseStatus.INTERNAL_SERVER_ERROR, "Internal error " + correlationId);
            }
        };
    }

    private static WebSocketCloseStatus status(Reason reason) {
        return reason instanceof Reason.TooMany || reason instanceof Reason.Unavailable
                ? WebSocketCloseStatus.TRY_AGAIN_LATER
                : WebSocketCloseStatus.POLICY_VIOLATION;
    }

    /**
     * Empty when the other side had time to answer: a connection that is closed with bytes of its own unread takes the reason with it.
     * Nothing is sent where there is no connection any more.
     */
    Mono<Void> send(WebsocketOutbound out) {
        return Mono.defer(() -> {
            if (!isOpen(out)) {
                return Mono.empty();
            }
            var frame = new CloseWebSocketFrame(status, text);
            Mono<Void> sent = out.sendObject(Flux.just(frame), written -> true).then();
            return sent.then(Mono.delay(PATIENCE)).then();
        });
    }

    private static boolean isOpen(WebsocketOutbound out) {
        var open = new AtomicBoolean();
        out.withConnection(connection -> open.set(connection.channel().isActive()));
        return open.get();
    }
}
