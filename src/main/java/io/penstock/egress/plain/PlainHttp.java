package io.penstock.egress.plain;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.resolver.AddressResolverGroup;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/**
 * A lean client for the plain case of a call: a POST over HTTP/1.1 without TLS, whose answer is small or a stream of events. Each event loop
 * has connections of its own, so that a call that came in on a loop goes out and is answered on it (decision 0014).
 */
public final class PlainHttp {

    /** Servers commonly close idle connections after 5 s (Node's default); one that is about to be closed must not carry a call. */
    public static final Duration LONGEST_IDLE = Duration.ofSeconds(4);

    /** Of an answer, in bytes. */
    public static final int LONGEST_HEAD = 32 * 1024;

    /** Who asks, as upstreams are told. */
    public static final String AGENT = "penstock";

    private final EventLoopGroup loops;
    private final Bootstrap bootstrap;
    private final int most;
    private final ConcurrentMap<Origin, Connections> upstreams = new ConcurrentHashMap<>();

    /**
     * @param resolvers checks each address that is connected to
     * @param most connections to one origin
     */
    public PlainHttp(
            LoopResources resources,
            AddressResolverGroup<InetSocketAddress> resolvers,
            Duration connectTimeout,
            int most) {
        this.loops = resources.onClient(LoopResources.DEFAULT_NATIVE);
        this.bootstrap = new Bootstrap()
                .channelFactory(() -> resources.onChannel(SocketChannel.class, loops))
                .resolver(resolvers)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(connectTimeout.toMillis()))
                .option(ChannelOption.TCP_NODELAY, true);
        this.most = most;
    }

    /** Whether it is for such an address: one without TLS. */
    public static boolean isFor(URI uri) {
        return "http".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null;
    }

    /**
     * Posts the body, on the event loop that this is subscribed on. Never empty. Cancelling closes the connection. Error: {@link NoRoom};
     * {@link java.util.concurrent.TimeoutException}; {@link io.netty.handler.codec.TooLongFrameException} where the answer is larger than the
     * limit; another {@link java.io.IOException} where there was no connection, or it broke off. Nothing is sent a second time.
     *
     * @param head what this adds to is the host, the length and who asks
     * @param timeout until the answer is whole, or a stream has begun
     * @param largest the most bytes of an answer that is no stream
     */
    public Mono<Answered> post(URI uri, HttpHeaders head, byte[] body, Duration timeout, long largest) {
        return Mono.create(sink -> {
            var exchange = new Exchange(request(uri, head, body), sink, timeout, largest);
            EventLoop loop = loops.next();
            if (loop.inEventLoop()) {
                send(Origin.of(uri), exchange, loop);
            } else {
                loop.execute(() -> send(Origin.of(uri), exchange, loop));
            }
        });
    }

    private static DefaultFullHttpRequest request(URI uri, HttpHeaders head, byte[] body) {
        head.set(HttpHeaderNames.HOST, uri.getRawAuthority());
        head.set(HttpHeaderNames.USER_AGENT, AGENT);
        head.set(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.length));
        return new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                HttpMethod.POST,
                target(uri),
                Unpooled.wrappedBuffer(body),
                head,
                EmptyHttpHeaders.INSTANCE);
    }

    private static String target(URI uri) {
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    private void send(Origin origin, Exchange exchange, EventLoop loop) {
        exchange.start(loop);
        Connections known = upstreams.get(origin);
        Connection idle = known == null ? null : known.takeIdle(loop);
        if (idle != null) {
            idle.carry(exchange);
            return;
        }
        Connections connections = Connections.reserve(origin, upstreams, most);
        if (connections == null) {
            exchange.fail(new NoRoom());
            return;
        }
        connect(origin, exchange, new Connection(connections, loop));
    }

    private void connect(Origin origin, Exchange exchange, Connection connection) {
        var connecting = bootstrap
                .clone(connection.loop())
                .handler(new Pipeline(connection))
                .connect(origin.address());
        connecting.addListener(done -> {
            if (done.isSuccess()) {
                connection.carry(exchange);
            } else {
                connection.closed();
                exchange.fail(done.cause());
            }
        });
    }
}
