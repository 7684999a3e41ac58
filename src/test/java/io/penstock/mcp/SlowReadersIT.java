package io.penstock.mcp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.catalog.DriftPolicy;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.Transport;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Catalog;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Clients that do not read what they asked for, one of each kind: the upstream is paused, and the connection ends. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "DATA_DIR=target/slow-readers-it",
            "AUTH_ENCRYPTION_SECRET=Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
            "JWT_SECRET_KEY=" + SlowReadersIT.SIGNING,
            "penstock.health.poll=1h",
            "UPSTREAM_ALLOWED_CIDRS=127.0.0.0/8",
            "penstock.mcp.keep-alive=200ms",
            "penstock.ingress.slow-reader=2s"
        })
class SlowReadersIT {

    static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";

    private static final int SMALL = 4096;
    private static final int EVENT = 64 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String CALL =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\"}}";
    private static final String AGREED =
            "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"protocolVersion\":\"2024-11-05\"}}";

    /** So much the kernel may hold between two sockets here, twice, and the gateway between them; what is sent goes far beyond. */
    private static final long MOST_ON_THE_WAY = 24L * 1024 * 1024;

    private static final int EVENTS = 2000;

    @LocalServerPort
    private int port;

    @Autowired
    private Gateways gateways;

    @Autowired
    private Catalog catalog;

    @Autowired
    private MeterRegistry meters;

    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private final AtomicLong sent = new AtomicLong();
    private String path = "";

    @BeforeEach
    void register() {
        var draft = new Gateways.Draft(
                "up-" + UUID.randomUUID(),
                URI.create("http://127.0.0.1:" + upstream.port() + "/mcp"),
                null,
                Transport.STREAMABLEHTTP,
                new UpstreamAuth.None(),
                Visibility.PUBLIC,
                null,
                List.of(),
                List.of(),
                null,
                DriftPolicy.WARN,
                false,
                null);
        var created = gateways.create(draft, "owner@example.com").block();
        Sightings.seen(gateways, created);
        var _ = catalog.refresh().block();
        path = "/gateways/" + created.id();
    }

    @AfterEach
    void close() {
        upstream.close();
    }

    private double closed(String why) {
        return meters.get("penstock.streams.closed").tag("why", why).counter().count();
    }

    /** A client whose own buffer is small. */
    private Socket connect() throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(SMALL);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return socket;
    }

    private static String[] credentials() {
        return new String[] {
            "Authorization: Bearer " + Bearers.token(SIGNING, "lazy@example.com"), "Connection: keep-alive"
        };
    }

    private static Socket say(Socket socket, String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(ISO_8859_1));
        return socket;
    }

    private Flux<String> endless(int size) {
        String event = "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"data\":\""
                + "x".repeat(size) + "\"}}\n\n";
        return Flux.range(0, EVENTS).map(_ -> event).doOnNext(_ -> sent.addAndGet(size));
    }

    private static String heard(InputStream stream, String end) throws IOException {
        var heard = new StringBuilder();
        while (heard.indexOf(end) < 0) {
            int next = stream.read();
            assertThat(next).as("%s", heard).isNotNegative();
            heard.append((char) next);
        }
        return heard.toString();
    }

    /** The upstream is let go when the client has taken nothing for too long. */
    private void ends(String why, double before) {
        await().atMost(PATIENCE).until(() -> closed(why) == before + 1);
        await().atMost(PATIENCE).until(() -> upstream.open.get() == 0);
    }

    /** It is paused until then. */
    private void isPausedAndEnds(String why, double before) {
        ends(why, before);
        assertThat(sent.get()).isBetween(1L, MOST_ON_THE_WAY);
    }

    @Test
    void theAnswerToACallAsEvents() throws Exception {
        upstream.script = (request, response) -> response.sse().sendString(endless(EVENT));
        double before = closed("slow");

        try (var _ = say(connect(), RawClient.post(path + "/mcp", CALL, credentials()))) {
            isPausedAndEnds("slow", before);
        }
    }

    @Test
    void theAnswerToACallAsOneWhole() throws Exception {
        String result = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"text\":\"" + "x".repeat(8 * 1024 * 1024) + "\"}}";
        upstream.script = (request, response) -> ScriptedUpstream.json(response, result);
        double before = closed("slow");

        try (var _ = say(connect(), RawClient.post(path + "/mcp", CALL, credentials()))) {
            ends("slow", before);
        }
    }

    @Test
    void aStreamOfNotifications() throws Exception {
        upstream.script = (request, response) -> response.sse().sendString(endless(EVENT));
        double before = closed("slow");

        try (var _ = say(connect(), RawClient.get(path + "/mcp", with("Accept: text/event-stream")))) {
            isPausedAndEnds("slow", before);
        }
    }

    private static String[] with(String... more) {
        return RawClient.with(credentials(), more);
    }

    @Test
    void aLineOfHttpAndSse() throws Exception {
        script();
        double before = closed("full");

        try (var line = say(connect(), RawClient.get(path + "/sse", credentials()))) {
            String address = heard(line.getInputStream(), "\n\n");
            String messages = address.substring(address.indexOf("data: ") + 6).strip();
            for (String message : List.of(
                    "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2024-11-05\"}}",
                    CALL)) {
                assertThat(RawClient.status(RawClient.head(
                                "127.0.0.1",
                                port,
                                RawClient.post(
                                        messages,
                                        message,
                                        "Authorization: Bearer " + Bearers.token(SIGNING, "lazy@example.com")))))
                        .isEqualTo(202);
            }
            isPausedAndEnds("full", before);
        }
    }

    private void script() {
        upstream.script = (request, response) -> switch (request.method()) {
            case "GET" -> response.sse().sendString(Mono.never());
            case "DELETE" -> response.status(204).send();
            default ->
                request.body().contains("initialize")
                        ? ScriptedUpstream.json(response.header("mcp-session-id", "s"), AGREED)
                        : request.body().contains("tools/call")
                                ? response.sse().sendString(endless(EVENT))
                                : response.status(202).send();
        };
    }
}
