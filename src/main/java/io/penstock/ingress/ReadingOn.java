package io.penstock.ingress;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.LastHttpContent;
import reactor.netty.channel.ChannelOperations;

/**
 * Asks for the next request where Reactor Netty forgets to: it queues a request that comes before the one ahead of it has been cleared away,
 * and where such a request is answered before its own end has left that queue, nobody reads on, and the connection hangs with the next request
 * unread (decision 0012).
 */
@Sharable
final class ReadingOn extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        boolean ended = message instanceof LastHttpContent;
        context.fireChannelRead(message);
        if (ended && ChannelOperations.get(context.channel()) == null) {
            context.read();
        }
    }
}
