package io.penstock.mcp;

import io.penstock.loop.Wheel;
import io.penstock.loop.Wheels;
import io.penstock.mcp.call.McpSettings;
import java.util.Objects;
import org.springframework.stereotype.Component;
import reactor.netty.Connection;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.websocket.WebsocketInbound;

/** When streams are kept alive: by one timer for each event loop, however many there are. */
@Component
final class KeepAlives {

    private final Wheels wheels;

    KeepAlives(McpSettings settings) {
        this.wheels = new Wheels(settings.keepAlive());
    }

    /** The wheel of the connection's own event loop. Throws {@link AbortedException} where it has none any more, being closed. */
    Wheel of(Connection connection) {
        try {
            var loop = connection.channel().eventLoop();
            return wheels.of(loop, loop::inEventLoop);
        } catch (IllegalStateException e) {
            throw AbortedException.beforeSend();
        }
    }

    /** The wheel of the WebSocket's own event loop. */
    Wheel of(WebsocketInbound in) {
        var found = new Wheel[1];
        in.withConnection(connection -> found[0] = of(connection));
        return Objects.requireNonNull(found[0]);
    }
}
