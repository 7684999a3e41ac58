package io.penstock.mcp;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.netty.Connection;

/**
 * Lets what is sent wait for room on its connection: beyond the high water mark of what is not written yet (64 KiB), nothing more is handed to
 * it, and so nothing more is asked of who gives it.
 */
final class Room extends ChannelInboundHandlerAdapter {

    private static final String NAME = "penstock.room";

    private final Channel channel;

    /** Who waits; on the event loop. */
    private @Nullable MonoSink<Object> waiting;

    private Room(Channel channel) {
        this.channel = channel;
    }

    /** For as long as the connection carries this answer. */
    static Room on(Connection connection) {
        var room = new Room(connection.channel());
        var _ = connection.addHandlerLast(NAME, room);
        return room;
    }

    /** The same on the event loop, as soon as there is room. One at a time. */
    <T> Mono<T> made(T buffer) {
        return channel.eventLoop().inEventLoop() && channel.isWritable()
                ? Mono.just(buffer)
                : Mono.create(sink -> channel.eventLoop().execute(() -> await(sink)))
                        .thenReturn(buffer);
    }

    private void await(MonoSink<Object> sink) {
        if (channel.isWritable()) {
            sink.success();
        } else {
            waiting = sink;
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        var sink = waiting;
        if (sink != null && channel.isWritable()) {
            waiting = null;
            sink.success();
        }
        context.fireChannelWritabilityChanged();
    }
}
