package io.penstock.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** What becomes of connections that say nothing for a while, on the listening server. */
class WaitingIT {

    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final Duration LONGER = Duration.ofMillis(2500);
    private static final Duration LONG = Duration.ofSeconds(30);

    private static final String UPGRADE = String.join(
            "\r\n",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "");

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
                IDLE,
                LONG);
        var properties = new ServerProperties();
        properties.setAddress(InetAddress.getLoopbackAddress());
        server = new Listening(
                        settings,
                        properties,
                        List.of(),
                        new SlowReaders(settings, new SimpleMeterRegistry()),
                        Calm.PRESSURES,
                        (path, reason, id) -> null)
                .apply(HttpServer.create().host("127.0.0.1").port(0))
                .handle((request, response) -> switch (request.uri()) {
                    case "/later" -> Mono.delay(LONGER).then(response.send().then());
                    case "/events" ->
                        response.sse()
                                .sendString(Mono.delay(LONGER).map(_ -> "late").flux());
                    case "/socket" ->
                        response.sendWebsocket(
                                (in, out) -> out.sendString(Flux.just("late").delaySequence(LONGER)));
                    default -> response.sendString(Mono.just("seen"));
                })
                .bindNow();
    }

    @AfterEach
    void close() {
        server.disposeNow();
    }

    private Socket connected() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static void ask(Socket socket, String path, String headers) throws IOException {
        String head = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** What comes until this does, or the connection ends. */
    private static String upTo(String last, Socket socket) throws IOException {
        var read = new StringBuilder();
        for (int next;
                !read.toString().endsWith(last)
                        && (next = socket.getInputStream().read()) >= 0; ) {
            read.append((char) next);
        }
        return read.toString();
    }

    @Test
    void aConnectionThatAsksNothingMoreIsClosed() throws IOException {
        try (var socket = connected()) {
            ask(socket, "/", "");
            assertThat(upTo("seen\r\n0\r\n\r\n", socket))
                    .startsWith("HTTP/1.1 200")
                    .contains("seen");

            assertThat(socket.getInputStream().read()).isNegative();
        }
    }

    @Test
    void oneThatNeverAskedIsClosed() throws IOException {
        try (var socket = connected()) {
            assertThat(socket.getInputStream().read()).isNegative();
        }
    }

    @Test
    void anAnswerMayTakeLonger() throws IOException {
        try (var socket = connected()) {
            ask(socket, "/later", "");
            assertThat(upTo("\r\n\r\n", socket)).startsWith("HTTP/1.1 200");

            ask(socket, "/", "");
            assertThat(upTo("seen", socket)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aStreamMaySayNothingForLonger() throws IOException {
        try (var socket = connected()) {
            ask(socket, "/events", "");

            assertThat(upTo("late", socket)).startsWith("HTTP/1.1 200").endsWith("late");
        }
    }

    @Test
    void aWebSocketMaySayNothingForLonger() throws IOException {
        try (var socket = connected()) {
            ask(socket, "/socket", UPGRADE);

            assertThat(upTo("late", socket)).startsWith("HTTP/1.1 101").endsWith("late");
        }
    }
}
