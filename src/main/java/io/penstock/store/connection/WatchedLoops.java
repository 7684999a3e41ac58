package io.penstock.store.connection;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import java.time.Duration;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpResources;

/** The event loops of the process, with a {@link SilentServer} on each connection that is made: the driver of PostgreSQL has no other way to put it there. */
final class WatchedLoops implements LoopResources {

    private final LoopResources loops = TcpResources.get();
    private final Duration patience;

    WatchedLoops(Duration patience) {
        this.patience = patience;
    }

    @Override
    public <C extends Channel> C onChannel(Class<C> type, EventLoopGroup group) {
        C channel = loops.onChannel(type, group);
        if (channel instanceof SocketChannel) {
            channel.pipeline().addLast(new SilentServer(patience));
        }
        return channel;
    }

    @Override
    public <C extends Channel> Class<? extends C> onChannelClass(Class<C> type, EventLoopGroup group) {
        return loops.onChannelClass(type, group);
    }

    @Override
    public EventLoopGroup onClient(boolean useNative) {
        return loops.onClient(useNative);
    }

    @Override
    public EventLoopGroup onServer(boolean useNative) {
        return loops.onServer(useNative);
    }
}
