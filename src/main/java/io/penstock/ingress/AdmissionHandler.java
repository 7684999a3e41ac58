package io.penstock.ingress;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.penstock.wire.Refusal.Reason;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stands behind the HTTP decoder of one connection: what is no request, and what {@link Admission} or a {@link Door} refuses, is answered
 * here, and the connection closed.
 */
final class AdmissionHandler extends ChannelDuplexHandler {

    private static final long LINGER_MILLIS = 1000;

    private final Admission admission;
    private final List<Door> doors;
    private final HeadGuard heads;
    private final Pressure pressure;
    private final EarlyAnswers answers;
    private boolean closing;

    /** Why a request is refused that came behind others, which are answered before it (RFC 9112, 9.3.2); null where none waits for that. */
    private @Nullable Reason waiting;

    /** Requests that were handed on and are not answered. */
    private int ahead;

    private boolean provisional;

    /** The same for all requests of the connection; null before the first. */
    private @Nullable Sender sender;

    /** What the request that is being read asks for. */
    private String uri = "";

    /** Why the request that is being read is turned away; null where it is not. */
    private @Nullable Reason shedding;

    AdmissionHandler(Admission admission, List<Door> doors, HeadGuard heads, Pressure pressure, EarlyAnswers answers) {
        this.admission = admission;
        this.doors = doors;
        this.heads = heads;
        this.pressure = pressure;
        this.answers = answers;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (closing) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpRequest request) {
            uri = request.uri();
            var reason = refuse(request, context.channel());
            if (reason != null) {
                ReferenceCountUtil.release(message);
                refuse(context, reason);
                return;
            }
            reason = Shedding.concerns(context, request) ? pressure.refuse() : null;
            if (reason != null && !Shedding.keeps(request)) {
                ReferenceCountUtil.release(message);
                refuse(context, reason);
                return;
            }
            heads.headRead(request);
            QueryToken.move(request);
            shedding = reason;
            ahead += reason == null ? 1 : 0;
        }
        if (message instanceof LastHttpContent) {
            heads.requestRead();
        }
        if (shedding == null) {
            context.fireChannelRead(message);
        } else {
            shed(context, message, shedding);
        }
    }

    private void shed(ChannelHandlerContext context, Object message, Reason reason) {
        ReferenceCountUtil.release(message);
        if (message instanceof LastHttpContent) {
            shedding = null;
            Shedding.answer(context, answers.of(reason, uri));
        }
    }

    /** Only now is it known whether all of the request came at once: a read too many would bring the next one before its time. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (shedding != null) {
            context.read();
        }
        context.fireChannelReadComplete();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == HeadGuard.Event.FOLDED) {
            uri = ""; // of the one before: this head was not read
            refuse(
                    context,
                    new Reason.Malformed("A header line begins with white space: write each header on one line"));
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    private @Nullable Reason refuse(HttpRequest request, Channel channel) {
        if (request.decoderResult().isFailure()) {
            return undecodable(request.decoderResult().cause());
        }
        Reason reason = admission.refuse(request);
        for (Door door : doors) {
            reason = reason == null ? door.refuse(request, sender(channel)) : reason;
        }
        return reason;
    }

    private Sender sender(Channel channel) {
        var known = sender;
        if (known == null) {
            var tls = channel.pipeline().get(SslHandler.class);
            known = new Sender(
                    (InetSocketAddress) channel.remoteAddress(),
                    tls == null ? null : tls.engine().getSession());
            sender = known;
        }
        return known;
    }

    /** The decoder's own words quote what was sent, except those about lengths. */
    private static Reason undecodable(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException line ->
                new Reason.HeadTooLarge(true, "The request line is too long: " + cause.getMessage());
            case TooLongHttpHeaderException header ->
                new Reason.HeadTooLarge(false, "The headers are too large: " + cause.getMessage());
            default ->
                new Reason.Malformed(
                        "This is not the head of an HTTP/1.1 request: it needs a line like \"POST /path HTTP/1.1\","
                                + " then headers like \"Name: value\" without control characters (RFC 9112)");
        };
    }

    private void refuse(ChannelHandlerContext context, Reason reason) {
        closing = true;
        heads.refused();
        if (ahead == 0) {
            end(context, reason);
        } else {
            waiting = reason;
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response) {
            provisional = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        }
        if (message instanceof LastHttpContent && !provisional) {
            ahead--;
        }
        var _ = context.write(message, promise);
    }

    /** The next request is wanted: all before it are answered. */
    @Override
    public void read(ChannelHandlerContext context) {
        Reason reason = waiting;
        if (reason != null && ahead == 0) {
            waiting = null;
            end(context, reason);
        } else {
            context.read();
        }
    }

    private void end(ChannelHandlerContext context, Reason reason) {
        var response = answers.of(reason, uri);
        response.headers().set(HttpHeaderNames.CONNECTION, "close");
        context.writeAndFlush(response).addListener(written -> linger(context));
    }

    /** A close while the client still sends would reset the connection, and the answer with it. */
    private static void linger(ChannelHandlerContext context) {
        if (context.channel() instanceof DuplexChannel both) {
            var _ = both.shutdownOutput();
        }
        context.channel().config().setAutoRead(true);
        var _ = context.executor().schedule(() -> close(context), LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static void close(ChannelHandlerContext context) {
        var _ = context.close();
    }
}
