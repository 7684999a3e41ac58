package io.penstock.oauth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.catalog.DriftPolicy;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.OAuthConfig.Grant;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.database.Stores;
import io.penstock.catalog.snapshot.Catalog;
import io.penstock.health.Health;
import io.penstock.oauth.grant.Granted;
import io.penstock.oauth.server.AuthorizationServer;
import io.penstock.store.Databases;
import io.penstock.store.sealed.SealedColumns;
import io.penstock.vault.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/**
 * Two replicas on one PostgreSQL whose AUTH_ENCRYPTION_SECRET is changed by rolling restarts, under a load of calls and of renewed tokens.
 * The long form is src/it/rotate.sh.
 */
class KeyRotationIT {

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final String OLD = "Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA";
    private static final String NEW = "pL9xS2vB6nQ4wE8rT1yU5iO7aD3fG0hJ";
    private static final int SECRETS = Integer.getInteger("rotation.secrets", 60);

    /** A registration is told to every replica, which reads all of them again: most secrets are tokens of users. */
    private static final int GATEWAYS = Math.min(SECRETS, 60);

    private static final int RATE = Integer.getInteger("rotation.rate", 20);

    /** What is sealed and needs no counting: for another replica in a moment, and the canary, one for each key. */
    private static final List<String> APART = List.of("parcels.body", "vault_canary.sealed");

    private final String database = Databases.freshUrl();
    private final RotatingProvider provider = new RotatingProvider();
    private final GuardedUpstream upstream = new GuardedUpstream();
    private final RollingReplicas replicas = new RollingReplicas(Map.of(
            "DATABASE_URL", database,
            "JWT_SECRET_KEY", RollingReplicas.SIGNING,
            "AUTH_ENCRYPTION_REWRAP_INTERVAL", "1s",
            "penstock.health.poll", "1h",
            "UPSTREAM_ALLOWED_CIDRS", "127.0.0.0/8"));
    private List<Gateway> gateways = List.of();

    @BeforeEach
    void start() {
        provider.lifetime = 4;
        upstream.taken.add("static");
        for (int i = 1; i < 100_000; i++) {
            upstream.taken.add("access-" + i);
        }
        replicas.start(Map.of("AUTH_ENCRYPTION_SECRET", OLD));
        replicas.start(Map.of("AUTH_ENCRYPTION_SECRET", OLD));
        Gateways rows = replicas.bean(Gateways.class);
        gateways = Flux.range(0, GATEWAYS)
                .flatMap(i -> rows.create(draft(i), "root@example.com"), 8)
                .flatMap(replicas.bean(Health.class)::check, 8)
                .collectList()
                .block(LONG);
        // an upstream without sessions is to be known as one on both, or a call beside its first session is asked for
        // one
        await().atMost(LONG)
                .until(() -> replicas.each(Catalog.class).stream()
                        .allMatch(catalog -> gateways.stream()
                                .allMatch(gateway -> Boolean.TRUE.equals(catalog.snapshot()
                                        .gateway(gateway.id())
                                        .status()
                                        .condition()
                                        .healthy()))));
        seal(SECRETS - GATEWAYS);
    }

    /** Tokens of users who do not call. */
    private void seal(int tokens) {
        var rows = replicas.bean(TokenRows.class);
        var gateway = gateways.getFirst();
        var server = AuthorizationServer.fixed(gateway, provider.config(Grant.AUTHORIZATION_CODE));
        var granted = new Granted(new Secret("access"), new Secret("refresh"), Duration.ofHours(1), List.of());
        var _ = Flux.range(0, tokens)
                .map(i -> TokenKey.of(gateway, Grant.AUTHORIZATION_CODE, server, "user-" + i))
                .flatMap(key -> rows.grant(key, granted, List.of(), "https://server.example", null), 8)
                .then()
                .blockOptional(LONG);
    }

    @AfterEach
    void stop() {
        replicas.close();
        provider.close();
        upstream.close();
    }

    /** Every fourth has a token that is renewed all the time. */
    private Gateways.Draft draft(int number) {
        UpstreamAuth auth = number % 4 == 0
                ? new UpstreamAuth.OAuth(provider.config(Grant.CLIENT_CREDENTIALS))
                : new UpstreamAuth.Bearer(new Secret("static"));
        var draft = Stores.draft("g" + number, auth);
        return new Gateways.Draft(
                draft.name(),
                URI.create(upstream.url()),
                draft.description(),
                draft.transport(),
                auth,
                draft.visibility(),
                draft.teamId(),
                draft.tags(),
                draft.passthroughHeaders(),
                draft.checkInterval(),
                DriftPolicy.WARN,
                false,
                null);
    }

    private JsonNode vault() {
        return replicas.get("/admin/vault");
    }

    private JsonNode key(String id) {
        return vault().path("keys")
                .valueStream()
                .filter(key -> key.path("id").asString().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private String sealing() {
        return vault().path("keys").path(0).path("id").asString();
    }

    @Test
    void theSecretIsChangedUnderLoadWithoutAnError() throws IOException {
        String old = sealing();
        var audited = replicas.send("POST", "/users", "{\"email\":\"ann@example.com\"}");
        assertThat(audited.statusCode()).as(audited.body()).isEqualTo(201);
        replicas.load(RATE, gateways.stream().map(Gateway::id).toList());

        replicas.roll(Map.of("AUTH_ENCRYPTION_SECRET", OLD, "AUTH_ENCRYPTION_PREVIOUS_SECRETS", NEW));
        replicas.roll(Map.of("AUTH_ENCRYPTION_SECRET", NEW, "AUTH_ENCRYPTION_PREVIOUS_SECRETS", OLD));
        String present = sealing();
        long began = System.nanoTime();
        await().atMost(LONG).until(() -> held(old) == 0);
        long millis = (System.nanoTime() - began) / 1_000_000;
        // events of streams are not sealed anew, and gone an hour later; what stays is free of the key when no replica
        // names it any more
        await().atMost(LONG).until(() -> key(old).path("last_sealing").isNull());
        replicas.roll(Map.of("AUTH_ENCRYPTION_SECRET", NEW));
        var outcome = replicas.unload();

        assertThat(outcome.errors()).isEmpty();
        assertThat(outcome.calls()).isGreaterThan(RATE * 10L);
        assertThat(provider.asked.get()).isGreaterThan(20);
        assertThat(present).isNotEqualTo(old).isEqualTo(sealing());
        assertThat(held(old)).isZero();
        assertThat(key(present).path("values").asLong()).isGreaterThanOrEqualTo(SECRETS);
        var verified = replicas.get("/audit/verification");
        assertThat(verified.path("entries").asLong()).isPositive();
        assertThat(verified.path("findings").toString()).isEqualTo("[]");
        report(outcome, millis);
    }

    /** A column that nobody names would lose its values with the key. */
    @Test
    void everySealedColumnOfTheSchemaIsNamed() {
        var named = replicas.beans(SealedColumns.class).stream()
                .flatMap(columns -> columns.sealedColumns().stream())
                .map(column -> column.table() + "." + column.column())
                .collect(Collectors.toCollection(TreeSet::new));
        named.addAll(APART);

        var bytes = replicas.bean(DatabaseClient.class)
                .sql("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
                        + " AND (data_type = 'bytea' OR column_name LIKE '%sealed%' OR column_name = 'fingerprint')")
                .map(row -> row.get("table_name", String.class) + "." + row.get("column_name", String.class))
                .all()
                .collect(Collectors.toCollection(TreeSet::new))
                .block(LONG);

        assertThat(named).isEqualTo(bytes);
    }

    private long held(String key) {
        return vault().path("values")
                .valueStream()
                .filter(column -> column.path("lasting").asBoolean()
                        && column.path("key_id").asString().equals(key))
                .mapToLong(column -> column.path("values").asLong())
                .sum();
    }

    private void report(RollingReplicas.Outcome outcome, long millis) throws IOException {
        Path file = Path.of("target/key-rotation-it/figures.json");
        Files.createDirectories(file.getParent());
        Files.writeString(file, """
                {"secrets":%d,"rate":%d,"calls":%d,"errors":%d,"slowest_ms":%d,"p99_ms":%d,"rewrap_ms_after_roll_2":%d,"tokens_got":%d}
                """.formatted(
                        SECRETS,
                        RATE,
                        outcome.calls(),
                        outcome.errors().size(),
                        outcome.slowestMillis(),
                        outcome.p99Millis(),
                        millis,
                        provider.asked.get()));
    }
}
