package io.penstock.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.caller.Digest;
import io.penstock.catalog.DriftPolicy;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.Transport;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Catalog;
import io.penstock.store.Revocations;
import io.penstock.vault.Secret;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The whole application between a plain HTTP client and an upstream that does what the test says. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "DATA_DIR=target/data-plane-it",
            "AUTH_ENCRYPTION_SECRET=Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
            "JWT_SECRET_KEY=" + DataPlaneIT.SIGNING,
            "penstock.health.poll=1h",
            "UPSTREAM_ALLOWED_CIDRS=127.0.0.0/8",
            "penstock.relay.answer-timeout=5s",
            "ALLOWED_ORIGINS=https://app.example.com",
            "penstock.mcp.keep-alive=300ms",
            "penstock.mcp.streams-per-caller=3"
        })
class DataPlaneIT {

    static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";

    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}";
    private static final String CALL =
            "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"tools/call\",\"params\":{\"name\":\"echo\",\"arguments\":{}}}";
    private static final String MODERN =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\","
                    + "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                    + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}";
    private static final String INITIALIZE =
            "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\"}}";

    @LocalServerPort
    private int port;

    @Autowired
    private Gateways gateways;

    @Autowired
    private Catalog catalog;

    @Autowired
    private Revocations revocations;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private UUID gateway;

    @BeforeEach
    void register() {
        var draft = new Gateways.Draft(
                "up-" + UUID.randomUUID(),
                URI.create("http://127.0.0.1:" + upstream.port() + "/mcp?tenant=1"),
                null,
                Transport.STREAMABLEHTTP,
                new UpstreamAuth.Bearer(new Secret("up-secret")),
                Visibility.PUBLIC,
                null,
                List.of(),
                List.of("X-Tenant"),
                null,
                DriftPolicy.WARN,
                false,
                null);
        Gateway created = gateways.create(draft, "owner@example.com").block();
        gateway = created.id();
        Sightings.seen(gateways, created);
        var _ = catalog.refresh().block();
    }

    @AfterEach
    void close() {
        upstream.close();
        client.shutdownNow(); // close() would wait for streams that have no end
    }

    private static String token(String user) {
        return Bearers.token(SIGNING, user);
    }

    private HttpRequest.Builder request(String... headers) {
        var builder = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/gateways/" + gateway + "/mcp"))
                .header("Authorization", "Bearer " + token("alice@example.com"))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream");
        return headers.length == 0 ? builder : builder.headers(headers);
    }

    private HttpResponse<String> send(HttpRequest request) throws Exception {
        return client.send(request, BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String body, String... headers) throws Exception {
        return send(
                request(headers).POST(HttpRequest.BodyPublishers.ofString(body)).build());
    }

    private HttpResponse<String> modern() throws Exception {
        return post(MODERN, "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call", "Mcp-Name", "echo");
    }

    private String session() throws Exception {
        upstream.script = (request, response) -> ScriptedUpstream.json(
                response.header("mcp-session-id", "upstream-session"), "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{}}");
        return post(INITIALIZE).headers().firstValue("mcp-session-id").orElseThrow();
    }

    @Test
    void theSameBytesGoOnWithTheUpstreamsOwnCredential() throws Exception {
        String answer = "{\"unknown\":[1.0e2], \"id\":\"a\",\"jsonrpc\":\"2.0\",\"result\":{}}";
        upstream.script = (request, response) -> ScriptedUpstream.json(response, answer);

        var response = post(
                CALL,
                "Cookie",
                "a=b",
                "X-Forwarded-For",
                "10.0.0.1",
                "X-Authenticated-User",
                "mallory",
                "X-Upstream-Authorization",
                "Bearer mine",
                "X-Tenant",
                "not where the operator lets no headers pass",
                "Mcp-Param-Region",
                "=?base64?ZXU=?=",
                "traceparent",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(answer);
        var seen = upstream.last();
        assertThat(seen.body()).isEqualTo(CALL);
        assertThat(seen.uri()).isEqualTo("/mcp?tenant=1");
        assertThat(seen.headers().getAll("authorization")).containsExactly("Bearer up-secret");
        assertThat(seen.headers().get("mcp-param-region")).isEqualTo("=?base64?ZXU=?=");
        assertThat(seen.headers().get("traceparent")).startsWith("00-0af7651916cd43dd8448eb211c80319c-");
        assertThat(seen.headers().names().stream().map(String::toLowerCase))
                .containsExactlyInAnyOrder(
                        "host",
                        "user-agent",
                        "accept",
                        "content-type",
                        "content-length",
                        "authorization",
                        "mcp-param-region",
                        "traceparent");
        assertThat(seen.headers().get("host")).isEqualTo("127.0.0.1:" + upstream.port());
    }

    @Test
    void eventsArriveWhenTheyAreSent() throws Exception {
        var gap = Duration.ofMillis(200);
        upstream.script = (request, response) ->
                response.sse().sendString(Flux.interval(gap).take(5).map(i -> "data: " + i + "\n\n"));
        var arrivals = new ArrayList<Long>();

        var response = client.send(
                request().POST(HttpRequest.BodyPublishers.ofString(CALL)).build(), BodyHandlers.ofLines());
        response.body().filter(line -> line.startsWith("data")).forEach(line -> arrivals.add(System.nanoTime()));

        assertThat(response.headers().firstValue("content-type")).hasValue("text/event-stream");
        assertThat(response.headers().firstValue("x-accel-buffering")).hasValue("no");
        assertThat(arrivals).hasSize(5);
        // Held-back events would arrive together: the first and the last are 800 ms apart at the upstream.
        assertThat(Duration.ofNanos(arrivals.getLast() - arrivals.getFirst())).isGreaterThan(gap.multipliedBy(2));
    }

    @Test
    void theHeadOfAStreamDoesNotWaitForItsFirstEvent() throws Exception {
        upstream.script = (request, response) ->
                response.sse().sendString(Flux.just(":\n\n").concatWith(Flux.never()));

        try (var lines =
                client.send(request().GET().build(), BodyHandlers.ofLines()).body()) {
            assertThat(lines.limit(6)).containsOnly(":", "", ": ");
        }
    }

    @Test
    void aRevokedTokenEndsItsStreams() throws Exception {
        upstream.script = (request, response) ->
                response.sse().sendString(Flux.just(":\n\n").concatWith(Flux.never()));
        var request = request().GET().build();
        var token = request.headers().firstValue("authorization").orElseThrow().substring("Bearer ".length());
        var stream = client.send(request, BodyHandlers.ofInputStream());
        assertThat(stream.body().read()).isEqualTo(':');

        revocations
                .revoke(Digest.of(token).hex(), Instant.now().plusSeconds(600))
                .block();

        assertThat(new String(stream.body().readAllBytes(), StandardCharsets.UTF_8))
                .doesNotContain("data");
        assertThat(send(request).statusCode()).isEqualTo(401);
    }

    @Test
    void oneCallerDoesNotTakeAllStreams() throws Exception {
        upstream.script = (request, response) -> request.method().equals("GET")
                ? response.sse().sendString(Flux.just(":\n\n").concatWith(Flux.never()))
                : ScriptedUpstream.json(response, "{}");
        var open = new ArrayList<InputStream>();
        for (int i = 0; i < 3; i++) {
            open.add(client.send(request().GET().build(), BodyHandlers.ofInputStream())
                    .body());
        }

        var refused = send(request().GET().build());
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("retry-after")).isPresent();
        assertThat(post(PING).statusCode()).isEqualTo(200);

        open.getFirst().close();
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(client.send(request().GET().build(), BodyHandlers.ofInputStream())
                                .statusCode())
                        .isEqualTo(200));
        for (var stream : open) {
            stream.close();
        }
    }

    @Test
    void aClientThatHangsUpEndsTheUpstreamsWork() throws Exception {
        upstream.script = (request, response) ->
                response.sse().sendString(Flux.interval(Duration.ofMillis(50)).map(i -> "data: x\n\n"));

        var streaming = client.send(
                request().POST(HttpRequest.BodyPublishers.ofString(CALL)).build(), BodyHandlers.ofInputStream());
        assertThat(streaming.body().read()).isPositive();
        assertThat(upstream.open).hasValue(1);
        streaming.body().close();

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(upstream.open).hasValue(0));
    }

    @Test
    void aClientThatHangsUpBeforeTheAnswerEndsTheUpstreamsWorkToo() throws Exception {
        upstream.script = (request, response) -> response.sendString(Mono.never());

        var waiting = client.sendAsync(
                request().POST(HttpRequest.BodyPublishers.ofString(CALL)).build(), BodyHandlers.ofString());
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(upstream.open).hasValue(1));
        waiting.cancel(true);
        client.shutdownNow();

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(upstream.open).hasValue(0));
    }

    @Test
    void aSessionIdIsSealedForOneUser() throws Exception {
        String session = session();
        assertThat(session).doesNotContain("upstream-session").matches("[\\x21-\\x7E]+");

        assertThat(post(PING, "Mcp-Session-Id", session).statusCode()).isEqualTo(200);
        assertThat(upstream.last().headers().get("mcp-session-id")).isEqualTo("upstream-session");

        int calls = upstream.seen.size();
        var stolen =
                send(HttpRequest.newBuilder(request().build(), (name, value) -> !name.equalsIgnoreCase("authorization"))
                        .header("Authorization", "Bearer " + token("bob@example.com"))
                        .header("Mcp-Session-Id", session)
                        .POST(HttpRequest.BodyPublishers.ofString(PING))
                        .build());
        assertThat(stolen.statusCode()).isEqualTo(404);
        for (String forged : List.of("upstream-session", session + "A", session.substring(1), "x".repeat(9000))) {
            assertThat(post(PING, "Mcp-Session-Id", forged).statusCode()).isEqualTo(404);
        }
        assertThat(upstream.seen).hasSize(calls);
    }

    @ParameterizedTest
    @CsvSource({"200", "204", "405"})
    void aDeletedSessionIsOverWhateverTheUpstreamSays(int status) throws Exception {
        String session = session();
        upstream.script = (request, response) -> response.status(status).send();

        var deleted = send(request("Mcp-Session-Id", session).DELETE().build());

        assertThat(deleted.statusCode()).isIn(200, 204);
        assertThat(upstream.last().method()).isEqualTo("DELETE");
        assertThat(post(PING, "Mcp-Session-Id", session).statusCode()).isEqualTo(404);
    }

    @Test
    void theStatelessRevisionIgnoresSessions() throws Exception {
        upstream.script = (request, response) -> ScriptedUpstream.json(response.header("mcp-session-id", "s"), "{}");

        var response = post(
                MODERN,
                "MCP-Protocol-Version",
                "2026-07-28",
                "Mcp-Method",
                "tools/call",
                "Mcp-Name",
                "echo",
                "Mcp-Session-Id",
                "nonsense");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("mcp-session-id")).isEmpty();
        assertThat(upstream.last().headers().contains("mcp-session-id")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "401, 502, -32603",
        "403, 502, -32603",
        "302, 502, -32603",
        "500, 502, -32603",
        "503, 502, -32603",
        "504, 504, -32603"
    })
    void anUpstreamsFailureIsOursToTell(int upstreams, int ours, int code) throws Exception {
        upstream.script = (request, response) -> response.status(upstreams)
                .header("www-authenticate", "Bearer resource_metadata=\"https://upstream\"")
                .header("location", "https://elsewhere/?key=up-secret")
                .sendString(Mono.just("java.lang.Exception: secret detail"));

        var response = modern();

        assertThat(response.statusCode()).isEqualTo(ours);
        assertThat(response.body()).startsWith("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":" + code);
        assertThat(response.body()).doesNotContain("secret", "Exception", "127.0.0.1");
        assertThat(response.headers().firstValue("www-authenticate")).isEmpty();
        assertThat(response.headers().firstValue("location")).isEmpty();
    }

    @Test
    void anErrorOfTheRequestIsTheClientsToSee() throws Exception {
        String error = "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32021,\"message\":\"m\",\"data\":{}}}";
        upstream.script = (request, response) -> ScriptedUpstream.json(response.status(400), error);

        assertThat(modern().statusCode()).isEqualTo(400);
        assertThat(modern().body()).isEqualTo(error);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "7", "\"server-error\""})
    void anErrorOfTheRequestHasItsId(String id) throws Exception {
        upstream.script = (request, response) -> ScriptedUpstream.json(
                response.status(400),
                "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"error\":{\"code\":-32021,\"message\":\"m\"}}");

        assertThat(modern().body())
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32021,\"message\":\"m\"}}");
    }

    @Test
    void anUpstreamThatIsSlowOrGoneIsNamedSo() throws Exception {
        upstream.script = (request, response) -> response.sendString(Mono.never());
        assertThat(modern().statusCode()).isEqualTo(504);
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(upstream.open).hasValue(0));

        upstream.close();
        var gone = modern();
        assertThat(gone.statusCode()).isEqualTo(502);
        assertThat(gone.body()).contains("could not be reached").doesNotContain("127.0.0.1", "refused");
    }

    @Test
    void anUpstreamWithSessionsIsToldThatItsAnswerIsNotWaitedForAnyMore() throws Exception {
        String session = session();
        upstream.script = (request, response) -> request.body().equals(CALL)
                ? response.sendString(Mono.never())
                : response.status(202).send();

        assertThat(post(CALL, "Mcp-Session-Id", session).statusCode()).isEqualTo(504);

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(upstream.last().body())
                        .contains("\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":\"a\","));
        assertThat(upstream.last().headers().get("mcp-session-id")).isEqualTo("upstream-session");
    }

    @ParameterizedTest
    @CsvSource({"200", "202", "204"})
    void aNotificationThatTheUpstreamTookIsAccepted(int status) throws Exception {
        upstream.script = (request, response) -> response.status(status).send();

        var response = post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");

        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(response.body()).isEmpty();
    }

    @Test
    void theUpstreamIsAskedForBothKindsOfAnswersWhateverTheClientTakes() throws Exception {
        var anything = HttpRequest.newBuilder(request().build(), (name, value) -> !name.equalsIgnoreCase("accept"))
                .header("Accept", "*/*");

        send(anything.copy().POST(HttpRequest.BodyPublishers.ofString(CALL)).build());
        assertThat(upstream.last().headers().getAll("accept")).containsExactly("application/json, text/event-stream");

        send(anything.copy().GET().build());
        assertThat(upstream.last().headers().getAll("accept")).containsExactly("text/event-stream");
    }

    @Test
    void aClientOfBothErasMayOpenASession() throws Exception {
        upstream.script = (request, response) -> ScriptedUpstream.json(
                response.header("mcp-session-id", "upstream-session"), "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{}}");

        var response = post(INITIALIZE, "MCP-Protocol-Version", "2026-07-28");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("mcp-session-id")).isPresent();
        assertThat(upstream.last().headers().contains("mcp-protocol-version")).isFalse();
    }

    @Test
    void aPageOfAnAllowedOriginCanCallAndReadWhyItMayNot() throws Exception {
        var endpoint = URI.create("http://localhost:" + port + "/gateways/" + gateway + "/mcp");
        var page = HttpRequest.newBuilder(endpoint).header("Origin", "https://app.example.com");

        var preflight = send(page.copy()
                .header("Access-Control-Request-Method", "POST")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .build());
        var nobody = send(page.copy()
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(PING))
                .build());
        var metadata = send(page.copy()
                .uri(URI.create("http://localhost:" + port + "/.well-known/oauth-protected-resource/mcp"))
                .build());
        var called = post(PING, "Origin", "https://app.example.com");

        assertThat(preflight.statusCode()).isEqualTo(204);
        assertThat(nobody.statusCode()).isEqualTo(401);
        assertThat(metadata.statusCode()).isEqualTo(200);
        assertThat(called.statusCode()).isEqualTo(200);
        assertThat(List.of(preflight, nobody, metadata, called))
                .allSatisfy(response -> assertThat(response.headers().firstValue("access-control-allow-origin"))
                        .hasValue("https://app.example.com"));
        assertThat(post(PING, "Origin", "https://evil.example.com").statusCode())
                .isEqualTo(403);
    }

    @Test
    void contentThatIsNoMcpIsRefused() throws Exception {
        upstream.script = (request, response) ->
                response.header("content-type", "text/html").sendString(Mono.just("<script>alert(1)</script>"));

        assertThat(modern().statusCode()).isEqualTo(502);
        assertThat(modern().body()).doesNotContain("script");
    }

    @ParameterizedTest
    @CsvSource({"application/json, 200", "text/event-stream, 200", "application/json, 400"})
    void aCompressedBodyThatNobodyAskedForIsRefused(String type, int status) throws Exception {
        upstream.script = (request, response) -> {
            assertThat(request.headers().get("accept-encoding")).isNull();
            return response.status(status)
                    .header("content-type", type)
                    .header("content-encoding", "gzip")
                    .sendString(Mono.just("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"packed\":1}}"));
        };

        var response = modern();

        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.body()).contains("compressed body").doesNotContain("packed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"code\":-32600,\"message\":\"x\",\"stackTrace\":[\"at secret.Place\"]}",
                "{\"error\":{\"code\":400,\"message\":\"x\"},\"trace\":\"at secret.Place\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"secret\":1}}",
                "{secret",
                "[]"
            })
    void aRefusalThatIsNoErrorOfJsonRpcIsNotPassedOn(String body) throws Exception {
        upstream.script = (request, response) -> ScriptedUpstream.json(response.status(400), body);

        var response = modern();

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body())
                .startsWith("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32600,")
                .contains("The upstream refused the request")
                .doesNotContain("secret");
    }

    @Test
    void whenAnUpstreamWouldBeAskedAgainIsPassedOn() throws Exception {
        upstream.script = (request, response) ->
                response.status(429).header("Retry-After", "7").send();

        var response = modern();

        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValue("retry-after")).contains("7");
    }

    @Test
    void aStreamThatBreaksOffEndsWithAnErrorForItsRequest() throws Exception {
        upstream.script = (request, response) -> response.sse()
                .sendString(Flux.just("data: {}\n\n", "data: cut")
                        .concatWith(Mono.delay(Duration.ofMillis(100)).then(Mono.error(new IllegalStateException()))));

        assertThat(modern().body()).contains("data: {}", "\"id\":1,\"error\":{\"code\":-32603", "is not known");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tools/other", "initialize/x", "rpc.discover", ""})
    void aMethodWithoutARuleDoesNotGoOn(String method) throws Exception {
        var response = post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\"}");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("\"code\":-32601");
        assertThat(upstream.seen).noneMatch(seen -> seen.body().contains("\"" + method + "\""));
    }

    @Test
    void nobodyGetsAChallengeThatLeadsToTheMetadata() throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/gateways/" + gateway + "/mcp"))
                .header("Content-Type", "application/json");
        var response =
                send(request.POST(HttpRequest.BodyPublishers.ofString(PING)).build());

        assertThat(response.statusCode()).isEqualTo(401);
        String path = "/.well-known/oauth-protected-resource/gateways/" + gateway + "/mcp";
        assertThat(response.headers().firstValue("www-authenticate").orElseThrow())
                .startsWith("Bearer resource_metadata=\"http://localhost:")
                .contains(path + "\"", "scope=\"");
        var metadata = send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .build());
        assertThat(metadata.statusCode()).isEqualTo(200);
        assertThat(metadata.body()).doesNotContain("authorization_servers");
        assertThat(metadata.body()).contains("\"resource\":\"http://localhost:", "/gateways/" + gateway + "/mcp\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000000-0000-0000-0000-000000000000", "nonsense", "1"})
    void anEndpointThatDoesNotExistAnswersLikeOneThatMayNotBeSeen(String id) throws Exception {
        var response = send(HttpRequest.newBuilder(request().build(), (name, value) -> true)
                .uri(URI.create("http://localhost:" + port + "/gateways/" + id + "/mcp"))
                .POST(HttpRequest.BodyPublishers.ofString(PING))
                .build());

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).contains("\"error\"");
    }

    @Test
    void limitsOfBodiesAndMediaTypesHold() throws Exception {
        assertThat(post("x".repeat(1024 * 1024 + 1)).statusCode()).isEqualTo(413);
        assertThat(send(HttpRequest.newBuilder(
                                        request().build(), (name, value) -> !name.equalsIgnoreCase("content-type"))
                                .header("Content-Type", "text/plain")
                                .POST(HttpRequest.BodyPublishers.ofString(PING))
                                .build())
                        .statusCode())
                .isEqualTo(415);
        var put = send(request().PUT(HttpRequest.BodyPublishers.ofString(PING)).build());
        assertThat(put.statusCode()).isEqualTo(405);
        assertThat(put.headers().firstValue("allow")).hasValue("POST, GET, DELETE");
    }
}
