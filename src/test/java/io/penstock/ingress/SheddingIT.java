package io.penstock.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.wire.Refusal.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** The listening server while it has more to do than it can, which the test says. */
class SheddingIT {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Reason BUSY = new Reason.Unavailable("Busy: try again later", Duration.ofSeconds(3));

    private final AtomicBoolean busy = new AtomicBoolean();
    private final AtomicInteger routed = new AtomicInteger();
    private final Sinks.Empty<Void> slow = Sinks.empty();
    private volatile Runnable atRoute = () -> {};
    private DisposableServer server;

    @BeforeEach
    void listen() {
        var settings = new IngressSettings(
                URI.create("https://mcp.example.com"),
                List.of(),
                List.of(),
                DataSize.ofMegabytes(1),
                LONG,
                LONG,
                LONG,
                LONG);
        var properties = new ServerProperties();
        properties.setAddress(InetAddress.getLoopbackAddress());
        var slowReaders = new SlowReaders(settings, new SimpleMeterRegistry());
        var pressures = Calm.always(() -> busy.get() ? BUSY : null);
        server = new Listening(
                        settings,
                        properties,
                        List.of(),
                        slowReaders,
                        pressures,
                        (path, reason, id) -> path.equals("/users") ? new byte[] {'{', '}'} : null)
                .apply(HttpServer.create().host("127.0.0.1").port(0))
                .handle((request, response) -> {
                    routed.incrementAndGet();
                    atRoute.run();
                    Mono<Void> ready = request.uri().equals("/slow") ? slow.asMono() : Mono.empty();
                    return request.receive()
                            .aggregate()
                            .then(ready)
                            .then(Mono.defer(() -> response.header("content-length", "4")
                                    .sendString(Mono.just("seen"))
                                    .then()));
                })
                .bindNow();
    }

    @AfterEach
    void close() {
        server.disposeNow();
    }

    private Socket connect() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout((int) LONG.toMillis());
        return socket;
    }

    private static String post(String path, int length) {
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + length + "\r\n\r\n"
                + "x".repeat(length);
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** One answer, with its body. */
    private static String answer(Socket socket) throws IOException {
        var in = socket.getInputStream();
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            assertThat(next).as("%s", head).isNotNegative();
            head.append((char) next);
        }
        String lower = head.toString().toLowerCase(java.util.Locale.ROOT);
        int at = lower.indexOf("content-length: ") + 16;
        int length = Integer.parseInt(lower.substring(at, lower.indexOf('\r', at)));
        return head + new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    @Test
    void aCallIsTurnedAwayBeforeARouteSeesItAndTheConnectionGoesOn() throws IOException {
        try (var socket = connect()) {
            busy.set(true);
            say(socket, post("/", 1000));
            assertThat(answer(socket))
                    .startsWith("HTTP/1.1 503")
                    .containsIgnoringCase("retry-after: 3\r\n")
                    .contains("\"jsonrpc\":\"2.0\"", "Busy: try again later", "\"retry_after\":3");
            assertThat(routed).hasValue(0);

            say(socket, post("/", 1000));
            assertThat(answer(socket)).startsWith("HTTP/1.1 503");

            busy.set(false);
            say(socket, post("/", 1000));
            assertThat(answer(socket)).startsWith("HTTP/1.1 200").endsWith("seen");
            assertThat(routed).hasValue(1);
        }
    }

    @Test
    void aCallOfRestIsToldAProblem() throws IOException {
        busy.set(true);
        try (var socket = connect()) {
            say(socket, post("/users", 10));

            assertThat(answer(socket))
                    .startsWith("HTTP/1.1 503")
                    .containsIgnoringCase("content-type: application/problem+json\r\n")
                    .containsIgnoringCase("retry-after: 3\r\n")
                    .endsWith("{}");
        }
    }

    @Test
    void whoDoesNotWaitIsNotReadForAWhile() throws IOException {
        busy.set(true);
        try (var socket = connect()) {
            long begun = System.nanoTime();
            say(socket, post("/", 10));
            var _ = answer(socket);

            say(socket, post("/", 10));

            assertThat(answer(socket)).startsWith("HTTP/1.1 503");
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(200));
        }
    }

    @Test
    void theBodyMayComeInPieces() throws IOException {
        busy.set(true);
        try (var socket = connect()) {
            String request = post("/", 30_000);
            for (int from = 0; from < request.length(); from += 5_000) {
                say(socket, request.substring(from, Math.min(request.length(), from + 5_000)));
            }
            assertThat(answer(socket)).startsWith("HTTP/1.1 503");
        }
    }

    @Test
    void aCallUnderWayIsFinished() throws IOException {
        try (var socket = connect()) {
            say(socket, post("/slow", 10));
            while (routed.get() == 0) {
                Thread.onSpinWait();
            }
            busy.set(true);

            slow.tryEmitEmpty().orThrow();

            assertThat(answer(socket)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void whatComesBehindACallUnderWayIsAnsweredAfterIt() throws IOException {
        atRoute = () -> busy.set(true);
        try (var socket = connect()) {
            say(socket, post("/slow", 10) + post("/", 10));
            while (!busy.get()) {
                Thread.onSpinWait();
            }
            slow.tryEmitEmpty().orThrow();

            assertThat(answer(socket)).startsWith("HTTP/1.1 200");
            assertThat(answer(socket)).startsWith("HTTP/1.1 200");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /health", "GET /ready", "DELETE /gateways/1/mcp"})
    void healthAndTheEndOfASessionAreNeverTurnedAway(String line) throws IOException {
        busy.set(true);
        try (var socket = connect()) {
            say(socket, line + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(answer(socket)).startsWith("HTTP/1.1 200");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 500000",
                "Transfer-Encoding: chunked",
                "Expect: 100-continue",
                "Upgrade: websocket"
            })
    void whereTheRestIsLongOrNotToBeToldTheConnectionEnds(String header) throws IOException {
        busy.set(true);
        try (var socket = connect()) {
            say(socket, "POST / HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n\r\n");
            assertThat(answer(socket)).startsWith("HTTP/1.1 503").containsIgnoringCase("connection: close");
            assertThat(socket.getInputStream().read()).isNegative();
        }
    }
}
