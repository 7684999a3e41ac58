package io.penstock.oauth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEException;
import io.penstock.Penstock;
import io.penstock.Tokens;
import io.penstock.oauth.grant.KeyedServer;
import io.penstock.store.Databases;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A whole gateway that shows itself to Spring Authorization Server by a signature (private_key_jwt). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientKeyIT {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";

    private final HttpClient client = HttpClient.newHttpClient();
    private final GuardedUpstream upstream = new GuardedUpstream();
    private KeyedServer server;
    private ConfigurableApplicationContext gateway;

    @BeforeAll
    void start() throws IOException, JOSEException {
        server = new KeyedServer();
        upstream.takes = server::knows;
        var application = new SpringApplication(Penstock.class);
        application.setDefaultProperties(Map.of(
                "PORT", "0",
                "MANAGEMENT_PORT", "0",
                "BASE_URL", "http://localhost",
                "DATABASE_URL", Databases.freshUrl(),
                "AUTH_ENCRYPTION_SECRET", "Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
                "JWT_SECRET_KEY", SIGNING,
                "penstock.health.poll", "1h",
                "UPSTREAM_ALLOWED_CIDRS", "127.0.0.0/8"));
        gateway = application.run();
    }

    @AfterAll
    void stop() {
        gateway.close();
        client.close();
        upstream.close();
        server.close();
    }

    private JsonNode send(String method, String path, String body, int status) {
        var uri = URI.create("http://localhost:" + gateway.getEnvironment().getProperty("local.server.port") + path);
        var request = HttpRequest.newBuilder(uri)
                .header("Authorization", "Bearer " + Tokens.administrator(SIGNING))
                .header("Content-Type", "application/json")
                .timeout(LONG)
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        try {
            var response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
            return JsonMapper.shared().readTree(response.body());
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private String register(String id, String key) {
        var body = JsonMapper.shared().createObjectNode();
        body.put("name", "key-" + UUID.randomUUID()).put("url", upstream.url()).put("auth_type", "oauth");
        body.putObject("oauth_config")
                .put("grant_type", "client_credentials")
                .put("issuer", server.issuer())
                .put("token_url", server.token())
                .put("client_id", id)
                .put("client_key", key)
                .put("token_endpoint_auth_method", "private_key_jwt")
                .put("scope", "mcp:read");
        return send("POST", "/gateways", body.toString(), 201).path("id").asString();
    }

    private JsonNode shown(String id) {
        return send("GET", "/gateways/" + id, "", 200);
    }

    private void awaitHealth(String id, boolean healthy) {
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(shown(id).path("healthy").asBoolean(!healthy))
                        .isEqualTo(healthy));
    }

    private void assertSealed(String secret) {
        StepVerifier.create(gateway.getBean(DatabaseClient.class)
                        .sql("SELECT auth_sealed, auth_shown FROM gateways")
                        .map(row -> new String(row.get("auth_sealed", byte[].class), StandardCharsets.ISO_8859_1)
                                + row.get("auth_shown", String.class))
                        .all()
                        .collectList())
                .assertNext(rows ->
                        assertThat(rows).isNotEmpty().allMatch(row -> !row.contains(secret) && row.contains("*****")))
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void tokensAreGotByASignature() throws JOSEException {
        for (var entry : Map.of(
                        KeyedServer.RSA, server.pem(KeyedServer.RSA),
                        KeyedServer.P256, server.jwk(KeyedServer.P256),
                        KeyedServer.P384, server.pem(KeyedServer.P384))
                .entrySet()) {
            String id = register(entry.getKey(), entry.getValue());

            awaitHealth(id, true);

            assertThat(shown(id).path("oauth_config").path("client_key").asString())
                    .isEqualTo("*****");
        }
        assertSealed(server.pem(KeyedServer.RSA).lines().toList().get(3));
    }

    @Test
    void anotherKeyShowsInTheHealth() throws JOSEException {
        String id = register(KeyedServer.RSA, server.pem(KeyedServer.P256));

        awaitHealth(id, false);

        assertThat(shown(id).toString()).contains("invalid_client").contains("client_key");
    }

    @Test
    void theMaskKeepsAKeyButForNoOtherServer() {
        String id = register(KeyedServer.P256, server.jwk(KeyedServer.P256));
        awaitHealth(id, true);

        var moved = send(
                "PATCH",
                "/gateways/" + id,
                "{\"oauth_config\":{\"token_url\":\"https://evil.example.com/token\",\"client_key\":\"*****\"}}",
                422);
        var scoped = send("PATCH", "/gateways/" + id, "{\"oauth_config\":{\"client_key_id\":\"p\"}}", 200);
        var swapped = send(
                "PATCH",
                "/gateways/" + id,
                "{\"oauth_config\":{\"client_key\":null,\"client_key_id\":null,\"client_secret\":\"s\","
                        + "\"token_endpoint_auth_method\":\"client_secret_post\"}}",
                200);

        assertThat(moved.toString()).contains("oauth_config.client_key").contains("must be sent again");
        assertThat(scoped.path("oauth_config").path("client_key_id").asString()).isEqualTo("p");
        assertThat(scoped.path("oauth_config").path("client_key").asString()).isEqualTo("*****");
        assertThat(swapped.path("oauth_config").has("client_key")).isFalse();
    }
}
