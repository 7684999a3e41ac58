package io.penstock.oauth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.handler.ssl.ClientAuth;
import io.penstock.egress.tls.Certificates;
import io.penstock.relay.TlsUpstream;
import io.penstock.store.Databases;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Sinks;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Two replicas over an upstream that knows them by a certificate, which is changed while calls go on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CertificateRotationIT {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private static Path folder;

    private final RollingReplicas replicas = new RollingReplicas(Map.of(
            "DATABASE_URL", Databases.freshUrl(),
            "JWT_SECRET_KEY", RollingReplicas.SIGNING,
            "AUTH_ENCRYPTION_SECRET", "Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
            "penstock.health.poll", "1h",
            "UPSTREAM_ALLOWED_HOSTS", "localhost"));
    private Certificates server;
    private Certificates old;
    private Certificates young;

    @BeforeAll
    void start() {
        server = Certificates.of("localhost", folder);
        old = Certificates.of("old", folder);
        young = Certificates.rsa("young", folder);
        replicas.start(Map.of());
        replicas.start(Map.of());
    }

    @AfterAll
    void stop() {
        replicas.close();
    }

    private static ObjectNode body() {
        return JsonMapper.shared().createObjectNode();
    }

    private static ObjectNode identified(Certificates by) {
        return body().put("client_cert", by.pem()).put("client_key", by.key());
    }

    private String register(TlsUpstream upstream, ObjectNode more) {
        var whole = identified(old)
                .put("name", "g-" + UUID.randomUUID())
                .put("url", upstream.url())
                .put("ca_certificate", server.pem());
        more.forEachEntry(whole::set);
        var response = replicas.send("POST", "/gateways", whole.toString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return JsonMapper.shared().readTree(response.body()).path("id").asString();
    }

    private HttpResponse<String> rotate(String id, ObjectNode credential) {
        return replicas.send("POST", "/gateways/" + id + "/credentials", credential.toString());
    }

    private JsonNode state(String id) {
        return replicas.get("/gateways/" + id + "/credentials");
    }

    /** The upstream takes both for a while, then begins TLS with the new one alone, at once after the answer. */
    @Test
    void aRotationUnderLoadFailsNoCallAndLeavesNoConnectionOfTheOldOne() {
        try (var upstream = new TlsUpstream(server, ClientAuth.REQUIRE, old, young)) {
            String id = register(upstream, body());
            replicas.load(60, List.of(UUID.fromString(id)));
            await().atMost(LONG).until(() -> replicas.done() > 50);

            var rotated = rotate(id, identified(young));
            upstream.taken.remove(old.certificate());
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(List.copyOf(upstream.seen).reversed())
                            .startsWith(Collections.nCopies(100, "CN=young").toArray(String[]::new)));
            int since = upstream.seen.size();
            await().atMost(LONG).until(() -> upstream.seen.size() > since + 150);
            var outcome = replicas.unload();

            assertThat(rotated.statusCode()).as(rotated.body()).isEqualTo(200);
            assertThat(rotated.body()).doesNotContain("PRIVATE KEY").contains("*****");
            assertThat(outcome.errors()).isEmpty();
            assertThat(upstream.seen).contains("CN=old");
            assertThat(upstream.seen.subList(since, upstream.seen.size())).containsOnly("CN=young");
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(upstream.connected).noneMatch(one -> one.startsWith("CN=old")));
            assertThat(state(id).path("state").asString()).isEqualTo("grace");
        }
    }

    @Test
    void aCallUnderWayEndsOverTheConnectionThatItBeganOn() {
        try (var upstream = new TlsUpstream(server, ClientAuth.REQUIRE, old, young)) {
            String id = register(upstream, body());
            var answering = Sinks.<Void>empty();
            assertThat(replicas.whoami(id)).contains("CN=old");
            upstream.answering = answering.asMono();
            int before = upstream.seen.size();
            var call = CompletableFuture.supplyAsync(() -> replicas.whoami(id));
            await().atMost(LONG).until(() -> upstream.seen.size() >= before + 2);

            var rotated = rotate(id, identified(young));
            answering.emitEmpty(Sinks.EmitFailureHandler.FAIL_FAST);

            assertThat(rotated.statusCode()).as(rotated.body()).isEqualTo(200);
            assertThat(call.join()).startsWith("200 ").contains("CN=old");
            await().atMost(LONG).until(() -> replicas.whoami(id).contains("CN=young"));
        }
    }

    @Test
    void oneThatTheUpstreamDoesNotTakeIsRefusedAndNothingChanges() {
        try (var upstream = new TlsUpstream(server, ClientAuth.REQUIRE, old)) {
            String id = register(upstream, body());

            var refused = rotate(id, identified(young));

            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
            assertThat(refused.body())
                    .contains("client_cert")
                    .contains("was tried and not taken")
                    .doesNotContain("PRIVATE KEY");
            assertThat(state(id).path("state").asString()).isEqualTo("none");
            assertThat(replicas.whoami(id)).contains("CN=old");
        }
    }

    @Test
    void whatDoesNotFitHasEndedOrCannotBeBelievedIsRefusedWithWhatIsWrong() {
        try (var upstream = new TlsUpstream(server, ClientAuth.REQUIRE, old, young)) {
            String id = register(upstream, body());
            var ended = Certificates.expired("ended", folder);

            assertThat(rotate(id, identified(young).put("client_key", ended.key()))
                            .body())
                    .contains("is not the key of the first certificate");
            assertThat(rotate(id, body().put("client_cert", young.pem())).body())
                    .contains("is not the key of the first certificate");
            assertThat(rotate(id, identified(ended)).body()).contains("has expired at");
            assertThat(rotate(id, identified(young).put("auth_token", "t")).body())
                    .contains("auth_type");
            var elsewhere = rotate(id, identified(young).put("ca_certificate", old.pem()));

            assertThat(elsewhere.statusCode()).as(elsewhere.body()).isEqualTo(409);
            assertThat(elsewhere.body()).contains("ca_certificate").contains("nothing was changed");
            assertThat(state(id).path("state").asString()).isEqualTo("none");
        }
    }

    @Test
    void anUpstreamThatRefusesTheNewOneLaterGetsTheOldOneBackWithoutAFailedCall() {
        var upstream = new TlsUpstream(server, ClientAuth.REQUIRE, old, young);
        String id = register(upstream, body().put("auth_type", "bearer").put("auth_token", "t"));
        var both = identified(young).put("auth_type", "bearer").put("auth_token", "u");
        assertThat(rotate(id, both).statusCode()).isEqualTo(200);
        await().atMost(LONG).until(() -> replicas.whoami(id).contains("CN=young"));
        upstream.close();

        try (var later = new TlsUpstream(upstream.port(), server, ClientAuth.REQUIRE, old)) {
            for (int i = 0; i < 40 && !state(id).path("state").asString().equals("rolled_back"); i++) {
                assertThat(replicas.whoami(id)).startsWith("200 ").contains("CN=old");
            }

            assertThat(state(id).path("state").asString()).isEqualTo("rolled_back");
            assertThat(state(id).path("reason").asString()).contains("were refused with it");
            assertThat(state(id).path("credential").path("client_cert").asString())
                    .isEqualTo(old.pem());
            assertThat(replicas.get("/audit?action=rollback").toString()).contains(id);
            assertThat(replicas.whoami(id)).contains("CN=old");
            assertThat(later.seen).containsOnly("CN=old");
        }
    }

    @Test
    void anUpstreamThatAnswersTheNewOneWith401GetsTheOldOneBackToo() {
        try (var upstream = new TlsUpstream(server, ClientAuth.REQUIRE, old, young)) {
            String id = register(upstream, body());
            assertThat(rotate(id, identified(young)).statusCode()).isEqualTo(200);
            await().atMost(LONG).until(() -> replicas.whoami(id).contains("CN=young"));

            upstream.unwanted = "CN=young";
            for (int i = 0; i < 40 && !state(id).path("state").asString().equals("rolled_back"); i++) {
                assertThat(replicas.whoami(id)).startsWith("200 ").contains("CN=old");
            }

            assertThat(state(id).path("state").asString()).isEqualTo("rolled_back");
        }
    }
}
