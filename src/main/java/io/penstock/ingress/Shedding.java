package io.penstock.ingress;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import java.util.concurrent.ThreadLocalRandom;
import reactor.netty.channel.ChannelOperations;

/**
 * Turns requests of one connection away while the gateway has more to do than it can: their bodies are dropped, they are answered at once, and
 * the connection is not read again for a while, so that a client who does not wait costs no more than one who does.
 */
final class Shedding {

    private static final long LARGEST_BODY = 64 * 1024;
    private static final long SHORTEST_PAUSE_MILLIS = 250;
    private static final long LONGEST_PAUSE_MILLIS = 750;

    private Shedding() {}

    /**
     * Whether the request may be turned away at all: not where it asks for health or ends a session, and not behind another one that is still
     * being answered.
     */
    static boolean concerns(ChannelHandlerContext context, HttpRequest request) {
        return ChannelOperations.get(context.channel()) == null
                && !request.method().equals(HttpMethod.DELETE)
                && !isHealth(request.uri());
    }

    static boolean isHealth(String uri) {
        return uri.equals("/health") || uri.equals("/ready");
    }

    /** Whether the connection can go on with its next request when this one is turned away, because what is left of it is soon read. */
    static boolean keeps(HttpRequest request) {
        return HttpUtil.isKeepAlive(request)
                && !HttpUtil.isTransferEncodingChunked(request)
                && !request.headers().contains(HttpHeaderNames.EXPECT)
                && !request.headers().contains(HttpHeaderNames.UPGRADE)
                && HttpUtil.getContentLength(request, 0L) <= LARGEST_BODY;
    }

    /** Answers the request, all of which was read. */
    static void answer(ChannelHandlerContext context, DefaultFullHttpResponse response) {
        var _ = context.writeAndFlush(response);
        // not all at once
        TurnTaking.pause(
                context.pipeline(), ThreadLocalRandom.current().nextLong(SHORTEST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS));
    }
}
