package io.penstock.ingress;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stands before the HTTP decoder of one connection and closes it when the head of a request takes too long, counted from the connection's
 * start or the head's first byte, however steadily it trickles.
 */
final class HeadDeadline extends ChannelInboundHandlerAdapter {

    private final Duration limit;
    private @Nullable ScheduledFuture<?> deadline;
    private boolean awaitingHead = true;

    HeadDeadline(Duration limit) {
        this.limit = limit;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        start(context);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        if (awaitingHead) {
            start(context);
        }
        context.fireChannelRead(bytes);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stop();
        context.fireChannelInactive();
    }

    void headRead() {
        awaitingHead = false;
        stop();
    }

    void requestRead() {
        awaitingHead = true;
    }

    private void start(ChannelHandlerContext context) {
        if (deadline == null) {
            deadline = context.executor().schedule(() -> close(context), limit.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private static void close(ChannelHandlerContext context) {
        var _ = context.close();
    }

    private void stop() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}
