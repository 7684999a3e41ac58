package io.penstock.store.connection;

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

    /** The type of ReadyForQuery, with which each answer ends. What the server tells unasked, as a notification, may come right behind it. */
    private static final byte READY = 'Z';

    /** Each message begins with a byte for its type and four for its length, which counts itself but not the type (PostgreSQL, Message Formats). */
    private static final int HEAD = 5;

    private final Duration patience;

    /** How much of the head of the message that is being read was there, and of which type it is. */
    private int head;

    private byte type;

    /** The length as far as it was read, and then how much of the message is still to come. */
    private int left;

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
        if (message instanceof ByteBuf bytes) {
            follow(bytes);
        }
        context.fireChannelRead(message);
    }

    /** Finds where messages begin, however they were cut into pieces. */
    private void follow(ByteBuf bytes) {
        int at = bytes.readerIndex();
        while (at < bytes.writerIndex()) {
            if (head == HEAD) {
                int skipped = Math.min(left, bytes.writerIndex() - at);
                at += skipped;
                left -= skipped;
            } else {
                headed(bytes.getByte(at++));
            }
            if (head == HEAD && left <= 0) {
                head = 0;
            }
        }
    }

    private void headed(byte next) {
        if (head++ == 0) {
            type = next;
            left = 0;
            return;
        }
        left = (left << Byte.SIZE) | Byte.toUnsignedInt(next);
        if (head == HEAD) {
            left -= Integer.BYTES;
            isAsked = isAsked && type != READY;
        }
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
