package io.penstock.ingress;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.penstock.loop.Wheel;
import org.jspecify.annotations.Nullable;

/** Looks at one connection now and then, for as long as it is open. */
abstract class Watch extends ChannelInboundHandlerAdapter implements Wheel.Rider {

    private final Wheel wheel;
    private Wheel.@Nullable Seat seat;

    Watch(Wheel wheel) {
        this.wheel = wheel;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        seat = wheel.take(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        leave();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        leave();
        context.fireChannelInactive();
    }

    private void leave() {
        if (seat != null) {
            wheel.leave(seat);
            seat = null;
        }
    }
}
