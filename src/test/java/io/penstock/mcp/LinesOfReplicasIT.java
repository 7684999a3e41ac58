package io.penstock.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.Penstock;
import io.penstock.catalog.DriftPolicy;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.Transport;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Catalog;
import io.penstock.store.Databases;
import io.penstock.vault.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** Two whole replicas on one PostgreSQL, and a client whose line is on one of them while its messages come to the other. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LinesOfReplicasIT {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";
    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}";
    private static final String PONG = "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}";

    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private final String alice = Bearers.token(SIGNING, "alice@example.com");
    private ConfigurableApplicationContext here;
    private ConfigurableApplicationContext there;
    private String gateway = "";

    @BeforeAll
    void start() {
        upstream.script = (seen, response) -> ScriptedUpstream.json(response, PONG);
        String database = Databases.freshUrl();
        here = replica(database);
        there = replica(database);
        var draft = new Gateways.Draft(
                "up",
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
        var gateways = here.getBean(Gateways.class);
        var created = gateways.create(draft, "owner@example.com").block(LONG);
        Sightings.seen(gateways, created);
        gateway = "/gateways/" + created.id();
        var _ = here.getBean(Catalog.class).refresh().block(LONG);
        var _ = there.getBean(Catalog.class).refresh().block(LONG);
    }

    @AfterAll
    void stop() {
        here.close();
        there.close();
        upstream.close();
    }

    private static ConfigurableApplicationContext replica(String database) {
        var application = new SpringApplication(Penstock.class);
        application.setDefaultProperties(Map.of(
                "PORT", "0",
                "MANAGEMENT_PORT", "0",
                "BASE_URL", "http://localhost",
                "DATABASE_URL", database,
                "AUTH_ENCRYPTION_SECRET", "Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
                "JWT_SECRET_KEY", SIGNING,
                "penstock.health.poll", "1h",
                "UPSTREAM_ALLOWED_CIDRS", "127.0.0.0/8"));
        return application.run();
    }

    private static URI address(ConfigurableApplicationContext replica, String path) {
        return URI.create("http://localhost:" + replica.getEnvironment().getProperty("local.server.port") + path);
    }

    @Test
    void aMessageFindsItsLineOnTheOtherReplica() throws Exception {
        String elsewhere = speakFromElsewhere();

        try (var late = new SseClient(address(there, gateway + "/sse"), alice)) {
            await().atMost(LONG)
                    .untilAsserted(() ->
                            assertThat(late.post(elsewhere, PING).statusCode()).isEqualTo(404));
        }
    }

    /** Gives the address on the other replica of a line that has ended. */
    private String speakFromElsewhere() throws Exception {
        try (var client = new SseClient(address(here, gateway + "/sse"), alice)) {
            String elsewhere = address(there, client.data()).toString();
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(client.post(elsewhere, PING).statusCode())
                            .isEqualTo(202));
            assertThat(client.data()).isEqualTo(PONG);
            assertThat(client.post(elsewhere, PING, Bearers.token(SIGNING, "bob@example.com"))
                            .statusCode())
                    .isEqualTo(404);
            var broken = client.post(elsewhere, "{");
            assertThat(broken.statusCode()).isEqualTo(400);
            assertThat(broken.body()).contains("-32700");
            return elsewhere;
        }
    }
}
