package io.penstock.oauth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.Penstock;
import io.penstock.Tokens;
import io.penstock.catalog.OAuthConfig.Grant;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A whole gateway whose upstreams want tokens of an authorization server (client_credentials). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientCredentialsIT {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";

    private final HttpClient client = HttpClient.newHttpClient();
    private final String root = Tokens.administrator(SIGNING);
    private ConfigurableApplicationContext gateway;
    private RotatingProvider provider = new RotatingProvider();
    private GuardedUpstream upstream = new GuardedUpstream();

    @BeforeAll
    void start() {
        var application = new SpringApplication(Penstock.class);
        application.setDefaultProperties(Map.of(
                "PORT", "0",
                "MANAGEMENT_PORT", "0",
                "BASE_URL", "http://localhost",
                "DATA_DIR", "target/client-credentials-it/" + UUID.randomUUID(),
                "AUTH_ENCRYPTION_SECRET", "Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
                "JWT_SECRET_KEY", SIGNING,
                "penstock.health.poll", "1h",
                "UPSTREAM_ALLOWED_CIDRS", "127.0.0.0/8"));
        gateway = application.run();
    }

    @AfterEach
    void startAnew() {
        provider.close();
        upstream.close();
        provider = new RotatingProvider();
        upstream = new GuardedUpstream();
    }

    @AfterAll
    void stop() {
        gateway.close();
        client.close();
        provider.close();
        upstream.close();
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) {
        var uri = URI.create("http://localhost:" + gateway.getEnvironment().getProperty("local.server.port") + path);
        var request = HttpRequest.newBuilder(uri)
                .header("Authorization", "Bearer " + root)
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

    private String register(String secret) {
        var config = JsonMapper.shared().createObjectNode();
        config.put("name", "cc-" + UUID.randomUUID()).put("url", upstream.url()).put("auth_type", "oauth");
        config.putObject("oauth_config")
                .put("grant_type", "client_credentials")
                .put(
                        "token_url",
                        provider.config(Grant.CLIENT_CREDENTIALS).tokenUrl().toString())
                .put("client_id", RotatingProvider.CLIENT)
                .put("client_secret", secret)
                .put("scope", "mcp:read mcp:write");
        var response = send("POST", "/gateways", config.toString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return json(response).path("id").asString();
    }

    private JsonNode shown(String id) {
        return json(send("GET", "/gateways/" + id, ""));
    }

    private void awaitHealth(String id, boolean healthy) {
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(shown(id).path("healthy").asBoolean(!healthy))
                        .isEqualTo(healthy));
    }

    private String whoami(String id) {
        var opened = send("POST", "/gateways/" + id + "/mcp", """
                {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},
                "clientInfo":{"name":"t","version":"1"}}}""");
        assertThat(opened.statusCode()).as(opened.body()).isEqualTo(200);
        var session = opened.headers().firstValue("mcp-session-id");
        var call =
                "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"whoami\",\"arguments\":{}}}";
        var called = session.isEmpty()
                ? send("POST", "/gateways/" + id + "/mcp", call, "MCP-Protocol-Version", "2025-11-25")
                : send(
                        "POST",
                        "/gateways/" + id + "/mcp",
                        call,
                        "MCP-Protocol-Version",
                        "2025-11-25",
                        "Mcp-Session-Id",
                        session.get());
        assertThat(called.body()).contains("Bearer access-");
        return called.body().replaceAll("(?s).*(Bearer access-[0-9]+).*", "$1");
    }

    @Test
    void aTokenIsGotWhenItIsNeededAndKept() {
        upstream.taken.add("access-1");

        String id = register(RotatingProvider.SECRET);
        awaitHealth(id, true);
        await().atMost(LONG)
                .untilAsserted(
                        () -> assertThat(shown(id).path("tool_count").asInt()).isEqualTo(1));

        assertThat(whoami(id)).isEqualTo("Bearer access-1");
        assertThat(whoami(id)).isEqualTo("Bearer access-1");
        assertThat(provider.asked).hasValue(1);
        assertThat(upstream.shown).containsOnly("Bearer access-1");
        assertThat(shown(id).path("oauth_config").path("client_secret").asString())
                .isEqualTo("*****");
    }

    @Test
    void aTokenThatTheUpstreamTakesNoLongerIsGotOnceMoreAndTheCallIsMade() {
        upstream.taken.add("access-1");
        String id = register(RotatingProvider.SECRET);
        awaitHealth(id, true);
        upstream.taken.clear();
        upstream.taken.add("access-2");

        assertThat(whoami(id)).isEqualTo("Bearer access-2");

        assertThat(provider.asked).hasValue(2);
    }

    @Test
    void anUpstreamThatTakesNoTokenIsAskedTwiceAndNoMore() {
        String id = register(RotatingProvider.SECRET);

        awaitHealth(id, false);

        assertThat(shown(id).path("last_error").asString()).contains("401").contains("oauth_config");
        assertThat(provider.asked.get()).isLessThanOrEqualTo(2);
    }

    @Test
    void aWrongSecretShowsInTheHealthAndNowhereElse() {
        String id = register("wrong-s3cret");

        awaitHealth(id, false);

        var shown = shown(id).toString();
        assertThat(shown).contains("invalid_client").contains("check client_id").doesNotContain("wrong-s3cret");
    }

    @Test
    void aSecretGoesToNoOtherServerThanItWasGivenFor() {
        String id = register(RotatingProvider.SECRET);

        var moved = send(
                "PATCH", "/gateways/" + id, "{\"oauth_config\":{\"token_url\":\"https://evil.example.com/token\"}}");
        var scoped = send("PATCH", "/gateways/" + id, "{\"oauth_config\":{\"scope\":\"mcp:read\"}}");

        assertThat(moved.statusCode()).isEqualTo(422);
        assertThat(moved.body()).contains("oauth_config.client_secret").contains("must be sent again");
        assertThat(scoped.statusCode()).as(scoped.body()).isEqualTo(200);
        assertThat(json(scoped).path("oauth_config").path("scope").asString()).isEqualTo("mcp:read");
    }
}
