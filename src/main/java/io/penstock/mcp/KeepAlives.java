package io.penstock.mcp;

import io.penstock.loop.Beats;
import io.penstock.loop.Wheel;
import io.penstock.loop.Wheels;
import io.penstock.mcp.call.McpSettings;
import io.penstock.wire.SseEvent;
import java.util.Objects;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.netty.Connection;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.websocket.WebsocketInbound;

/**
 * Comments on streams of events, so that proxies between do not take a quiet stream for a dead one: by one timer for each event loop, however
 * many streams there are.
 */
@Component
final class KeepAlives {

    private static final SseEvent COMMENT = SseEvent.comment("");

    private final Wheels wheels;

    KeepAlives(McpSettings settings) {
        this.wheels = new Wheels(settings.keepAlive());
    }

    /**
     * The events at the reader's pace, one asked for at a time, with a comment once a round. Throws {@link AbortedException} where the
     * connection has no event loop any more, being closed.
     */
    Flux<SseEvent> on(Flux<SseEvent> events, Connection connection) {
        return new Beats<>(events, COMMENT, of(connection));
    }

    /** The same on a WebSocket. */
    Flux<SseEvent> on(Flux<SseEvent> events, WebsocketInbound in) {
        var found = new Connection[1];
        in.withConnection(connection -> found[0] = connection);
        return on(events, Objects.requireNonNull(found[0]));
    }

    /** The wheel of the connection's own event loop. */
    private Wheel of(Connection connection) {
        try {
            var loop = connection.channel().eventLoop();
            return wheels.of(loop, loop::inEventLoop);
        } catch (IllegalStateException e) {
            throw AbortedException.beforeSend();
        }
    }
}
