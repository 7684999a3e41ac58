package io.penstock.ingress;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.netty.channel.ChannelOperations;

/**
 * Has what comes on one connection wait for its turn, unless it belongs to a request that is under way. Stands before the HTTP decoder, so that
 * what waits is bytes; nothing more is read meanwhile.
 */
final class TurnTaking extends ChannelDuplexHandler {

    private final Turns turns;

    /** What came while nothing is handed on; null where it is. */
    private @Nullable ArrayDeque<Object> held;

    private boolean isReadWanted;

    TurnTaking(Turns turns) {
        this.turns = turns;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (held != null) {
            held.add(message);
        } else if (ChannelOperations.get(context.channel()) != null || turns.begins()) {
            context.fireChannelRead(message);
        } else {
            held = new ArrayDeque<>();
            held.add(message);
            turns.later(() -> begin(context));
        }
    }

    /** Whether what came on this connection waits here. */
    static boolean holds(ChannelPipeline connection) {
        return connection.get(TurnTaking.class).held != null;
    }

    /** Hands nothing on for a while on this connection, also of what is read already, and then goes on with what comes next. */
    static void pause(ChannelPipeline connection, long millis) {
        var context = connection.context(TurnTaking.class);
        ((TurnTaking) context.handler()).pause(context, millis);
    }

    private void pause(ChannelHandlerContext context, long millis) {
        held = new ArrayDeque<>();
        isReadWanted = true;
        var _ = context.executor().schedule(() -> goOn(context), millis, TimeUnit.MILLISECONDS);
    }

    private void goOn(ChannelHandlerContext context) {
        if (held == null || held.isEmpty() || turns.begins()) {
            var _ = begin(context);
        } else {
            turns.later(() -> begin(context));
        }
    }

    private boolean begin(ChannelHandlerContext context) {
        var messages = held;
        if (messages == null) {
            return false;
        }
        held = null;
        boolean begins = !messages.isEmpty();
        while (held == null && !messages.isEmpty()) {
            context.fireChannelRead(messages.remove());
        }
        if (held != null) {
            held.addAll(messages);
            return begins;
        }
        if (begins) {
            context.fireChannelReadComplete();
        }
        if (isReadWanted) {
            isReadWanted = false;
            context.read();
        }
        return begins;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (held == null) {
            context.fireChannelReadComplete();
        }
    }

    @Override
    public void read(ChannelHandlerContext context) {
        if (held == null) {
            context.read();
        } else {
            isReadWanted = true;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        release();
        context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        release();
    }

    private void release() {
        if (held != null) {
            held.forEach(ReferenceCountUtil::release);
            held = null;
        }
    }
}
