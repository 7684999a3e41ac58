package io.penstock.mcp;

import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** An upstream that does what a test says and remembers what it was sent. */
final class ScriptedUpstream implements AutoCloseable {

    /** A request as it came. */
    record Seen(String method, String uri, HttpHeaders headers, String body) {}

    final List<Seen> seen = new CopyOnWriteArrayList<>();
    final AtomicInteger open = new AtomicInteger();
    volatile BiFunction<Seen, HttpServerResponse, Publisher<Void>> script = (request, response) -> json(response, "{}");

    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final DisposableServer server = HttpServer.create()
            .channelGroup(connections)
            .host("127.0.0.1")
            .port(0)
            .handle(this::handle)
            .bindNow();

    int port() {
        return server.port();
    }

    Seen last() {
        return seen.getLast();
    }

    private Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
        return request.receive().aggregate().asString().defaultIfEmpty("").flatMap(body -> {
            if (body.contains("clientInfo\":{\"name\":\"penstock\"")) {
                return response.sendNotFound().then(); // the gateway's own checks are no part of the script
            }
            var heard = new Seen(
                    request.method().name(),
                    request.uri(),
                    request.requestHeaders().copy(),
                    body);
            open.incrementAndGet();
            seen.add(heard);
            return Mono.from(script.apply(heard, response)).doFinally(end -> open.decrementAndGet());
        });
    }

    static Publisher<Void> json(HttpServerResponse response, String body) {
        return response.header("content-type", "application/json").sendString(Mono.just(body));
    }

    @Override
    public void close() {
        connections.close().awaitUninterruptibly();
        server.disposeNow();
    }
}
