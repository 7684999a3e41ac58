package io.penstock.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.catalog.DriftPolicy;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Features;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.Transport;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Catalog;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The whole application with limits set: the same on every way to it. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "DATA_DIR=target/limits-it",
            "AUTH_ENCRYPTION_SECRET=Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
            "JWT_SECRET_KEY=" + LimitsIT.SIGNING,
            "penstock.health.poll=1h",
            "UPSTREAM_ALLOWED_CIDRS=127.0.0.0/8",
            "penstock.limits.caller=4/1h",
            "penstock.limits.address=3/1h",
            "penstock.limits.tools[0].name=scarce",
            "penstock.limits.tools[0].rate=1/1h"
        })
class LimitsIT {

    static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";

    private static final String INITIALIZE =
            "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\","
                    + "\"capabilities\":{},\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}}";
    private static final String NOWHERE = "00000000-0000-4000-8000-000000000000";
    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":\"p\",\"method\":\"ping\"}";
    private static final String ANSWER = "{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"result\":{}}";
    private static final String LOGIN = "{\"email\":\"nobody@example.com\",\"password\":\"none at all\"}";

    @LocalServerPort
    private int port;

    @Autowired
    private Gateways gateways;

    @Autowired
    private Features features;

    @Autowired
    private Catalog catalog;

    @Autowired
    private MeterRegistry meters;

    private final HttpClient client = HttpClient.newHttpClient();
    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private final String user = UUID.randomUUID() + "@example.com";
    private final String token = Bearers.token(SIGNING, user);
    private String name = "";
    private String gateway = "";

    @BeforeEach
    void register() {
        name = "up-" + UUID.randomUUID();
        var draft = new Gateways.Draft(
                name,
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
        gateway = "/gateways/" + created.id();
        Sightings.seen(gateways, created);
        var tool = new Features.Discovered("scarce", "{\"name\":\"scarce\"}");
        var _ = features.replace(created, Feature.Kind.TOOL, List.of(tool), Long.MAX_VALUE)
                .block();
        var _ = catalog.refresh().block();
        upstream.script = (request, response) -> switch (request.method()) {
            case "GET" -> response.sse().sendString(Flux.just(":\n\n").concatWith(Mono.never()));
            case "DELETE" -> response.status(204).send();
            default ->
                request.body().contains("\"method\"") && request.body().contains("\"id\"")
                        ? ScriptedUpstream.json(
                                response.header("mcp-session-id", "upstream-session"),
                                "{\"jsonrpc\":\"2.0\",\"id\":" + (request.body().contains("\"id\":0") ? "0" : "\"p\"")
                                        + ",\"result\":{}}")
                        : response.status(202).send();
        };
    }

    @AfterEach
    void close() {
        upstream.close();
        client.shutdownNow();
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        return client.send(
                headers.length == 0 ? request.build() : request.headers(headers).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> call(String path, String tool) throws Exception {
        return send(
                "POST",
                path,
                "{\"jsonrpc\":\"2.0\",\"id\":\"m\",\"method\":\"tools/call\",\"params\":{\"name\":\"" + tool
                        + "\",\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                        + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}",
                "MCP-Protocol-Version",
                "2026-07-28",
                "Mcp-Method",
                "tools/call",
                "Mcp-Name",
                tool);
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private static void assertBeyond(HttpResponse<String> answer, String limit) {
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(Integer.parseInt(header(answer, "Retry-After"))).isBetween(1, 3600);
        assertThat(header(answer, "RateLimit-Policy")).startsWith("\"" + limit + "\";q=");
        assertThat(header(answer, "RateLimit")).isEqualTo("\"" + limit + "\";r=0;t=" + header(answer, "Retry-After"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/mcp", "execute", "streamable"})
    void whoHasMadeAllCallsIsToldWhenToComeBack(String way) throws Exception {
        String path = way.equals("/mcp") ? gateway + way : "/api/" + way + "/" + name;
        for (int left = 3; left >= 0; left--) {
            var answer = call(path, "plenty");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(header(answer, "RateLimit-Policy")).isEqualTo("\"caller\";q=4;w=3600");
            assertThat(header(answer, "RateLimit")).startsWith("\"caller\";r=" + left + ";t=");
        }
        double before = meters.get("penstock.limits.refused")
                .tag("limit", "caller")
                .counter()
                .count();

        var beyond = call(path, "plenty");

        assertBeyond(beyond, "caller");
        assertThat(beyond.body())
                .contains("\"id\":\"m\"")
                .contains("\"data\":{\"retry_after\":" + header(beyond, "Retry-After") + ",\"limit\":\"caller\"}");
        assertThat(upstream.seen).hasSize(4);
        assertThat(meters.get("penstock.limits.refused")
                        .tag("limit", "caller")
                        .counter()
                        .count())
                .isEqualTo(before + 1);
    }

    /** Else nothing would limit how often one is refused. */
    @ParameterizedTest
    @ValueSource(strings = {"/audit", "/gateways/" + NOWHERE + "/mcp"})
    void whatIsRefusedIsCountedToo(String path) throws Exception {
        boolean mcp = path.endsWith("/mcp");
        for (int i = 0; i < 4; i++) {
            assertThat(send(mcp ? "POST" : "GET", path, mcp ? PING : "").statusCode())
                    .isIn(403, 404);
        }

        assertBeyond(send(mcp ? "POST" : "GET", path, mcp ? PING : ""), "caller");
    }

    @Test
    void restAndCallsAreCountedTogether() throws Exception {
        assertThat(header(send("GET", "/auth/me", ""), "RateLimit")).startsWith("\"caller\";r=3;");
        for (int i = 0; i < 2; i++) {
            assertThat(call(gateway + "/mcp", "plenty").statusCode()).isEqualTo(200);
        }
        assertThat(send("GET", "/gateways", "").statusCode()).isEqualTo(200);

        var beyond = send("GET", "/auth/me", "");

        assertBeyond(beyond, "caller");
        assertThat(header(beyond, "Content-Type")).isEqualTo("application/problem+json");
        assertThat(beyond.body()).contains("\"type\":\"urn:penstock:problem:too-many\"", "\"limit\":\"caller\"");
    }

    @Test
    void aSessionIsCountedByWhatItsClientBegins() throws Exception {
        var greeted = send("POST", gateway + "/mcp", INITIALIZE);
        assertThat(greeted.statusCode()).isEqualTo(200);
        String session = header(greeted, "Mcp-Session-Id");
        for (int i = 0; i < 3; i++) {
            assertThat(send("POST", gateway + "/mcp", PING, "Mcp-Session-Id", session)
                            .statusCode())
                    .isEqualTo(200);
        }

        assertBeyond(send("POST", gateway + "/mcp", PING, "Mcp-Session-Id", session), "caller");
        assertBeyond(send("GET", gateway + "/mcp", "", "Mcp-Session-Id", session), "caller");
        assertThat(send("POST", gateway + "/mcp", ANSWER, "Mcp-Session-Id", session)
                        .statusCode())
                .isEqualTo(202);
        assertThat(send("DELETE", gateway + "/mcp", "", "Mcp-Session-Id", session)
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void aLineOfHttpAndSseRefusesTheMessage() throws Exception {
        try (var line = new SseClient(URI.create("http://localhost:" + port + gateway + "/sse"), token)) {
            String address = line.data();
            assertThat(line.post(address, INITIALIZE).statusCode()).isEqualTo(202);
            assertThat(line.data()).contains("\"id\":0");
            for (int i = 0; i < 2; i++) {
                assertThat(line.post(address, PING).statusCode()).isEqualTo(202);
                assertThat(line.data()).contains("\"id\":\"p\"");
            }

            var beyond = line.post(address, PING);

            assertBeyond(beyond, "caller");
            assertThat(beyond.body()).contains("\"id\":\"p\"", "\"limit\":\"caller\"");
        }
    }

    @Test
    void aWebSocketTellsItOnTheLine() throws Exception {
        try (var line = new SocketClient(URI.create("ws://localhost:" + port + gateway + "/ws"), token)) {
            line.say(INITIALIZE);
            assertThat(line.heard()).contains("\"id\":0");
            for (int i = 0; i < 2; i++) {
                line.say(PING);
                assertThat(line.heard()).contains("\"id\":\"p\",\"result\"");
            }

            line.say(PING);

            assertThat(line.heard())
                    .contains("\"id\":\"p\",\"error\"")
                    .containsPattern("\"data\":\\{\"retry_after\":\\d+,\"limit\":\"caller\"}");
        }
    }

    @Test
    void aScarceToolIsSharedByAll() throws Exception {
        assertThat(call(gateway + "/mcp", "scarce").statusCode()).isEqualTo(200);

        assertBeyond(call(gateway + "/mcp", "scarce"), "tool");
        assertThat(call(gateway + "/mcp", "plenty").statusCode()).isEqualTo(200);
        assertThat(header(call(gateway + "/mcp", "plenty"), "RateLimit"))
                .as("what the tool's limit refused took nothing of the caller's")
                .startsWith("\"caller\";r=1;");
    }

    /** D11: who signs in through a proxy is told apart from the others who do. */
    @Test
    void whoComesThroughAProxyIsCountedByTheAddressThatItNames() throws Exception {
        String one = RawClient.post("/auth/login", LOGIN, "X-Forwarded-For: 203.0.113.1");
        for (int i = 0; i < 3; i++) {
            assertThat(RawClient.status(RawClient.head("127.0.3.1", port, one))).isEqualTo(401);
        }

        String other = RawClient.post("/auth/login", LOGIN, "X-Forwarded-For: 203.0.113.2");

        assertThat(RawClient.status(RawClient.head("127.0.3.1", port, one))).isEqualTo(429);
        assertThat(RawClient.status(RawClient.head("127.0.3.1", port, other))).isEqualTo(401);
    }

    /** D11: what asks for no credential and costs something. Signing in has a limit of its own beside this one. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /auth/login",
                "POST /auth/password",
                "GET /openapi.json",
                "GET /docs",
                "GET /.well-known/oauth-protected-resource",
                "GET /.well-known/oauth-protected-resource/mcp"
            })
    void whatAsksForNoCredentialIsLimitedByAddress(String what) throws Exception {
        String[] route = what.split(" ", -1);
        int number = 1 + Math.floorMod(what.hashCode(), 250);
        String address = "127.0.1." + number;
        String request = route[0].equals("GET") ? RawClient.get(route[1]) : RawClient.post(route[1], LOGIN);
        for (int i = 0; i < 3; i++) {
            assertThat(RawClient.status(RawClient.head(address, port, request))).isNotEqualTo(429);
        }

        String beyond = RawClient.head(address, port, request);

        assertThat(RawClient.status(beyond)).isEqualTo(429);
        assertThat(beyond.toLowerCase(java.util.Locale.ROOT))
                .contains(
                        "\r\nretry-after: ",
                        "\r\nratelimit-policy: \"address\";q=3;w=3600",
                        "\r\nratelimit: \"address\";r=0");
        assertThat(RawClient.status(RawClient.head(address, port, RawClient.get("/health"))))
                .isEqualTo(200);
        assertThat(RawClient.status(RawClient.head("127.0.2." + number, port, RawClient.get("/docs"))))
                .as("another address")
                .isNotEqualTo(429);
    }
}
