package io.penstock.oauth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.store.Databases;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Two replicas over an upstream whose credential is changed while calls go on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CredentialRotationIT {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final GuardedUpstream upstream = new GuardedUpstream();
    private final RollingReplicas replicas = new RollingReplicas(Map.of(
            "DATABASE_URL", Databases.freshUrl(),
            "JWT_SECRET_KEY", RollingReplicas.SIGNING,
            "AUTH_ENCRYPTION_SECRET", "Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
            "penstock.health.poll", "1h",
            "UPSTREAM_ALLOWED_CIDRS", "127.0.0.0/8"));

    @BeforeAll
    void start() {
        replicas.start(Map.of());
        replicas.start(Map.of());
    }

    @AfterAll
    void stop() {
        replicas.close();
        upstream.close();
    }

    private String register(String token) {
        var response = replicas.send(
                "POST",
                "/gateways",
                "{\"name\":\"g-" + UUID.randomUUID() + "\",\"url\":\"" + upstream.url()
                        + "\",\"auth_type\":\"bearer\",\"auth_token\":\"" + token + "\"}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return JsonMapper.shared().readTree(response.body()).path("id").asString();
    }

    private static String bearer(String token) {
        return "{\"auth_type\":\"bearer\",\"auth_token\":\"" + token + "\"}";
    }

    private JsonNode state(String id) {
        return replicas.get("/gateways/" + id + "/credentials");
    }

    /** The upstream takes both for a while, then the new one alone, at once after the answer. */
    @Test
    void aRotationUnderLoadFailsNoCallThoughTheOldOneIsRefusedAtOnce() {
        upstream.taken.addAll(List.of("old-1", "new-1"));
        String id = register("old-1");
        replicas.load(60, List.of(UUID.fromString(id)));
        await().atMost(LONG).until(() -> replicas.done() > 50);

        var rotated = replicas.send("POST", "/gateways/" + id + "/credentials", bearer("new-1"));
        upstream.taken.remove("old-1");
        int soFar = replicas.done();
        await().atMost(LONG).until(() -> replicas.done() > soFar + 150);
        var outcome = replicas.unload();

        assertThat(rotated.statusCode()).as(rotated.body()).isEqualTo(200);
        assertThat(outcome.errors()).isEmpty();
        assertThat(upstream.shown).endsWith("Bearer new-1").contains("Bearer old-1");
        assertThat(state(id).path("state").asString()).isEqualTo("grace");
    }

    @Test
    void aCredentialThatTheUpstreamDoesNotTakeIsRefusedAndNothingChanges() {
        upstream.taken.add("old-2");
        String id = register("old-2");

        var refused = replicas.send("POST", "/gateways/" + id + "/credentials", bearer("wrong-2"));

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
        assertThat(refused.body())
                .contains("was tried and not taken")
                .contains("401")
                .doesNotContain("wrong-2");
        assertThat(state(id).path("state").asString()).isEqualTo("none");
        assertThat(replicas.whoami(id)).contains("Bearer old-2");
    }

    @Test
    void anUpstreamThatRefusesTheNewOneLaterGetsTheOldOneBackWithoutAFailedCall() {
        upstream.taken.addAll(List.of("old-3", "new-3"));
        String id = register("old-3");
        assertThat(replicas.send("POST", "/gateways/" + id + "/credentials", bearer("new-3"))
                        .statusCode())
                .isEqualTo(200);
        await().atMost(LONG).until(() -> replicas.whoami(id).contains("new-3"));

        upstream.taken.remove("new-3");
        for (int i = 0; i < 40 && !state(id).path("state").asString().equals("rolled_back"); i++) {
            assertThat(replicas.whoami(id)).contains("Bearer old-3");
        }

        assertThat(state(id).path("state").asString()).isEqualTo("rolled_back");
        assertThat(state(id).path("reason").asString()).contains("were refused with it");
        assertThat(replicas.get("/gateways/" + id + "/events").toString()).contains("rolled_back");
        assertThat(replicas.get("/audit?action=rollback").toString()).contains(id);
        assertThat(replicas.whoami(id)).contains("Bearer old-3");
    }
}
