package io.penstock.ingress;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.penstock.loop.Wheel;
import reactor.netty.channel.ChannelOperations;

/**
 * Closes one connection that waits too long for its next request. Reactor Netty's own way puts a handler and a timer into the pipeline and out
 * of it at each request.
 */
final class Waiting extends Watch {

    /** More looks in a row than these must find nothing under way, and nothing read since the last one. */
    static final int LOOKS = 4;

    private final Channel channel;
    private int quiet;

    Waiting(Channel channel, Wheel wheel) {
        super(wheel);
        this.channel = channel;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        quiet = 0;
        context.fireChannelRead(message);
    }

    @Override
    public void turn() {
        if (ChannelOperations.get(channel) != null || TurnTaking.holds(channel.pipeline())) {
            quiet = 0;
        } else if (++quiet > LOOKS) {
            var _ = channel.close();
        }
    }
}
