package io.penstock.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientSseClientTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import io.penstock.Tokens;
import io.penstock.caller.Digest;
import io.penstock.catalog.DriftPolicy;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.Transport;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Catalog;
import io.penstock.dev.SampleServer;
import io.penstock.store.Revocations;
import io.penstock.vault.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The whole application between clients of HTTP+SSE (2024-11-05) and servers with sessions. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "DATA_DIR=target/lines-it",
            "AUTH_ENCRYPTION_SECRET=Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
            "JWT_SECRET_KEY=" + LinesIT.SIGNING,
            "penstock.health.poll=1h",
            "UPSTREAM_ALLOWED_HOSTS=localhost",
            "UPSTREAM_ALLOWED_CIDRS=127.0.0.0/8",
            "penstock.mcp.keep-alive=300ms",
            "penstock.mcp.streams-per-caller=3"
        })
class LinesIT {

    static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";

    private static final String INITIALIZE =
            "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2024-11-05\"}}";
    private static final String INITIALIZED = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";
    private static final String CALL =
            "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"tools/call\",\"params\":{\"name\":\"echo\",\"arguments\":{}}}";
    private static final String AGREED =
            "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"protocolVersion\":\"2024-11-05\"}}";

    @LocalServerPort
    private int port;

    @Autowired
    private Gateways gateways;

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
        upstream.script = (request, response) -> switch (request.method()) {
            case "GET" -> response.sse().sendString(Flux.just(":\n\n").concatWith(Mono.never()));
            case "DELETE" -> response.status(204).send();
            default ->
                request.body().contains("\"initialize\"")
                        ? ScriptedUpstream.json(response.header("mcp-session-id", "upstream-session"), AGREED)
                        : request.body().contains("\"id\"")
                                ? ScriptedUpstream.json(response, "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"result\":{}}")
                                : response.status(202).send();
        };
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

    private SseClient client(String token) throws Exception {
        return new SseClient(URI.create("http://localhost:" + port + gateway + "/sse"), token);
    }

    /** A line with its handshake behind it; gives its address. */
    private static String greet(SseClient client) throws Exception {
        String address = client.data();
        assertThat(client.post(address, INITIALIZE).statusCode()).isEqualTo(202);
        assertThat(client.data()).isEqualTo(AGREED);
        assertThat(client.post(address, INITIALIZED).statusCode()).isEqualTo(202);
        return address;
    }

    @Test
    @SuppressWarnings("deprecation") // of the transport: clients of the 2024 revision speak no other
    void theJavaSdkSpeaksThroughALineToAServerOfALaterRevision() throws Exception {
        var steps = new AtomicInteger();
        try (var server = SampleServer.start(0, Set.of("good"))) {
            String path = register(server.url("/mcp"), "good");
            var transport = HttpClientSseClientTransport.builder("http://localhost:" + port)
                    .sseEndpoint(path + "/sse")
                    .requestBuilder(
                            HttpRequest.newBuilder().header("Authorization", "Bearer " + Tokens.administrator(SIGNING)))
                    .build();
            try (McpSyncClient client = McpClient.sync(transport)
                    .progressConsumer(_ -> steps.incrementAndGet())
                    .build()) {
                assertThat(client.initialize().serverInfo().name()).isEqualTo("penstock-sample");
                assertThat(client.listTools().tools().stream().map(Tool::name))
                        .containsExactlyInAnyOrder("echo", "add", "time", "slow");
                var slow = client.callTool(CallToolRequest.builder("slow")
                        .arguments(Map.of())
                        .progressToken("p")
                        .build());
                assertThat(((TextContent) slow.content().getFirst()).text()).isEqualTo("done");
            }
        }

        assertThat(steps).hasValue(5);
    }

    @Test
    void eachMessageGoesOnWithTheSessionAndRevisionThatWereAgreedOn() throws Exception {
        try (var client = client(alice)) {
            String address = greet(client);
            assertThat(address).startsWith(gateway + "/message?session_id=").doesNotContain("upstream-session");

            assertThat(client.post(address, CALL).statusCode()).isEqualTo(202);

            assertThat(client.data()).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"result\":{}}");
            var call = upstream.seen.stream()
                    .filter(seen -> seen.body().equals(CALL))
                    .findFirst()
                    .orElseThrow();
            assertThat(call.headers().get("mcp-session-id")).isEqualTo("upstream-session");
            assertThat(call.headers().get("mcp-protocol-version")).isEqualTo("2024-11-05");
            assertThat(call.headers().get("authorization")).isEqualTo("Bearer up-secret");
        }
    }

    @Test
    void aLaterRevisionOfTheServersIsKeptFromTheClientAndUsedTowardsTheServer() throws Exception {
        var script = upstream.script;
        upstream.script = (request, response) -> request.body().equals(INITIALIZE)
                ? ScriptedUpstream.json(
                        response.header("mcp-session-id", "s"), AGREED.replace("2024-11-05", "2025-06-18"))
                : script.apply(request, response);
        try (var client = client(alice)) {
            var _ = client.post(greet(client), CALL);

            assertThat(client.data()).contains("\"id\":\"a\"");
        }
        assertThat(upstream.seen)
                .anyMatch(seen -> seen.body().equals(CALL)
                        && "2025-06-18".equals(seen.headers().get("mcp-protocol-version")));
    }

    @Test
    void whatTheServerSaysByItselfComesOnTheLine() throws Exception {
        var script = upstream.script;
        upstream.script = (request, response) -> request.method().equals("GET")
                ? response.sse()
                        .sendString(Flux.just("id: 1\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"m\"}\n\n")
                                .concatWith(Mono.never()))
                : script.apply(request, response);
        try (var client = client(alice)) {
            var _ = greet(client);

            assertThat(client.next("event: ")).isEqualTo("message");
            assertThat(client.data()).isEqualTo("{\"jsonrpc\":\"2.0\",\"method\":\"m\"}");
            assertThat(client.next(": ")).isEmpty();
        }
    }

    @Test
    void aClientThatLeavesEndsItsCallsAndItsSession() throws Exception {
        var script = upstream.script;
        upstream.script = (request, response) ->
                request.body().equals(CALL) ? response.sendString(Mono.never()) : script.apply(request, response);
        try (var client = client(alice)) {
            var _ = client.post(greet(client), CALL);
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(upstream.open).hasValue(2));
        }

        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            assertThat(upstream.open).hasValue(0);
            assertThat(upstream.last().method()).isEqualTo("DELETE");
        });
        assertThat(upstream.last().headers().get("mcp-session-id")).isEqualTo("upstream-session");
        assertThat(upstream.seen)
                .anyMatch(seen -> seen.body().contains("notifications/cancelled")
                        && seen.body().contains("\"requestId\":\"a\""));
    }

    @Test
    void aStreamThatTheServerClosesBeforeItsAnswerIsResumed() throws Exception {
        var script = upstream.script;
        upstream.script = (request, response) -> {
            if (request.body().equals(CALL)) {
                return response.sse().sendString(Mono.just("id: 7\ndata:\n\n"));
            }
            return "7".equals(request.headers().get("last-event-id"))
                    ? response.sse()
                            .sendString(
                                    Mono.just("data: {\"jsonrpc\":\"2.0\",\"id\":\"a\",\"result\":{\"late\":1}}\n\n"))
                    : script.apply(request, response);
        };
        try (var client = client(alice)) {
            var _ = client.post(greet(client), CALL);

            assertThat(client.data()).contains("late");
        }
    }

    @Test
    void anUpstreamsFailureIsTheAnswerToTheRequest() throws Exception {
        var script = upstream.script;
        upstream.script = (request, response) ->
                request.body().equals(CALL) ? response.status(500).send() : script.apply(request, response);
        try (var client = client(alice)) {
            var _ = client.post(greet(client), CALL);

            assertThat(client.data()).startsWith("{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"error\":{\"code\":-32603");
        }
    }

    @Test
    void aLineEndsWhenItsUpstreamHasForgottenTheSession() throws Exception {
        var script = upstream.script;
        upstream.script = (request, response) ->
                request.body().equals(CALL) ? response.status(404).send() : script.apply(request, response);
        try (var client = client(alice)) {
            var _ = client.post(greet(client), CALL);

            assertThat(client.data()).contains("\"id\":\"a\",\"error\"");
            assertThat(client.next(": The session has ended")).isEqualTo(": connect again");
            assertThat(client.data()).isNull();
        }
    }

    private String whole(String request) throws IOException {
        return RawClient.whole("127.0.0.1", port, request);
    }

    @Test
    void whatIsNotPermittedIsRefusedWhereItIsSaid() throws Exception {
        try (var client = client(alice)) {
            String address = greet(client);
            String base = gateway + "/message";

            var nobody = client.post(address, CALL, "nonsense");
            assertThat(nobody.statusCode()).isEqualTo(401);
            assertThat(nobody.headers().firstValue("www-authenticate").orElseThrow())
                    .contains("/.well-known/oauth-protected-resource" + gateway + "/sse\"");
            assertThat(client.post(address, CALL, Bearers.token(SIGNING, "bob@example.com"))
                            .statusCode())
                    .isEqualTo(404);
            assertThat(client.post(base + "?session_id=AAAA", CALL).statusCode())
                    .isEqualTo(404);
            assertThat(client.post(base, CALL).statusCode()).isEqualTo(400);
            String unreadable = base + "?session_id=%zz&token=hushed";
            assertThat(whole(RawClient.post(unreadable, CALL, "Authorization: Bearer " + alice)))
                    .startsWith("HTTP/1.1 400")
                    .contains("two hexadecimal digits")
                    .doesNotContain("hushed");
            assertThat(whole(RawClient.post(unreadable, CALL))).startsWith("HTTP/1.1 401");
            assertThat(client.post("/message" + address.substring(address.indexOf('?')), CALL)
                            .statusCode())
                    .isEqualTo(404);
            assertThat(client.post(address, "{").statusCode()).isEqualTo(400);
            var unknown = client.post(address, "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"no/such\"}");
            assertThat(unknown.statusCode())
                    .as("an error of the method answers it on the line")
                    .isEqualTo(202);
            assertThat(client.data()).contains("\"id\":5", "-32601");
            assertThat(upstream.seen).noneMatch(seen -> seen.body().equals(CALL));
        }
        assertThat(client("nonsense").status()).isEqualTo(401);
        assertThat(new SseClient(
                                URI.create("http://localhost:" + port + "/gateways/" + UUID.randomUUID() + "/sse"),
                                alice)
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aLineThatHasEndedTakesNothing() throws Exception {
        String address;
        try (var client = client(alice)) {
            address = greet(client);
        }
        try (var other = client(alice)) {
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() ->
                            assertThat(other.post(address, CALL).statusCode()).isEqualTo(404));
        }
    }

    @Test
    void aRevokedTokenEndsItsLine() throws Exception {
        try (var client = client(alice)) {
            var _ = greet(client);

            revocations
                    .revoke(Digest.of(alice).hex(), Instant.now().plusSeconds(600))
                    .block();

            assertThat(client.data()).isNull();
        }
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(upstream.last().method()).isEqualTo("DELETE"));
    }

    @Test
    void aReaderWhoDoesNotReadLosesTheLineAndNobodyElseDoes() throws Exception {
        var script = upstream.script;
        String event = "data: {\"jsonrpc\":\"2.0\",\"method\":\"" + "m".repeat(32 * 1024) + "\"}\n\n";
        upstream.script = (request, response) -> request.method().equals("GET")
                ? response.sse().sendString(Flux.just(event).repeat())
                : script.apply(request, response);
        try (var socket = new Socket();
                var other = client(alice)) {
            socket.setReceiveBufferSize(4096);
            socket.connect(new InetSocketAddress("localhost", port));
            socket.getOutputStream()
                    .write(("GET " + gateway + "/sse HTTP/1.1\r\nHost: localhost:" + port + "\r\nAuthorization: Bearer "
                                    + alice + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String address = firstData(socket.getInputStream());
            assertThat(other.post(address, INITIALIZE).statusCode()).isEqualTo(202);
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(upstream.seen)
                            .anyMatch(seen -> seen.body().equals(INITIALIZE)));

            assertThat(other.post(address, INITIALIZED).statusCode()).isEqualTo(202);

            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(upstream.seen)
                            .anyMatch(seen -> seen.method().equals("DELETE")));
            assertThat(other.post(address, CALL).statusCode()).isEqualTo(404);
            var _ = greet(other);
        }
    }

    private static String firstData(InputStream in) throws IOException {
        var line = new StringBuilder();
        while (true) {
            int next = in.read();
            if (next == '\n' && line.indexOf("data: ") >= 0) {
                return line.substring(line.indexOf("data: ") + "data: ".length());
            }
            if (next == '\n') {
                line.setLength(0);
            } else {
                line.append((char) next);
            }
        }
    }

    @Test
    void linesCountAsStreamsOfTheirCaller() throws Exception {
        // somebody who has no line that is just ending
        var ann = Bearers.token(SIGNING, UUID.randomUUID() + "@example.com");
        try (var one = client(ann);
                var two = client(ann);
                var three = client(ann);
                var four = client(ann)) {
            assertThat(List.of(one.status(), two.status(), three.status())).containsOnly(200);
            var _ = greet(three); // its stream from the server is part of the line

            assertThat(four.status()).isEqualTo(429);
        }
    }
}
