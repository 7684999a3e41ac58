package io.penstock.oauth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.penstock.Penstock;
import io.penstock.Tokens;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.OAuthConfig.Grant;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.oauth.grant.Granted;
import io.penstock.oauth.server.AuthorizationServers;
import io.penstock.vault.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A whole gateway in front of an upstream that is called in each user's own name. Ann and Bob have agreed, Eve has not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PerUserIT {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";
    private static final String SHOWS_PAGES = "{\"elicitation\":{\"url\":{}}}";

    private final HttpClient client = HttpClient.newHttpClient();
    private final String root = Tokens.administrator(SIGNING);
    private ConfigurableApplicationContext gateway;
    private RotatingProvider provider;
    private GuardedUpstream upstream;
    private String id = "";
    private String name = "";

    @BeforeAll
    void start() {
        var application = new SpringApplication(Penstock.class);
        application.setDefaultProperties(Map.of(
                "PORT", "0",
                "MANAGEMENT_PORT", "0",
                "BASE_URL", "http://localhost:4444",
                "DATA_DIR", "target/per-user-it/" + UUID.randomUUID(),
                "AUTH_ENCRYPTION_SECRET", "Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
                "JWT_SECRET_KEY", SIGNING,
                "penstock.health.poll", "1h",
                "UPSTREAM_ALLOWED_CIDRS", "127.0.0.0/8"));
        gateway = application.run();
    }

    @BeforeEach
    void register() {
        provider = new RotatingProvider();
        upstream = new GuardedUpstream();
        registered();
    }

    private void inFrontOf(boolean modern) {
        close();
        provider = new RotatingProvider();
        upstream = new GuardedUpstream(modern);
        registered();
    }

    private void registered() {
        name = "drive-" + UUID.randomUUID();
        var config = JsonMapper.shared().createObjectNode();
        config.put("name", name).put("url", upstream.url()).put("auth_type", "oauth");
        var server = provider.config(Grant.AUTHORIZATION_CODE);
        config.putObject("oauth_config")
                .put("grant_type", "authorization_code")
                .put("token_url", String.valueOf(server.tokenUrl()))
                .put("authorization_url", String.valueOf(server.authorizationUrl()))
                .put("client_id", RotatingProvider.CLIENT)
                .put("client_secret", RotatingProvider.SECRET);
        var response = send(root, "POST", "/gateways", config.toString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        id = json(response).path("id").asString();
    }

    @AfterEach
    void close() {
        var removed = send(root, "DELETE", "/gateways/" + id, "");
        assertThat(removed.statusCode()).isEqualTo(204);
        provider.close();
        upstream.close();
    }

    @AfterAll
    void stop() {
        gateway.close();
        client.close();
    }

    private static String bearer(String user) {
        try {
            var claims = new JWTClaimsSet.Builder()
                    .subject(user + "@example.com")
                    .issuer("penstock")
                    .audience("penstock")
                    .claim("iat", Instant.now().getEpochSecond())
                    .claim("exp", Instant.now().getEpochSecond() + 600)
                    .jwtID(UUID.randomUUID().toString())
                    .build();
            var jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
            jwt.sign(new MACSigner(SIGNING));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private URI uri(String path) {
        return URI.create("http://localhost:" + gateway.getEnvironment().getProperty("local.server.port") + path);
    }

    private HttpResponse<String> send(String token, String method, String path, String body, String... headers) {
        var request = HttpRequest.newBuilder(uri(path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .timeout(LONG)
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static JsonNode json(HttpResponse<String> response) {
        return JsonMapper.shared().readTree(response.body());
    }

    /** The user connects an account, whose token the upstream takes. */
    private void agree(String user, String token, @Nullable String refresh) {
        var gateways = gateway.getBean(Gateways.class);
        var registered =
                Objects.requireNonNull(gateways.find(UUID.fromString(id)).block(LONG));
        var auth = (UpstreamAuth.OAuth)
                Objects.requireNonNull(gateways.open(registered).block(LONG));
        var server = Objects.requireNonNull(gateway.getBean(AuthorizationServers.class)
                .of(registered, auth.config())
                .block(LONG));
        var granted = new Granted(
                new Secret(token), refresh == null ? null : new Secret(refresh), Duration.ofHours(1), List.of());
        var key = TokenKey.of(registered, Grant.AUTHORIZATION_CODE, server, user + "@example.com");
        gateway.getBean(TokenRows.class)
                .grant(key, granted, List.of(), server.origin(), server.revocation())
                .block(LONG);
        upstream.taken.add(token);
    }

    private void annAndBobAgree() {
        agree("ann", "token-of-ann", null);
        agree("bob", "token-of-bob", null);
    }

    /** The catalogue is read in the administrator's name. */
    private void discover() {
        agree("admin", "token-of-admin", null);
        var found = send(root, "POST", "/gateways/" + id + "/tools/refresh", "");
        assertThat(found.statusCode()).as(found.body()).isEqualTo(200);
        assertThat(json(found).path("tools").path("added").asInt()).isEqualTo(1);
    }

    /** A client with a session. */
    private final class Session {

        private final String token;
        private final String path;
        private final List<String> head = new ArrayList<>(List.of("MCP-Protocol-Version", "2025-11-25"));
        private int asked;

        Session(String user, String path, String capabilities) {
            this.token = bearer(user);
            this.path = path;
            var opened = ask("initialize", """
                    "protocolVersion":"2025-11-25","capabilities":%s,"clientInfo":{"name":"t","version":"1"}""".formatted(capabilities));
            assertThat(opened.path("result").path("protocolVersion").asString(""))
                    .as(opened.toString())
                    .isEqualTo("2025-11-25");
        }

        JsonNode ask(String method, String params) {
            String body = "{\"jsonrpc\":\"2.0\",\"id\":" + ++asked + ",\"method\":\"" + method + "\",\"params\":{"
                    + params + "}}";
            var answer = send(token, "POST", path, body, head.toArray(String[]::new));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            answer.headers().firstValue("mcp-session-id").ifPresent(session -> {
                head.add("Mcp-Session-Id");
                head.add(session);
            });
            return message(answer);
        }
    }

    /** Where it is a stream, its last message. */
    private static JsonNode message(HttpResponse<String> answer) {
        String body = answer.body();
        int data = body.lastIndexOf("data:");
        return JsonMapper.shared().readTree(data < 0 ? body : body.substring(data + "data:".length()));
    }

    private JsonNode stateless(
            String user, String path, String method, String name, String params, String capabilities) {
        String body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":{" + params
                + (params.isEmpty() ? "" : ",")
                + "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                + "\"io.modelcontextprotocol/clientCapabilities\":" + capabilities + "}}}";
        List<String> head = new ArrayList<>(List.of("MCP-Protocol-Version", "2026-07-28", "Mcp-Method", method));
        if (!name.isEmpty()) {
            head.addAll(List.of("Mcp-Name", name));
        }
        var answer = send(bearer(user), "POST", path, body, head.toArray(String[]::new));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return message(answer);
    }

    private String authorizeUrl() {
        return "http://localhost:4444/oauth/authorize/" + id;
    }

    private static void isSomebodysOwn(JsonNode answer, String user) {
        Assertions.assertThat(answer.has("result")).as(answer.toString()).isTrue();
        Assertions.assertThat(answer.toString()).contains("token-of-" + user);
        for (String other : List.of("ann", "bob", "admin")) {
            if (!other.equals(user)) {
                assertThat(answer.toString()).doesNotContain("token-of-" + other);
            }
        }
    }

    private void isAnElicitation(JsonNode answer) {
        assertThat(answer.path("error").path("code").asInt())
                .as(answer.toString())
                .isEqualTo(-32042);
        var elicitation = answer.path("error").path("data").path("elicitations").path(0);
        assertThat(elicitation.path("mode").asString()).isEqualTo("url");
        assertThat(elicitation.path("url").asString()).isEqualTo(authorizeUrl());
        assertThat(elicitation.path("elicitationId").asString()).isNotBlank();
        assertThat(answer.toString()).doesNotContain("token-of-");
    }

    private void asksForInput(JsonNode answer) {
        var result = answer.path("result");
        assertThat(result.path("resultType").asString("")).as(answer.toString()).isEqualTo("input_required");
        var asked = result.path("inputRequests").path("authorization");
        assertThat(asked.path("method").asString()).isEqualTo("elicitation/create");
        assertThat(asked.path("params").path("mode").asString()).isEqualTo("url");
        assertThat(asked.path("params").path("url").asString()).isEqualTo(authorizeUrl());
        assertThat(answer.toString()).doesNotContain("token-of-");
    }

    private void namesTheAddress(JsonNode answer) {
        assertThat(answer.path("error").path("message").asString(""))
                .as(answer.toString())
                .contains(authorizeUrl());
        assertThat(answer.path("error").path("data").path("authorize_url").asString())
                .isEqualTo(authorizeUrl());
        assertThat(answer.path("error").path("code").asInt()).isNotEqualTo(-32042);
        assertThat(answer.toString()).doesNotContain("token-of-");
    }

    private record Asking(String method, String name, String params) {}

    private static List<Asking> askings(String prefix) {
        return List.of(
                new Asking("tools/call", prefix + "whoami", "\"name\":\"" + prefix + "whoami\",\"arguments\":{}"),
                new Asking("resources/read", "me://", "\"uri\":\"me://\""),
                new Asking("prompts/get", prefix + "hello", "\"name\":\"" + prefix + "hello\""),
                new Asking(
                        "completion/complete",
                        prefix + "hello",
                        "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"" + prefix
                                + "hello\"},\"argument\":{\"name\":\"a\",\"value\":\"b\"}"));
    }

    /** Everything that a call can be, by both ways of asking, for the three of them. */
    private void everybodyGetsTheirOwn(String path, String prefix) {
        var sessions = Map.of(
                "ann", new Session("ann", path, SHOWS_PAGES),
                "bob", new Session("bob", path, SHOWS_PAGES),
                "eve", new Session("eve", path, SHOWS_PAGES));
        var plain = new Session("eve", path, "{}");
        for (var asking : askings(prefix)) {
            for (String user : List.of("ann", "bob")) {
                isSomebodysOwn(Objects.requireNonNull(sessions.get(user)).ask(asking.method(), asking.params()), user);
                isSomebodysOwn(
                        stateless(user, path, asking.method(), asking.name(), asking.params(), SHOWS_PAGES), user);
            }
            isAnElicitation(Objects.requireNonNull(sessions.get("eve")).ask(asking.method(), asking.params()));
            namesTheAddress(plain.ask(asking.method(), asking.params()));
            namesTheAddress(stateless("eve", path, asking.method(), asking.name(), asking.params(), "{}"));
            var shown = stateless("eve", path, asking.method(), asking.name(), asking.params(), SHOWS_PAGES);
            if (asking.method().equals("completion/complete")) {
                namesTheAddress(shown);
            } else {
                asksForInput(shown);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void throughTheGatewaysOwnEndpointEverybodyGetsTheirOwn(boolean modern) {
        inFrontOf(modern);
        annAndBobAgree();
        for (String path : List.of("/gateways/" + id + "/mcp", "/api/execute/" + name, "/api/streamable/" + name)) {
            everybodyGetsTheirOwn(path, "");
        }
        discover();

        String path = "/gateways/" + id + "/mcp";
        everybodyGetsTheirOwn(path, "");
        for (String method : List.of("tools/list", "server/discover")) {
            var _ = stateless("ann", path, method, "", "", "{}");
        }
        isSomebodysOwn(new Session("ann", path, "{}").ask("tools/list", ""), "ann");
        isSomebodysOwn(stateless("bob", path, "tools/list", "", "", "{}"), "bob");
        for (var kept : List.of(
                stateless("bob", path, "tools/list", "", "", "{}"),
                stateless("bob", path, "resources/read", "me://", "\"uri\":\"me://\"", "{}"))) {
            assertThat(kept.path("result").path("cacheScope").asString()).isEqualTo("private");
        }
        namesTheAddress(new Session("eve", path, "{}").ask("tools/list", ""));
        namesTheAddress(stateless("eve", path, "tools/list", "", "", "{}"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void behindAVirtualServerEverybodyGetsTheirOwn(boolean modern) {
        inFrontOf(modern);
        annAndBobAgree();
        discover();
        var made = send(root, "POST", "/servers", "{\"name\":\"all-" + name + "\",\"gateways\":[\"" + id + "\"]}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        String server = json(made).path("id").asString();
        String slug =
                json(send(root, "GET", "/gateways/" + id, "")).path("slug").asString();

        everybodyGetsTheirOwn("/servers/" + server + "/mcp", slug + "-");
        everybodyGetsTheirOwn("/mcp", slug + "-");
        everybodyGetsTheirOwn("/api/execute/all-" + name, slug + "-");
        everybodyGetsTheirOwn("/api/streamable/all-" + name, slug + "-");
    }

    @Test
    void aMergedListIsTheSameForEverybodyAndNobodysDealings() {
        annAndBobAgree();
        discover();

        var ofEve = stateless("eve", "/mcp", "tools/list", "", "", "{}");
        var ofAnn = stateless("ann", "/mcp", "tools/list", "", "", "{}");

        assertThat(ofEve.path("result")).isEqualTo(ofAnn.path("result"));
        assertThat(ofEve.path("result").path("cacheScope").asString()).isEqualTo("private");
        assertThat(ofEve.path("result").path("ttlMs").asInt()).isZero();
        assertThat(upstream.shown).doesNotContain("Bearer token-of-ann", "Bearer token-of-bob");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoAgreesIsServedByTheRetry(boolean modern) {
        inFrontOf(modern);
        String path = "/gateways/" + id + "/mcp";
        var asked = stateless("ann", path, "tools/call", "whoami", "\"name\":\"whoami\"", SHOWS_PAGES);
        String retry = "\"name\":\"whoami\",\"requestState\":\""
                + asked.path("result").path("requestState").asString()
                + "\",\"inputResponses\":{\"authorization\":{\"action\":\"ACTION\"}}";

        asksForInput(stateless("ann", path, "tools/call", "whoami", retry.replace("ACTION", "accept"), SHOWS_PAGES));
        namesTheAddress(
                stateless("ann", path, "tools/call", "whoami", retry.replace("ACTION", "decline"), SHOWS_PAGES));
        agree("ann", "token-of-ann", null);

        isSomebodysOwn(
                stateless("ann", path, "tools/call", "whoami", retry.replace("ACTION", "accept"), SHOWS_PAGES), "ann");
        asksForInput(stateless("eve", path, "tools/call", "whoami", "\"name\":\"whoami\"", SHOWS_PAGES));
    }

    @Test
    void aSessionThatBeganBeforeItsUserAgreedGoesOnAfterwards() {
        var session = new Session("ann", "/gateways/" + id + "/mcp", SHOWS_PAGES);
        isAnElicitation(session.ask("tools/call", "\"name\":\"whoami\""));

        agree("ann", "token-of-ann", null);

        isSomebodysOwn(session.ask("tools/call", "\"name\":\"whoami\""), "ann");
    }

    @Test
    void anUpstreamThatTakesATokenNoLongerIsShownANewerOneAndThenTheUserIsAsked() {
        agree("ann", "token-of-ann", provider.refreshToken());
        String path = "/gateways/" + id + "/mcp";
        var session = new Session("ann", path, SHOWS_PAGES);
        upstream.taken.clear();
        upstream.taken.add("access-1");
        assertThat(session.ask("tools/call", "\"name\":\"whoami\"").toString()).contains("Bearer access-1");

        upstream.taken.clear();
        isAnElicitation(session.ask("tools/call", "\"name\":\"whoami\""));
        isAnElicitation(session.ask("tools/call", "\"name\":\"whoami\""));
        asksForInput(stateless("ann", path, "tools/call", "whoami", "\"name\":\"whoami\"", SHOWS_PAGES));

        assertThat(provider.asked.get()).isLessThanOrEqualTo(2);
        var kept = json(send(root, "GET", "/admin/oauth/tokens?gateway_id=" + id, ""));
        assertThat(kept.path(0).path("status").asString()).isEqualTo("valid");
    }

    @Test
    void oneThatNobodyIsConnectedToIsNotDown() {
        var checked = send(root, "POST", "/gateways/" + id + "/check", "");

        var shown = json(checked);
        assertThat(shown.path("healthy").asBoolean()).as(checked.body()).isTrue();
        assertThat(shown.path("authorize_url").asString()).isEqualTo(authorizeUrl());
        assertThat(upstream.shown).isNotEmpty().allMatch(String::isEmpty);
    }

    @Test
    void aRefreshIsItsCallersOwn() {
        annAndBobAgree();

        var refused = send(root, "POST", "/gateways/" + id + "/tools/refresh", "");
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(json(refused).path("authorize_url").asString()).isEqualTo(authorizeUrl());

        discover();
        assertThat(upstream.shown).doesNotContain("Bearer token-of-ann", "Bearer token-of-bob");
        assertThat(json(send(root, "GET", "/gateways/" + id, ""))
                        .path("tool_count")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void theFirstToConnectLetsToolsAndPromptsBeSeen() {
        agree("ann", "token-of-ann", null);
        var registered = Objects.requireNonNull(
                gateway.getBean(Gateways.class).find(UUID.fromString(id)).block(LONG));

        gateway.getBean(io.penstock.oauth.Connected.class)
                .connected(registered, "ann@example.com")
                .block(LONG);

        await().atMost(LONG).untilAsserted(() -> {
            var shown = json(send(root, "GET", "/gateways/" + id, ""));
            assertThat(shown.path("tool_count").asInt()).isEqualTo(1);
            assertThat(shown.path("prompt_count").asInt()).isEqualTo(1);
            assertThat(shown.path("resource_count").asInt()).isZero();
        });
    }

    @Test
    void theJavaSdkShowsTheAddressToItsUser() {
        var transport = HttpClientStreamableHttpTransport.builder(uri("").toString())
                .endpoint("/gateways/" + id + "/mcp")
                .requestBuilder(HttpRequest.newBuilder().header("Authorization", "Bearer " + bearer("eve")))
                .build();
        try (var sdk = McpClient.sync(transport).build()) {
            var _ = sdk.initialize();

            Assertions.assertThatThrownBy(() -> {
                        var _ = sdk.callTool(CallToolRequest.builder("whoami").build());
                    })
                    .isInstanceOf(McpError.class)
                    .hasMessageContaining(authorizeUrl());
        }
    }
}
