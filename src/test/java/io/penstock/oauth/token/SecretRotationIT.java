package io.penstock.oauth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.catalog.OAuthConfig.Grant;
import io.penstock.store.Databases;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Two replicas whose authorization server takes a new client secret when it is tried, and refuses it later. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecretRotationIT {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final RotatingProvider provider = new RotatingProvider();
    private final GuardedUpstream upstream = new GuardedUpstream();
    private final Set<String> secrets = ConcurrentHashMap.newKeySet();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    private final RollingReplicas replicas = new RollingReplicas(Map.of(
            "DATABASE_URL", Databases.freshUrl(),
            "JWT_SECRET_KEY", RollingReplicas.SIGNING,
            "AUTH_ENCRYPTION_SECRET", "Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
            "penstock.health.poll", "1h",
            "UPSTREAM_ALLOWED_CIDRS", "127.0.0.0/8"));

    @BeforeAll
    void start() {
        provider.knows = header -> secrets.stream().anyMatch(secret -> header.equals(basic(secret)));
        upstream.takes = token -> token.startsWith("access-") && !refused.contains(token);
        replicas.start(Map.of());
        replicas.start(Map.of());
    }

    @AfterAll
    void stop() {
        replicas.close();
        upstream.close();
        provider.close();
    }

    private static String basic(String secret) {
        return "Basic "
                + Base64.getEncoder().encodeToString(("agent+one:" + secret).getBytes(StandardCharsets.US_ASCII));
    }

    private ObjectNode credential(String secret) {
        var body = JsonMapper.shared().createObjectNode().put("auth_type", "oauth");
        body.putObject("oauth_config")
                .put("grant_type", "client_credentials")
                .put(
                        "token_url",
                        provider.config(Grant.CLIENT_CREDENTIALS).tokenUrl().toString())
                .put("client_id", RotatingProvider.CLIENT)
                .put("client_secret", secret);
        return body;
    }

    private JsonNode state(String id) {
        return replicas.get("/gateways/" + id + "/credentials");
    }

    private String rotated(String before, String after) {
        secrets.addAll(Set.of(before, after));
        var whole = credential(before).put("name", "g-" + UUID.randomUUID()).put("url", upstream.url());
        var made = replicas.send("POST", "/gateways", whole.toString());
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        String id = JsonMapper.shared().readTree(made.body()).path("id").asString();
        assertThat(replicas.whoami(id)).startsWith("200 ");
        var changed = replicas.send(
                "POST", "/gateways/" + id + "/credentials", credential(after).toString());
        assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
        return id;
    }

    /** The tokens that were given so far are good no more, so that others are wanted. */
    private void endTokens() {
        refused.addAll(provider.given());
    }

    @Test
    void aSecretThatTheServerRefusesLaterIsTakenBackWithoutAFailedCall() {
        String id = rotated("old-1", "new-1");
        assertThat(replicas.whoami(id)).startsWith("200 ").contains("Bearer access-");
        assertThat(state(id).path("state").asString()).isEqualTo("grace");

        secrets.remove("new-1");
        endTokens();
        for (int i = 0; i < 40 && !state(id).path("state").asString().equals("rolled_back"); i++) {
            assertThat(replicas.whoami(id)).startsWith("200 ").contains("Bearer access-");
        }

        assertThat(state(id).path("state").asString()).isEqualTo("rolled_back");
        assertThat(state(id).path("reason").asString()).contains("were refused with it");
        assertThat(replicas.get("/audit?action=rollback").toString()).contains(id);
        int asked = provider.asked.get();
        for (int i = 0; i < 10; i++) {
            assertThat(replicas.whoami(id)).startsWith("200 ").contains("Bearer access-");
        }
        assertThat(provider.asked.get() - asked).isLessThanOrEqualTo(4);
    }

    @Test
    void aServerThatKnowsTheGatewayByNeitherIsToldAsItIs() {
        String id = rotated("old-2", "new-2");
        secrets.removeAll(Set.of("old-2", "new-2"));
        endTokens();

        assertThat(replicas.whoami(id)).contains("invalid_client");
    }

    @Test
    void aSecretThatWasNeverKeptHasNoOther() {
        String id = rotated("old-3", "new-3");
        assertThat(replicas.send("DELETE", "/gateways/" + id + "/credentials/previous", "")
                        .statusCode())
                .isEqualTo(204);
        secrets.remove("new-3");
        endTokens();

        await().atMost(LONG).until(() -> replicas.whoami(id).contains("invalid_client"));
        assertThat(state(id).path("state").asString()).isEqualTo("ended");
    }
}
