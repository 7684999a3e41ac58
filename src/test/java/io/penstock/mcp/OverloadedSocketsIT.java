package io.penstock.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.catalog.DriftPolicy;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.Transport;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Catalog;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import reactor.core.publisher.Flux;

/** WebSockets that are closed because there is too much of something: with the code that says that it may be tried again later. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "DATA_DIR=target/overloaded-sockets-it",
            "AUTH_ENCRYPTION_SECRET=Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
            "JWT_SECRET_KEY=" + OverloadedSocketsIT.SIGNING,
            "penstock.health.poll=1h",
            "UPSTREAM_ALLOWED_CIDRS=127.0.0.0/8",
            "penstock.mcp.streams-per-caller=3"
        })
class OverloadedSocketsIT {

    static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";

    private static final int TRY_AGAIN_LATER = 1013;
    private static final String UNKNOWN = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"}";
    private static final String MODERN =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\","
                    + "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                    + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}";

    @LocalServerPort
    private int port;

    @Autowired
    private Gateways gateways;

    @Autowired
    private Catalog catalog;

    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private URI uri = URI.create("/");

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
        uri = URI.create("ws://localhost:" + port + "/gateways/" + created.id() + "/ws");
    }

    @AfterEach
    void close() {
        upstream.close();
    }

    @Test
    void whoOpensTooManyLinesIsToldToTryAgainLater() throws Exception {
        String busy = Bearers.token(SIGNING, "busy@example.com");
        var open = new ArrayList<SocketClient>();
        try {
            for (int i = 0; i < 3; i++) {
                open.add(new SocketClient(uri, busy));
                open.getLast().say(UNKNOWN); // answered once it is open
                assertThat(open.getLast().heard()).contains("-32601");
            }
            try (var another = new SocketClient(uri, busy)) {
                assertThat(another.closing().code()).isEqualTo(TRY_AGAIN_LATER);
                assertThat(another.closing().reason()).contains("3 open streams");
            }
            open.getFirst().say(UNKNOWN);
            assertThat(open.getFirst().heard()).contains("-32601");
        } finally {
            open.forEach(SocketClient::close);
        }
    }

    @Test
    void whoDoesNotReadIsToldSoWhenTheyDo() throws Exception {
        String message = "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"data\":\""
                + "x".repeat(100_000) + "\"}}\n\n";
        upstream.script = (request, response) ->
                response.sse().sendString(Flux.range(0, 400).map(_ -> message));
        try (var lazy = SocketClient.lazy(uri, Bearers.token(SIGNING, "lazy@example.com"))) {
            lazy.say(MODERN);
            await().until(() -> !upstream.seen.isEmpty() && upstream.open.get() == 0);

            lazy.wake();

            assertThat(lazy.closing().code()).isEqualTo(TRY_AGAIN_LATER);
            assertThat(lazy.closing().reason()).contains("waiting to be read");
        }
    }
}
