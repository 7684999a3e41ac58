package io.penstock.store;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a connection to PostgreSQL whose server says nothing to what it was asked: a process that is stopped, or a machine that is gone without a
 * word, would else keep whoever waits for it for as long as it likes. A server that works tells of a long statement by itself, since that has a limit.
 */
final class SilentServer extends ChannelDuplexHandler {

    private static final Logger LOG = LoggerFactory.getLogger(SilentServer.class);

    /** ReadyForQuery, with which each answer ends: its type, its length, and a byte more. */
    private static final int READY = 'Z';

    private static final int READY_LENGTH = 5;

    private final Duration patience;
    private boolean isAsked;
    private boolean isRead;
    private @Nullable ScheduledFuture<?> over;

    SilentServer(Duration patience) {
        this.patience = patience;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        isAsked = true;
        waitFor(context);
        var _ = context.write(message, promise);
    }

    @Override
    public void read(ChannelHandlerContext context) {
        isRead = true;
        waitFor(context);
        context.read();
    }

    /** Not while nobody reads, because then it is not the server who is slow. */
    private void waitFor(ChannelHandlerContext context) {
        if (isAsked && isRead && over == null) {
            over = context.executor().schedule(() -> giveUp(context), patience.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void giveUp(ChannelHandlerContext context) {
        LOG.warn(
                "The database said nothing for {} s to what it was asked: the connection is closed",
                patience.toSeconds());
        var _ = context.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        isRead = false;
        stop();
        if (message instanceof ByteBuf bytes && isLast(bytes)) {
            isAsked = false;
        }
        context.fireChannelRead(message);
    }

    private static boolean isLast(ByteBuf bytes) {
        int at = bytes.writerIndex() - READY_LENGTH - 1;
        return at >= bytes.readerIndex() && bytes.getByte(at) == READY && bytes.getInt(at + 1) == READY_LENGTH;
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stop();
        context.fireChannelInactive();
    }

    private void stop() {
        if (over != null) {
            var _ = over.cancel(false);
            over = null;
        }
    }
}
