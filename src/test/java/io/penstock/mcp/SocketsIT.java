package io.penstock.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.penstock.caller.Digest;
import io.penstock.catalog.DriftPolicy;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Features;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.Transport;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Catalog;
import io.penstock.dev.SampleServer;
import io.penstock.store.Revocations;
import io.penstock.vault.Secret;
import io.penstock.wire.JsonParts;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The whole application between the JDK's WebSocket client and servers of streamable HTTP. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "DATA_DIR=target/sockets-it",
            "AUTH_ENCRYPTION_SECRET=Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
            "JWT_SECRET_KEY=" + SocketsIT.SIGNING,
            "penstock.health.poll=1h",
            "UPSTREAM_ALLOWED_HOSTS=localhost",
            "UPSTREAM_ALLOWED_CIDRS=127.0.0.0/8",
            "logging.level.reactor.netty.http.server=debug",
            "penstock.mcp.keep-alive=300ms"
        })
@ExtendWith(OutputCaptureExtension.class)
class SocketsIT {

    static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";

    private static final String INITIALIZE =
            "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\","
                    + "\"capabilities\":{},\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}}";
    private static final String INITIALIZED = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";
    private static final String DISCOVERED =
            "{\"resultType\":\"complete\",\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{\"tools\":{}}}";
    private static final String MODERN =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"écho\","
                    + "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                    + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}";

    @LocalServerPort
    private int port;

    @Autowired
    private Gateways gateways;

    @Autowired
    private Features features;

    @Autowired
    private Catalog catalog;

    @Autowired
    private Revocations revocations;

    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private final String alice = Bearers.token(SIGNING, "alice@example.com");
    private String gateway = "";

    @BeforeEach
    void register() {
        gateway = register("http://127.0.0.1:" + upstream.port() + "/mcp", "up-secret");
    }

    private String register(String url, String token) {
        var draft = new Gateways.Draft(
                "up-" + UUID.randomUUID(),
                URI.create(url),
                null,
                Transport.STREAMABLEHTTP,
                new UpstreamAuth.Bearer(new Secret(token)),
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
        return "/gateways/" + created.id();
    }

    @AfterEach
    void close() {
        upstream.close();
    }

    private URI uri(String path) {
        return URI.create("ws://localhost:" + port + path);
    }

    @Test
    void speaksToAServerOfSessions() throws Exception {
        try (var server = SampleServer.start(0, Set.of("good"))) {
            String path = register(server.url("/mcp"), "good");
            try (var client = new SocketClient(uri(path + "/ws"), alice)) {
                assertThat(client.subprotocol()).isEqualTo("mcp");
                client.say(INITIALIZE);
                assertThat(client.heard()).contains("\"id\":0", "penstock-sample");
                client.say(INITIALIZED);
                client.say("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}");
                assertThat(client.heard()).contains("\"id\":1", "echo");
                client.sayInParts(List.of(
                        "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"slow\",",
                        "\"arguments\":{},\"_meta\":{\"progressToken\":\"p\"}}}"));
                for (int i = 0; i < 5; i++) {
                    assertThat(client.heard()).contains("notifications/progress");
                }
                assertThat(client.heard()).contains("\"id\":2", "done");
            }
        }
    }

    @Test
    void aStatelessMessageGetsTheHeadersThatItImplies() throws Exception {
        upstream.script =
                (request, response) -> ScriptedUpstream.json(response, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
        try (var client = new SocketClient(uri(gateway + "/ws"), alice)) {
            client.say(MODERN);

            assertThat(client.heard()).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
        }
        var headers = upstream.last().headers();
        assertThat(headers.get("mcp-protocol-version")).isEqualTo("2026-07-28");
        assertThat(headers.get("mcp-method")).isEqualTo("tools/call");
        assertThat(headers.get("mcp-name")).isEqualTo("=?base64?w6ljaG8=?=");
        assertThat(headers.contains("mcp-session-id")).isFalse();
    }

    @Test
    void anArgumentThatAHeaderRepeatsIsRepeatedForAClientThatHasNoHeaders() throws Exception {
        String tool = "{\"name\":\"écho\",\"inputSchema\":{\"type\":\"object\",\"properties\":{"
                + "\"to\":{\"type\":\"string\",\"x-mcp-header\":\"To\"}}}}";
        var registered = gateways.find(UUID.fromString(gateway.substring("/gateways/".length())))
                .block();
        var _ = features.replace(
                        registered, Feature.Kind.TOOL, List.of(new Features.Discovered("écho", tool)), Long.MAX_VALUE)
                .block();
        var _ = catalog.refresh().block();
        upstream.script = (request, response) -> ScriptedUpstream.json(
                response,
                "{\"jsonrpc\":\"2.0\",\"id\":" + JsonParts.member(request.body(), "id") + ",\"result\":"
                        + (request.body().contains("tools/list") ? "{\"tools\":[" + tool + "]}" : DISCOVERED) + "}");
        try (var client = new SocketClient(uri(gateway + "/ws"), alice)) {
            client.say(MODERN.replace(
                    "\"_meta\":{",
                    "\"arguments\":{\"to\":\"ada\"},\"_meta\":{"
                            + "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"test\",\"version\":\"1\"},"));

            assertThat(client.heard()).contains("\"id\":1", "\"result\"");
        }
        assertThat(upstream.last().headers().get("mcp-param-to")).isEqualTo("ada");
    }

    @Test
    void givingUpAStatelessCallEndsTheUpstreamsWork() throws Exception {
        upstream.script = (request, response) -> response.sse()
                .sendString(Flux.just("data: {\"jsonrpc\":\"2.0\",\"method\":\"m\"}\n\n")
                        .concatWith(Mono.never()));
        try (var client = new SocketClient(uri(gateway + "/ws"), alice)) {
            client.say(MODERN);
            assertThat(client.heard()).contains("\"m\"");
            assertThat(upstream.open).hasValue(1);

            client.say("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1}}");

            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(upstream.open).hasValue(0));
            assertThat(upstream.seen).hasSize(1);
        }
    }

    @Test
    void aSocketIsClosedWhenItsUpstreamHasForgottenTheSession() throws Exception {
        upstream.script = (request, response) -> request.body().equals(INITIALIZE)
                ? ScriptedUpstream.json(
                        response.header("mcp-session-id", "s"),
                        "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"protocolVersion\":\"2025-11-25\"}}")
                : response.status(404).send();
        try (var client = new SocketClient(uri(gateway + "/ws"), alice)) {
            client.say(INITIALIZE);
            assertThat(client.heard()).contains("2025-11-25");

            client.say("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\"}}");

            assertThat(client.heard()).contains("\"id\":2,\"error\"");
            assertThat(client.closing())
                    .isEqualTo(new SocketClient.Closed(1012, "The session has ended: connect again"));
        }
    }

    @Test
    void manyCallsGoOnAtOnce() throws Exception {
        upstream.script = (request, response) -> request.body().contains("\"id\":1,")
                ? response.sendString(Mono.never())
                : ScriptedUpstream.json(response, "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{}}");
        try (var client = new SocketClient(uri(gateway + "/ws"), alice)) {
            client.say(MODERN);
            client.say(MODERN.replace("\"id\":1,", "\"id\":2,"));

            assertThat(client.heard()).contains("\"id\":2");
        }
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(upstream.open).hasValue(0));
    }

    @Test
    void whatIsNoMessageIsAnsweredAndTheLineKept() throws Exception {
        upstream.script =
                (request, response) -> ScriptedUpstream.json(response, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
        try (var client = new SocketClient(uri(gateway + "/ws"), alice)) {
            client.say("{");
            assertThat(client.heard()).startsWith("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32700");
            client.say("{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"no/such\"}");
            assertThat(client.heard()).startsWith("{\"jsonrpc\":\"2.0\",\"id\":3,\"error\":{\"code\":-32601");
            client.say(MODERN.replace("2026-07-28", "2099-01-01"));
            assertThat(client.heard()).contains("\"id\":1", "-32022");
            client.say(MODERN);
            assertThat(client.heard()).contains("result");
        }
    }

    @Test
    void theTokenMayComeInTheQueryHereAndStaysOutOfTheLog(CapturedOutput output) throws Exception {
        upstream.script =
                (request, response) -> ScriptedUpstream.json(response, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
        try (var client = new SocketClient(uri(gateway + "/ws?token=" + alice), null)) {
            client.say(MODERN);
            assertThat(client.heard()).contains("result");
        }
        try (var refused = new SocketClient(uri("/gateways/" + UUID.randomUUID() + "/ws?token=" + alice), null)) {
            assertThat(refused.closing().code()).isEqualTo(1008);
        }
        try (var http = HttpClient.newHttpClient()) {
            var plain = http.send(
                    HttpRequest.newBuilder(URI.create("http://localhost:" + port + gateway + "/ws?token=" + alice))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(plain.statusCode()).isEqualTo(400);
        }

        assertThat(output.getAll())
                .contains("Open a WebSocket here", "There is no such gateway")
                .doesNotContain(alice.substring(alice.lastIndexOf('.') + 1));
    }

    @Test
    void aTokenInTheQueryDoesNothingElsewhere() throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            var elsewhere = http.send(
                    HttpRequest.newBuilder(URI.create("http://localhost:" + port + gateway + "/mcp?token=" + alice))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(MODERN))
                            .build(),
                    BodyHandlers.ofString());

            assertThat(elsewhere.statusCode()).isEqualTo(401);
        }
    }

    @Test
    void theSubprotocolNeedNotBeOffered() throws Exception {
        upstream.script =
                (request, response) -> ScriptedUpstream.json(response, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");

        try (var client = SocketClient.offering(uri(gateway + "/ws"), alice)) {
            client.say(MODERN);
            assertThat(client.heard()).contains("result");
            assertThat(client.subprotocol()).isEmpty();
        }
        try (var client = SocketClient.offering(uri(gateway + "/ws"), alice, "chat", "mcp")) {
            client.say(MODERN);
            assertThat(client.heard()).contains("result");
            assertThat(client.subprotocol()).isEqualTo("mcp");
        }
        try (var refused = SocketClient.offering(uri(gateway + "/ws"), "junk")) {
            assertThat(refused.closing().code()).isEqualTo(1008);
        }
    }

    @Test
    void whoIsRefusedIsToldByTheClosing() throws Exception {
        try (var nobody = new SocketClient(uri(gateway + "/ws"), null);
                var forged = new SocketClient(uri(gateway + "/ws?token=a.b.c"), null);
                var lost = new SocketClient(uri("/gateways/" + UUID.randomUUID() + "/ws"), alice)) {
            assertThat(nobody.closing().code()).isEqualTo(1008);
            assertThat(nobody.closing().reason()).contains("access token");
            assertThat(forged.closing().code()).isEqualTo(1008);
            assertThat(lost.closing()).isEqualTo(new SocketClient.Closed(1008, "There is no such gateway"));
        }
        assertThat(upstream.seen).isEmpty();
    }

    @Test
    void anotherOriginIsRefusedBeforeTheHandshake() {
        try (var http = HttpClient.newHttpClient()) {
            var foreign = http.newWebSocketBuilder()
                    .header("Authorization", "Bearer " + alice)
                    .header("Origin", "https://evil.example.com")
                    .buildAsync(uri(gateway + "/ws"), new WebSocket.Listener() {});

            assertThatThrownBy(foreign::join)
                    .cause()
                    .isInstanceOfSatisfying(
                            WebSocketHandshakeException.class,
                            refused -> assertThat(refused.getResponse().statusCode())
                                    .isEqualTo(403));
        }
    }

    @Test
    void framesOfTheWrongKindOrSizeCloseTheLine() throws Exception {
        try (var binary = new SocketClient(uri(gateway + "/ws"), alice);
                var large = new SocketClient(uri(gateway + "/ws"), alice);
                var manyParts = new SocketClient(uri(gateway + "/ws"), alice)) {
            binary.sayBinary(new byte[] {1});
            assertThat(binary.closing().code()).isEqualTo(1003);

            large.say("x".repeat(1024 * 1024 + 1));
            assertThat(large.closing().code()).isEqualTo(1009);

            String half = "x".repeat(600 * 1024);
            manyParts.sayInParts(List.of(half, half));
            assertThat(manyParts.closing().code()).isEqualTo(1009);
        }
    }

    @Test
    void aQuietLineIsPingedUntilItsTokenEnds() throws Exception {
        try (var client = new SocketClient(uri(gateway + "/ws"), alice)) {
            for (int i = 0; i < 6; i++) { // longer than a line without answers would be kept
                client.pinged();
            }

            revocations
                    .revoke(Digest.of(alice).hex(), Instant.now().plusSeconds(600))
                    .block();

            assertThat(client.closing().code()).isEqualTo(1008);
        }
    }
}
