package io.penstock.oauth.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.Penstock;
import io.penstock.caller.jwt.TokenMint;
import io.penstock.oauth.token.GuardedUpstream;
import io.penstock.vault.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A whole gateway whose upstream takes tokens that its callers' own are exchanged for. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenExchangeIT {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";

    private final HttpClient client = HttpClient.newHttpClient();
    private final ExchangingServer server = new ExchangingServer();
    private final GuardedUpstream upstream = new GuardedUpstream();
    private ConfigurableApplicationContext gateway;

    @BeforeAll
    void start() {
        upstream.takes = token -> token.startsWith("for-");
        var application = new SpringApplication(Penstock.class);
        application.setDefaultProperties(Map.of(
                "PORT", "0",
                "MANAGEMENT_PORT", "0",
                "BASE_URL", "http://localhost",
                "DATA_DIR", "target/token-exchange-it/" + UUID.randomUUID(),
                "AUTH_ENCRYPTION_SECRET", "Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
                "JWT_SECRET_KEY", SIGNING,
                "penstock.health.poll", "1h",
                "UPSTREAM_ALLOWED_CIDRS", "127.0.0.0/8",
                "TOKEN_EXCHANGE_ALLOWED_URLS", server.url("/as").toString()));
        gateway = application.run();
    }

    @AfterAll
    void stop() {
        gateway.close();
        client.close();
        server.close();
        upstream.close();
    }

    private static String jwt(String user, boolean admin) {
        return TokenMint.of("HS256", new Secret(SIGNING), null)
                .mint(new TokenMint.Grant("penstock", "penstock", user, Duration.ofHours(1), admin, List.of(), null));
    }

    private HttpResponse<String> send(String token, String method, String path, String body, String... headers) {
        var uri = URI.create("http://localhost:" + gateway.getEnvironment().getProperty("local.server.port") + path);
        var request = HttpRequest.newBuilder(uri)
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

    private String call(String token, String id) {
        var opened = send(token, "POST", "/gateways/" + id + "/mcp", """
                {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},
                "clientInfo":{"name":"t","version":"1"}}}""");
        var session = opened.headers().firstValue("mcp-session-id");
        var call =
                "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"whoami\",\"arguments\":{}}}";
        var called = session.isEmpty()
                ? send(token, "POST", "/gateways/" + id + "/mcp", call, "MCP-Protocol-Version", "2025-11-25")
                : send(
                        token,
                        "POST",
                        "/gateways/" + id + "/mcp",
                        call,
                        "MCP-Protocol-Version",
                        "2025-11-25",
                        "Mcp-Session-Id",
                        session.get());
        return opened.body() + called.body();
    }

    private String register(String token, String config) {
        return send(token, "POST", "/gateways", """
                {"name":"x-%s","url":"%s","auth_type":"oauth","oauth_config":%s}""".formatted(UUID.randomUUID(), upstream.url(), config))
                .body();
    }

    @Test
    void theUpstreamSeesWhatEachCallersTokenWasExchangedForAndNeverThatToken() {
        String admin = jwt("admin@example.com", true);
        String ann = jwt("ann@example.com", false);
        String bob = jwt("bob@example.com", false);
        var registered = register(admin, """
                {"grant_type":"token_exchange","token_url":"%s","client_id":"gateway","client_secret":"s3cret-of-gateway"}""".formatted(server.url("/as")));
        String id = JsonMapper.shared().readTree(registered).path("id").asString();
        assertThat(registered).contains("token_exchange").contains("*****").doesNotContain("s3cret-of-gateway");

        assertThat(call(ann, id)).contains("Bearer for-" + ann);
        assertThat(call(bob, id)).contains("Bearer for-" + bob).doesNotContain("Bearer for-" + ann);

        assertThat(upstream.shown).doesNotContain("Bearer " + ann, "Bearer " + bob, "Bearer " + admin);
        assertThat(server.forms)
                .allSatisfy(form -> assertThat(form.get("subject_token")).containsAnyOf(ann, bob, admin));
    }

    @Test
    void aServerThatTheOperatorDidNotNameIsShownNothing() {
        String admin = jwt("admin@example.com", true);
        String ann = jwt("ann@example.com", false);
        int before = server.forms.size();
        String id = JsonMapper.shared()
                .readTree(register(admin, """
                        {"grant_type":"token_exchange","token_url":"%s","client_id":"gateway"}""".formatted(server.url("/evil"))))
                .path("id")
                .asString();

        assertThat(call(ann, id)).contains("TOKEN_EXCHANGE_ALLOWED_URLS").doesNotContain(ann);

        assertThat(server.forms).hasSize(before);
    }

    @Test
    void whatIsMissingIsNamed() {
        String admin = jwt("admin@example.com", true);

        assertThat(register(admin, "{\"grant_type\":\"token_exchange\",\"client_id\":\"g\"}"))
                .contains("oauth_config.token_url");
        assertThat(register(admin, "{\"grant_type\":\"token_exchange\",\"issuer\":\"https://as.example.com\"}"))
                .contains("oauth_config.client_id");
        assertThat(register(admin, "{\"grant_type\":\"id_jag\",\"client_id\":\"g\"}"))
                .contains("oauth_config.idp_token_url", "oauth_config.idp_client_id");
        assertThat(register(
                        admin,
                        "{\"grant_type\":\"client_credentials\",\"token_url\":\"https://as.example.com/t\",\"client_id\":\"g\","
                                + "\"client_secret\":\"s\",\"idp_client_id\":\"x\",\"subject_token_type\":\"jwt\"}"))
                .contains("oauth_config.idp_client_id", "oauth_config.subject_token_type");
    }

    @Test
    void aSecretOfTheIdentityProviderIsMaskedAndGoesToNoOtherOne() {
        String admin = jwt("admin@example.com", true);
        var registered = register(admin, """
                {"grant_type":"id_jag","issuer":"https://as.example.com","client_id":"g","client_secret":"secret-one",
                "idp_token_url":"https://idp.example.com/t","idp_client_id":"i","idp_client_secret":"secret-two"}""");
        String id = JsonMapper.shared().readTree(registered).path("id").asString();

        var scoped = send(admin, "PATCH", "/gateways/" + id, "{\"oauth_config\":{\"scope\":\"mcp:read\"}}");
        var moved = send(
                admin,
                "PATCH",
                "/gateways/" + id,
                "{\"oauth_config\":{\"idp_token_url\":\"https://evil.example.com/t\"}}");

        assertThat(registered).contains("\"idp_client_secret\":\"*****\"").doesNotContain("secret-one", "secret-two");
        assertThat(scoped.statusCode()).as(scoped.body()).isEqualTo(200);
        assertThat(json(scoped).path("oauth_config").path("idp_client_secret").asString())
                .isEqualTo("*****");
        assertThat(moved.statusCode()).isEqualTo(422);
        assertThat(moved.body()).contains("oauth_config.idp_client_secret").contains("must be sent again");
    }

    /** What is said of callers there goes to the authorization server. */
    @Test
    void anotherAuthorizationServerIsNotToldOfCallersWithTheStoredSecretOfTheIdentityProvider() {
        String admin = jwt("admin@example.com", true);
        var registered = register(admin, """
                {"grant_type":"id_jag","issuer":"https://as.example.com","client_id":"g","client_secret":"secret-one",
                "idp_token_url":"https://idp.example.com/t","idp_client_id":"i","idp_client_secret":"secret-two"}""");
        String id = JsonMapper.shared().readTree(registered).path("id").asString();
        var tenant = send(
                admin,
                "PATCH",
                "/gateways/" + id,
                "{\"oauth_config\":{\"issuer\":\"https://as.example.com/mine\",\"client_secret\":\"mine\"}}");
        assertThat(tenant.statusCode()).as(tenant.body()).isEqualTo(422);
        assertThat(tenant.body()).contains("oauth_config.idp_client_secret");
        String moving = "\"token_url\":\"https://evil.example.com/t\",\"client_secret\":\"mine\"";

        var refused = send(admin, "PATCH", "/gateways/" + id, "{\"oauth_config\":{" + moving + "}}");
        var told = send(
                admin,
                "PATCH",
                "/gateways/" + id,
                "{\"oauth_config\":{" + moving + ",\"idp_client_secret\":\"secret-two\"}}");

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
        assertThat(refused.body())
                .contains("oauth_config.idp_client_secret", "because token_url now names another server");
        assertThat(told.statusCode()).as(told.body()).isEqualTo(200);
    }
}
