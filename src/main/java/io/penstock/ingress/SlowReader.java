package io.penstock.ingress;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.penstock.loop.Wheel;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/** Looks now and then whether the client of one connection takes what is sent to it. */
final class SlowReader extends ChannelInboundHandlerAdapter implements Wheel.Rider {

    /** So many looks in a row must find the same bytes waiting. */
    static final int LOOKS = 4;

    private final Channel channel;
    private final Wheel wheel;
    private final ObjLongConsumer<Channel> end;
    private Wheel.@Nullable Seat seat;

    /**
     * An empty message behind all that waited at the last look. Until it has gone, what is at the head of the queue is what was there then, and
     * not another piece of the same memory.
     */
    private @Nullable ChannelPromise behind;

    /** What was at the head of the queue at the last look, and how much of it was taken; held by its hash, so that it can go. */
    private int head;

    private long progress;
    private int alike;

    /** @param end what to do with the connection, and the bytes that wait, when it takes nothing */
    SlowReader(Channel channel, Wheel wheel, ObjLongConsumer<Channel> end) {
        this.channel = channel;
        this.wheel = wheel;
        this.end = end;
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

    @Override
    public void turn() {
        var queue = channel.unsafe().outboundBuffer();
        if (queue == null || queue.isEmpty()) {
            behind = null;
            return;
        }
        int first = System.identityHashCode(queue.current());
        long taken = queue.currentProgress();
        if (behind == null || behind.isDone()) {
            behind = channel.newPromise();
            channel.unsafe().write(Unpooled.EMPTY_BUFFER, behind);
            alike = 0;
        } else if (first != head || taken != progress) {
            alike = 0;
        } else if (++alike == LOOKS) {
            end.accept(channel, queue.totalPendingWriteBytes());
        }
        head = first;
        progress = taken;
    }
}
