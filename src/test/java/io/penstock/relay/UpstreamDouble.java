package io.penstock.relay;

import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.concurrent.DefaultEventExecutor;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerResponse;

/** An upstream that answers as a test says, remembers what it heard, and counts its connections. */
public final class UpstreamDouble implements AutoCloseable {

    /** The results that begin every conversation. */
    public static final String DISCOVERED = """
            {"supportedVersions":["2026-07-28"],"capabilities":{"tools":{"listChanged":true}},"resultType":"complete",\
            "_meta":{"io.modelcontextprotocol/serverInfo":{"name":"double","version":"1"}}}""";

    public static final String INITIALIZED = """
            {"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"double","version":"1"}}""";

    /** A request that it heard. */
    public record Heard(String method, String uri, HttpHeaders headers, String body) {

        /** The value of a string or number member, wherever in the body it is first. */
        public String member(String name) {
            var matcher = Pattern.compile("\"" + name + "\":\"?([^\",}]*)").matcher(body);
            return matcher.find() ? matcher.group(1) : "";
        }

        /** The id as JSON text. */
        public String id() {
            var matcher = Pattern.compile("\"id\":(\"[^\"]*\"|[0-9]+)").matcher(body);
            return matcher.find() ? matcher.group(1) : "";
        }

        public boolean says(String rpcMethod) {
            return member("method").equals(rpcMethod);
        }
    }

    public final List<Heard> heard = new CopyOnWriteArrayList<>();

    private final AtomicInteger opened = new AtomicInteger();
    private final DefaultChannelGroup connections = new DefaultChannelGroup(new DefaultEventExecutor());
    private final DisposableServer server;

    public UpstreamDouble(BiFunction<Heard, HttpServerResponse, Publisher<Void>> answers) {
        server = HttpServer.create()
                .host("localhost")
                .port(0)
                .doOnConnection(connection -> {
                    if (connections.add(connection.channel())) {
                        opened.incrementAndGet();
                    }
                })
                .handle((request, response) -> request.receive()
                        .aggregate()
                        .asString()
                        .defaultIfEmpty("")
                        .flatMap(body -> {
                            var headers = request.requestHeaders().copy();
                            var said = new Heard(request.method().name(), request.uri(), headers, body);
                            heard.add(said);
                            return Mono.from(answers.apply(said, response));
                        }))
                .bindNow();
    }

    /** One that has an empty result for whoever shows that token, and 401 for anybody else. */
    public static UpstreamDouble taking(String token) {
        return new UpstreamDouble(
                (heard, response) -> ("Bearer " + token).equals(heard.headers().get("authorization"))
                        ? result(response, heard, "{}")
                        : status(response, 401));
    }

    /** The tokens that it was shown. */
    public List<String> tokens() {
        return heard.stream()
                .map(said -> said.headers().get("authorization").substring("Bearer ".length()))
                .toList();
    }

    public URI url(String path) {
        return URI.create("http://localhost:" + server.port() + path);
    }

    public int connections() {
        return connections.size();
    }

    /** How many connections there ever were. */
    public int opened() {
        return opened.get();
    }

    /** What it was asked, by JSON-RPC method, or HTTP method where there was no body. */
    public List<String> methods() {
        return heard.stream()
                .map(said -> said.body().isEmpty() ? said.method() : said.member("method"))
                .toList();
    }

    @Override
    public void close() {
        server.disposeNow();
    }

    public static Mono<Void> status(HttpServerResponse response, int status) {
        return response.status(status).send().then();
    }

    public static Mono<Void> json(HttpServerResponse response, int status, String body) {
        return response.status(status)
                .header("Content-Type", "application/json")
                .sendString(Mono.just(body))
                .then();
    }

    public static Mono<Void> result(HttpServerResponse response, Heard heard, String result) {
        return json(response, 200, result(heard, result));
    }

    public static String result(Heard heard, String result) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + heard.id() + ",\"result\":" + result + "}";
    }

    /** An error whose words repeat the credential. */
    public static Mono<Void> error(HttpServerResponse response, int status, Heard heard, int code) {
        return json(
                response,
                status,
                "{\"jsonrpc\":\"2.0\",\"id\":" + heard.id() + ",\"error\":{\"code\":" + code
                        + ",\"message\":\"sesame is wrong\"}}");
    }

    public static Mono<Void> events(HttpServerResponse response, Publisher<String> events) {
        return response.sse().sendString(events, StandardCharsets.UTF_8).then();
    }

    public static String event(String data) {
        return "event: message\ndata: " + data + "\n\n";
    }
}
