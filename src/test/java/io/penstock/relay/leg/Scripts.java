package io.penstock.relay.leg;

import io.penstock.relay.UpstreamDouble;
import io.penstock.relay.UpstreamDouble.Heard;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.netty.http.server.HttpServerResponse;

/** How scripted upstreams of each era begin. */
final class Scripts {

    private Scripts() {}

    static BiFunction<Heard, HttpServerResponse, Publisher<Void>> stateless(
            BiFunction<Heard, HttpServerResponse, Publisher<Void>> answers) {
        return (heard, response) -> heard.says("server/discover")
                ? UpstreamDouble.result(response, heard, UpstreamDouble.DISCOVERED)
                : answers.apply(heard, response);
    }

    /** Sessions {@code s-1}, {@code s-2} and so on; what is no request is taken. */
    static BiFunction<Heard, HttpServerResponse, Publisher<Void>> sessions(
            BiFunction<Heard, HttpServerResponse, Publisher<Void>> answers) {
        var opened = new AtomicInteger();
        return (heard, response) -> switch (heard.method() + heard.member("method")) {
            case "POSTserver/discover" -> UpstreamDouble.status(response, 400);
            case "POSTinitialize" ->
                UpstreamDouble.result(
                        response.header("Mcp-Session-Id", "s-" + opened.incrementAndGet()),
                        heard,
                        UpstreamDouble.INITIALIZED);
            case "POSTnotifications/initialized", "POSTnotifications/cancelled", "POST", "DELETE" ->
                UpstreamDouble.status(response, 202);
            default -> answers.apply(heard, response);
        };
    }

    /** HTTP+SSE: says on its stream what is put there, and answers {@code initialize}. */
    static final class Stream implements BiFunction<Heard, HttpServerResponse, Publisher<Void>> {

        private final Sinks.Many<String> stream = Sinks.many().multicast().onBackpressureBuffer(4096, false);
        private final BiFunction<Heard, HttpServerResponse, Publisher<Void>> posts;

        Stream(BiFunction<Heard, HttpServerResponse, Publisher<Void>> posts) {
            this.posts = posts;
        }

        synchronized void say(String message) {
            stream.tryEmitNext(UpstreamDouble.event(message)).orThrow();
        }

        synchronized void end() {
            stream.tryEmitComplete().orThrow();
        }

        @Override
        public Publisher<Void> apply(Heard heard, HttpServerResponse response) {
            if (heard.method().equals("GET")) {
                var first = Flux.just("event: endpoint\ndata: /messages?s=1\n\n");
                return UpstreamDouble.events(response, Flux.concat(first, stream.asFlux()));
            }
            if (!heard.uri().startsWith("/messages")) {
                return UpstreamDouble.status(response, 404);
            }
            if (heard.says("initialize")) {
                say(UpstreamDouble.result(heard, UpstreamDouble.INITIALIZED));
            }
            return heard.says("initialize") || heard.says("notifications/initialized")
                    ? UpstreamDouble.status(response, 202)
                    : posts.apply(heard, response);
        }
    }
}
