package io.penstock.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.Tokens;
import io.penstock.catalog.DriftPolicy;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.Transport;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Catalog;
import io.penstock.vault.Secret;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The whole application behind a trusted proxy, which is 127.0.0.10 here, with an attacker at 127.0.0.11: the same on every edge, over raw
 * sockets, which can say what clients do not.
 */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "spring.main.cloud-platform=kubernetes",
            "DATA_DIR=target/proxy-it",
            "AUTH_ENCRYPTION_SECRET=Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
            "JWT_SECRET_KEY=" + ProxyIT.SIGNING,
            "penstock.health.poll=1h",
            "UPSTREAM_ALLOWED_CIDRS=127.0.0.0/8",
            "MCP_CLIENT_AUTH_ENABLED=false",
            "TRUST_PROXY_AUTH=true",
            "TRUSTED_PROXY_CIDRS=127.0.0.10/32"
        })
class ProxyIT {

    static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";

    private static final String PROXY = "127.0.0.10";
    private static final String ATTACKER = "127.0.0.11";
    private static final String ALICE = "X-Authenticated-User: alice@example.com";
    private static final String INITIALIZE =
            "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\"}}";
    private static final String CALL =
            "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"tools/call\",\"params\":{\"name\":\"echo\",\"arguments\":{}}}";
    private static final Pattern SESSION = Pattern.compile("(?i)mcp-session-id: (\\S+)");

    @LocalServerPort
    private int port;

    @Autowired
    private Gateways gateways;

    @Autowired
    private Catalog catalog;

    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private String gateway = "";
    private String server = "";
    private String session = "";

    /** The ways in. */
    enum Edge {
        REST,
        GATEWAY_POST,
        SERVER_POST,
        ALL_POST,
        SERVER_STREAM,
        SERVER_SSE,
        SERVER_SOCKET
    }

    @BeforeEach
    void register() throws IOException {
        upstream.script = (request, response) -> request.method().equals("GET")
                ? response.sse().sendString(Flux.just(":\n\n").concatWith(Mono.never()))
                : ScriptedUpstream.json(
                        response.header("mcp-session-id", "upstream-session"),
                        "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"protocolVersion\":\"2025-11-25\"}}");
        var draft = new Gateways.Draft(
                "up-" + UUID.randomUUID(),
                URI.create("http://127.0.0.1:" + upstream.port() + "/mcp"),
                null,
                Transport.STREAMABLEHTTP,
                new UpstreamAuth.Bearer(new Secret("up-secret")),
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
        gateway = "/gateways/" + created.id();
        server = "/servers/" + virtual(created.id());
        session = found(SESSION, post(PROXY, server + "/mcp", INITIALIZE, ALICE));
    }

    @AfterEach
    void close() {
        upstream.close();
    }

    private String virtual(UUID id) throws IOException {
        String made = post(
                ATTACKER,
                "/servers",
                "{\"name\":\"v-" + UUID.randomUUID() + "\",\"gateways\":[\"" + id + "\"]}",
                bearer(Tokens.administrator(SIGNING)));
        assertThat(made).startsWith("HTTP/1.1 201");
        return found(Pattern.compile("\"id\":\"([^\"]+)\""), made);
    }

    private static String found(Pattern pattern, String text) {
        var matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.group(1);
    }

    private static String bearer(String token) {
        return "Authorization: Bearer " + token;
    }

    private String post(String from, String path, String body, String... headers) throws IOException {
        return RawClient.whole(from, port, RawClient.post(path, body, headers));
    }

    private String get(String from, String path, String... headers) throws IOException {
        return RawClient.whole(from, port, RawClient.get(path, headers));
    }

    /** The status of a request at an edge; of a WebSocket that opens and is closed with 1008, 401. */
    private int status(Edge edge, String from, String... headers) throws IOException {
        return switch (edge) {
            case REST -> status(from, RawClient.get("/auth/me", headers));
            case GATEWAY_POST -> status(from, RawClient.post(gateway + "/mcp", INITIALIZE, headers));
            case SERVER_POST -> status(from, RawClient.post(server + "/mcp", INITIALIZE, headers));
            case ALL_POST -> status(from, RawClient.post("/mcp", INITIALIZE, headers));
            case SERVER_STREAM -> {
                var with = RawClient.with(headers, "Mcp-Session-Id: " + session, "Accept: text/event-stream");
                yield status(from, RawClient.get(server + "/mcp", with));
            }
            case SERVER_SSE -> status(from, RawClient.get(server + "/sse", headers));
            case SERVER_SOCKET -> RawClient.socket(from, port, server + "/ws", headers);
        };
    }

    private int status(String from, String request) throws IOException {
        return RawClient.status(RawClient.head(from, port, request));
    }

    @ParameterizedTest
    @EnumSource
    void aTrustedProxyNamesTheUser(Edge edge) throws IOException {
        assertThat(status(edge, PROXY, ALICE)).isEqualTo(200);
    }

    @Test
    void theUserIsTheOneThatTheProxyNamesAndSoIsTheSource() throws IOException {
        assertThat(get(PROXY, "/auth/me", ALICE))
                .contains("\"user\":\"alice@example.com\"", "\"source\":\"proxy\"", "\"admin\":false");
        assertThat(get(PROXY, "/auth/me")).contains("\"user\":\"anonymous\"", "\"source\":\"anonymous\"");
    }

    /** S1. */
    @ParameterizedTest
    @EnumSource
    void anAttackersHeadersMeanNothing(Edge edge) throws IOException {
        assertThat(status(
                        edge,
                        ATTACKER,
                        ALICE,
                        "X-Forwarded-For: 127.0.0.10",
                        "Forwarded: for=127.0.0.10",
                        "X-Real-IP: 127.0.0.10",
                        "Proxy-Vouched: =YWRtaW4= - true - 1"))
                .isEqualTo(401);
        assertThat(status(edge, ATTACKER, "X_Authenticated_User: alice@example.com"))
                .isEqualTo(400);
    }

    /** S1. */
    @Test
    void whoHasATokenIsWhoeverTheTokenSaysFromElsewhere() throws IOException {
        String bob = bearer(Bearers.token(SIGNING, "bob@example.com"));

        assertThat(get(ATTACKER, "/auth/me", bob, ALICE))
                .startsWith("HTTP/1.1 200")
                .contains("\"user\":\"bob@example.com\"", "\"source\":\"jwt\"");
        assertThat(get(ATTACKER, "/auth/me", ALICE)).startsWith("HTTP/1.1 401").doesNotContain("alice");
    }

    /** S1: what names a user goes no further, whoever sent it. */
    @Test
    void noUpstreamSeesWhoWasNamed() throws IOException {
        String bob = bearer(Bearers.token(SIGNING, "bob@example.com"));
        assertThat(post(PROXY, gateway + "/mcp", INITIALIZE, ALICE)).startsWith("HTTP/1.1 200");
        assertThat(post(ATTACKER, gateway + "/mcp", INITIALIZE, bob, ALICE, "X-Forwarded-For: 10.0.0.1"))
                .startsWith("HTTP/1.1 200");

        assertThat(upstream.seen).hasSizeGreaterThanOrEqualTo(2).allSatisfy(request -> {
            assertThat(request.headers().toString()).doesNotContainIgnoringCase("alice", "vouched", "10.0.0.1");
            assertThat(request.headers().get("authorization")).isEqualTo("Bearer up-secret");
        });
    }

    private static final List<String> DOUBTFUL = List.of(
            ALICE + "\r\n" + ALICE,
            ALICE + "\r\nx-authenticated-user: root@example.com",
            ALICE + ", root@example.com",
            "X-Authenticated-User:",
            "X-Authenticated-User:   ",
            ALICE + "\troot",
            "X-Authenticated-User: alice\u0001@example.com",
            ALICE + "\r\n root@example.com",
            "X_Authenticated_User: alice@example.com",
            "X-Authenticated_User: alice@example.com",
            "X.Authenticated.User: alice@example.com",
            ALICE + "\r\nX-Authenticated.User: root@example.com",
            "X-Authenticated-User: al\u00ffice@example.com",
            "X-Authenticated-User: alice@evil@example.com",
            "X-Authenticated-User: anonymous");

    /** S2. */
    @ParameterizedTest
    @EnumSource
    void anythingButOneValueIsRefused(Edge edge) throws IOException {
        for (String lines : DOUBTFUL) {
            assertThat(status(edge, PROXY, lines)).as(lines).isEqualTo(400);
        }
        assertThat(status(edge, PROXY, ALICE)).isEqualTo(200);
    }

    /** S3. */
    @ParameterizedTest
    @EnumSource(names = {"REST", "GATEWAY_POST", "SERVER_POST", "ALL_POST", "SERVER_STREAM", "SERVER_SSE"})
    void theHeaderIsNoneOfTheConnection(Edge edge) throws IOException {
        assertThat(status(edge, PROXY, ALICE, "Connection: X-Authenticated-User"))
                .isEqualTo(200);
        assertThat(get(PROXY, "/auth/me", "Connection: close, X-Authenticated-User", ALICE))
                .contains("alice@example.com");
    }

    /** S3: who is not named is less than anybody who is. */
    @Test
    void nobodyReadsWhatIsPublicAndChangesNothing() throws IOException {
        assertThat(get(PROXY, "/tools")).startsWith("HTTP/1.1 200");
        assertThat(get(PROXY, gateway)).startsWith("HTTP/1.1 200");
        assertThat(post(PROXY, server + "/mcp", INITIALIZE)).startsWith("HTTP/1.1 200");
        int before = upstream.seen.size();

        assertThat(post(PROXY, "/gateways", "{\"name\":\"x\",\"url\":\"http://127.0.0.1:1/mcp\"}"))
                .startsWith("HTTP/1.1 403");
        assertThat(post(PROXY, gateway + "/mcp", CALL)).startsWith("HTTP/1.1 403");
        assertThat(upstream.seen).hasSize(before);
    }

    /** S4. */
    @ParameterizedTest
    @EnumSource
    void aTokenBesideTheHeaderHasToNameTheSameUser(Edge edge) throws IOException {
        assertThat(status(edge, PROXY, ALICE, bearer(Bearers.token(SIGNING, "alice@example.com"))))
                .isEqualTo(200);
        assertThat(status(edge, PROXY, ALICE, bearer(Bearers.token(SIGNING, "bob@example.com"))))
                .isEqualTo(401);
        assertThat(status(edge, PROXY, ALICE, bearer("made.up.token"))).isEqualTo(401);
        assertThat(status(edge, PROXY, bearer("made.up.token"))).isEqualTo(401);
    }

    /** S5: the same user however it is written, with the same session. */
    @ParameterizedTest
    @ValueSource(strings = {"ALICE@Example.com", "  alice@example.com  ", "\u00ef\u00bd\u0081lice@example.com"})
    void oneUserHasOneName(String written) throws IOException {
        assertThat(get(PROXY, "/auth/me", "X-Authenticated-User: " + written))
                .contains("\"user\":\"alice@example.com\"");
        assertThat(status(Edge.SERVER_STREAM, PROXY, "X-Authenticated-User: " + written))
                .isEqualTo(200);
        assertThat(status(Edge.SERVER_STREAM, PROXY, "X-Authenticated-User: bob@example.com"))
                .isEqualTo(404);
    }

    @Test
    void messagesToALineAreOfItsUser() throws IOException {
        try (var line = RawClient.open(PROXY, port, RawClient.get(server + "/sse", ALICE))) {
            String address = found(Pattern.compile("data: (/[!-~]+)"), line.until("\n\n\r\n"));

            assertThat(status(PROXY, RawClient.post(address, INITIALIZE, ALICE)))
                    .isEqualTo(202);
            assertThat(line.until("\"result\"")).contains("\"id\":0");
            assertThat(status(ATTACKER, RawClient.post(address, INITIALIZE, ALICE)))
                    .isEqualTo(401);
            assertThat(status(PROXY, RawClient.post(address, INITIALIZE, ALICE, ALICE)))
                    .isEqualTo(400);
            for (String other : List.of("X-Authenticated-User: bob@example.com", "X-Other: nobody")) {
                assertThat(status(PROXY, RawClient.post(address, INITIALIZE, other)))
                        .isEqualTo(404);
            }
        }
    }

    /** S6. */
    @ParameterizedTest
    @ValueSource(strings = {"kube-probe/1.31", "ELB-HealthChecker/2.0", "GoogleHC/1.0", "Prometheus/3.0"})
    void noProgramsNameOpensAnything(String program) throws IOException {
        for (Edge edge : Edge.values()) {
            assertThat(status(edge, ATTACKER, "User-Agent: " + program)).isEqualTo(401);
        }
        assertThat(get(ATTACKER, "/health", "User-Agent: " + program)).startsWith("HTTP/1.1 200");
        assertThat(get(ATTACKER, "/actuator/prometheus", "User-Agent: " + program))
                .startsWith("HTTP/1.1 401");
    }
}
