package io.penstock.egress.plain;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One connection, which carries one exchange after the other. Everything happens on its event loop. */
final class Connection extends ChannelInboundHandlerAdapter {

    private final Connections connections;
    private final EventLoop loop;
    private @Nullable Channel channel;
    private @Nullable Exchange exchange;
    private long idleSince;

    /** Whether the exchange that ended leaves the connection for another one, once nothing more of the same read follows. */
    private boolean leftOpen;

    private boolean closed;

    Connection(Connections connections, EventLoop loop) {
        this.connections = connections;
        this.loop = loop;
    }

    EventLoop loop() {
        return loop;
    }

    /** Whether it is there, and not idle for so long that its server is about to close it. */
    boolean isUsable() {
        return Objects.requireNonNull(channel).isActive()
                && System.nanoTime() - idleSince < PlainHttp.LONGEST_IDLE.toNanos();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        channel = context.channel();
    }

    /** Sends a request and reads its answer; one that was given up meanwhile leaves the connection for the next. */
    void carry(Exchange next) {
        var open = Objects.requireNonNull(channel);
        if (next.isOver()) {
            release();
            return;
        }
        exchange = next;
        next.carriedBy(this);
        var written = open.writeAndFlush(next.request());
        next.writtenBy(written);
        written.addListener(done -> {
            if (!done.isSuccess()) {
                failed(next, done.cause());
            }
        });
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            var current = exchange;
            if (current == null) {
                leftOpen = false;
                close(); // nobody asked, so whatever comes is nobody's answer
            } else if (message instanceof HttpObject part
                    && part.decoderResult().isFailure()) {
                failed(
                        current,
                        new IOException(
                                "The answer is no HTTP/1.1",
                                part.decoderResult().cause()));
            } else {
                read(current, message);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void read(Exchange current, Object message) {
        if (message instanceof HttpResponse response) {
            current.head(response);
        }
        if (message instanceof HttpContent content && !current.isOver()) {
            current.body(content.content());
        }
        if (message instanceof LastHttpContent && exchange == current && current.isAnswered()) {
            ended(current);
        }
    }

    private void ended(Exchange current) {
        exchange = null;
        leftOpen = current.leavesConnection();
        if (leftOpen) {
            Objects.requireNonNull(channel).config().setAutoRead(true);
        } else {
            close();
        }
        current.complete();
    }

    /** An answer too many that came with the last one is seen before another exchange could take it for its own. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (leftOpen) {
            leftOpen = false;
            release();
        } else if (exchange != null && exchange.wantsMore()) {
            context.read();
        }
    }

    private void release() {
        idleSince = System.nanoTime();
        if (!closed) {
            connections.release(this);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closed();
        if (exchange != null) {
            failed(exchange, new IOException("The connection was closed before the answer had ended"));
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (exchange != null) {
            failed(exchange, cause);
        }
        close();
    }

    private void failed(Exchange failed, Throwable cause) {
        if (exchange == failed) {
            exchange = null;
            close();
        }
        failed.fail(cause);
    }

    /** Ends the exchange, where it is under way here; another one that came after it goes on. */
    void abandon(Exchange given) {
        if (exchange == given) {
            exchange = null;
            close();
        }
    }

    void readMore() {
        Objects.requireNonNull(channel).read();
    }

    void readByDemand() {
        Objects.requireNonNull(channel).config().setAutoRead(false);
    }

    void close() {
        var _ = Objects.requireNonNull(channel).close();
    }

    /** There is none any more, or there never was. */
    void closed() {
        if (!closed) {
            closed = true;
            connections.closed(this);
        }
    }
}
