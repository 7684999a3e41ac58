package io.penstock.oauth.registration;

import io.penstock.catalog.OAuthConfig.ClientAuth;
import io.penstock.oauth.server.AuthorizationServer.Client;
import io.penstock.oauth.server.Undiscovered;
import io.penstock.store.sealed.SealedColumn;
import io.penstock.store.sealed.SealedColumns;
import io.penstock.vault.Secret;
import io.penstock.vault.Vault;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcType;
import io.r2dbc.spi.Readable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Clients as rows, their secrets sealed; leased to one replica at a time, and written only against the version that was read. */
@Component
final class ClientRows implements SealedColumns {

    /** Longer than a registration may take. */
    private static final Duration LEASE = Duration.ofSeconds(20);

    private static final String FIND = """
            SELECT id, issuer, client_id, client_auth, secret_sealed, version, replacements,
                   CASE WHEN lease_until > CURRENT_TIMESTAMP THEN TRUE ELSE FALSE END AS leased,
                   CAST(EXTRACT(EPOCH FROM (CURRENT_TIMESTAMP - GREATEST(registered_at, COALESCE(replaced_at, registered_at))))
                       AS DOUBLE PRECISION) AS seconds_rested,
                   CAST(EXTRACT(EPOCH FROM (secret_expires_at - CURRENT_TIMESTAMP)) AS DOUBLE PRECISION) AS seconds_left
            FROM oauth_clients WHERE issuer = :issuer AND redirect_uri = :redirect
            """;

    private static final String BEGIN = """
            INSERT INTO oauth_clients (id, issuer, redirect_uri, version) VALUES (:id, :issuer, :redirect, 0)
            ON CONFLICT DO NOTHING
            """;

    private static final String TAKE = """
            UPDATE oauth_clients
            SET lease_owner = :replica, lease_until = CURRENT_TIMESTAMP + INTERVAL '1' SECOND * CAST(:seconds AS BIGINT)
            WHERE id = :id AND version = :version AND (lease_until IS NULL OR lease_until < CURRENT_TIMESTAMP)
            """;

    /** One that lasted was no sign that its server forgets each. */
    private static final String TAKE_TO_REPLACE = """
            UPDATE oauth_clients
            SET lease_owner = :replica, lease_until = CURRENT_TIMESTAMP + INTERVAL '1' SECOND * CAST(:seconds AS BIGINT),
                replacements = CASE WHEN registered_at < CURRENT_TIMESTAMP - INTERVAL '7' DAY THEN 1 ELSE replacements + 1 END,
                replaced_at = CURRENT_TIMESTAMP
            WHERE id = :id AND version = :version AND replacements = :replacements
              AND (lease_until IS NULL OR lease_until < CURRENT_TIMESTAMP)
            """;

    private static final String STORE = """
            UPDATE oauth_clients
            SET client_id = :client, client_auth = :auth, secret_sealed = :secret, management_uri = :management,
                management_sealed = :token, registered_at = CURRENT_TIMESTAMP, version = version + 1, lease_owner = NULL,
                lease_until = NULL,
                secret_expires_at = CURRENT_TIMESTAMP + INTERVAL '1' SECOND * CAST(:seconds AS BIGINT)
            WHERE id = :id AND version = :version AND lease_owner = :replica
            """;

    private static final String LEAVE = """
            UPDATE oauth_clients SET lease_owner = NULL, lease_until = NULL
            WHERE id = :id AND version = :version AND lease_owner = :replica
            """;

    /** Who this gateway is at an issuer. */
    record Registrant(@Nullable String issuer, String client) {}

    private final DatabaseClient database;
    private final Vault vault;
    private final UUID replica = UUID.randomUUID();

    ClientRows(DatabaseClient database, Vault vault) {
        this.database = database;
        this.vault = vault;
    }

    @Override
    public List<SealedColumn> sealedColumns() {
        return List.of(column("secret"), column("management"));
    }

    private static SealedColumn column(String name) {
        return new SealedColumn.Lasting(
                "oauth_clients",
                name + "_sealed",
                "id",
                UUID.class,
                List.of("issuer"),
                row -> context(name, some(row, "id", UUID.class), some(row, "issuer", String.class)));
    }

    /** Empty where there is none. Error: {@link Undiscovered} where its secret does not open. */
    Mono<StoredClient> find(String issuer, String redirect) {
        return database.sql(FIND)
                .bind("issuer", issuer)
                .bind("redirect", redirect)
                .map(row -> row(row))
                .one()
                .handle((row, sink) -> {
                    try {
                        sink.next(row.opened());
                    } catch (Vault.SealBroken broken) {
                        sink.error(Undiscovered.failed(
                                "the secret that this gateway got at its authorization server does not open"));
                    }
                });
    }

    /** All that this gateway registered as, without their secrets. Never empty. */
    Mono<Set<Registrant>> registrants() {
        return database.sql("SELECT issuer, client_id FROM oauth_clients WHERE client_id IS NOT NULL")
                .map(row -> new Registrant(some(row, "issuer", String.class), some(row, "client_id", String.class)))
                .all()
                .collect(Collectors.toSet());
    }

    /** Makes a row without a client, unless there is one. */
    Mono<Void> begin(String issuer, String redirect) {
        return database.sql(BEGIN)
                .bind("id", UUID.randomUUID())
                .bind("issuer", issuer)
                .bind("redirect", redirect)
                .then();
    }

    /** Whether it is this replica's now to register it. */
    Mono<Boolean> take(StoredClient row) {
        return changed(database.sql(TAKE)
                .bind("seconds", LEASE.toSeconds())
                .bind("replica", replica)
                .bind("id", row.id())
                .bind("version", row.version()));
    }

    /** Whether it is this replica's now to register another one in its place. */
    Mono<Boolean> takeToReplace(StoredClient row) {
        return changed(database.sql(TAKE_TO_REPLACE)
                .bind("seconds", LEASE.toSeconds())
                .bind("replica", replica)
                .bind("replacements", row.replacements())
                .bind("id", row.id())
                .bind("version", row.version()));
    }

    /** Writes what was registered. False where the lease or the version is another's by now. */
    Mono<Boolean> store(StoredClient leased, Registered registered) {
        var management = registered.management();
        Duration left = registered.left();
        return changed(database.sql(STORE)
                .bind("client", registered.client().id())
                .bind("auth", registered.client().auth().name())
                .bind("secret", sealed(registered.client().secret(), "secret", leased))
                .bind("management", Parameters.in(R2dbcType.VARCHAR, management == null ? null : management.toString()))
                .bind("token", sealed(registered.managementToken(), "management", leased))
                .bind("seconds", Parameters.in(R2dbcType.BIGINT, left == null ? null : left.toSeconds()))
                .bind("replica", replica)
                .bind("id", leased.id())
                .bind("version", leased.version()));
    }

    /** Gives the lease back. */
    Mono<Void> leave(StoredClient leased) {
        return database.sql(LEAVE)
                .bind("replica", replica)
                .bind("id", leased.id())
                .bind("version", leased.version())
                .then();
    }

    private static Mono<Boolean> changed(GenericExecuteSpec update) {
        return update.fetch().rowsUpdated().map(rows -> rows > 0);
    }

    private Object sealed(@Nullable Secret secret, String column, StoredClient row) {
        return secret == null
                ? Parameters.in(byte[].class)
                : Parameters.in(vault.seal(
                        secret.reveal().getBytes(StandardCharsets.UTF_8), context(column, row.id(), row.issuer())));
    }

    private static String context(String column, UUID id, String issuer) {
        return "oauth_clients|" + column + "|" + id + "|" + issuer;
    }

    /** A row whose secret is to be opened. */
    @FunctionalInterface
    private interface Closed {

        StoredClient opened() throws Vault.SealBroken;
    }

    private Closed row(Readable row) {
        UUID id = some(row, "id", UUID.class);
        String issuer = some(row, "issuer", String.class);
        String client = row.get("client_id", String.class);
        String auth = row.get("client_auth", String.class);
        byte[] sealed = row.get("secret_sealed", byte[].class);
        boolean leased = some(row, "leased", Boolean.class);
        int replacements = some(row, "replacements", Integer.class);
        Double rested = row.get("seconds_rested", Double.class);
        Double seconds = row.get("seconds_left", Double.class);
        long version = some(row, "version", Long.class);
        return () -> new StoredClient(
                id,
                issuer,
                client == null || auth == null
                        ? null
                        : new Client(client, opened(sealed, id, issuer), null, ClientAuth.valueOf(auth)),
                leased,
                duration(rested),
                replacements,
                duration(seconds),
                version);
    }

    private static @Nullable Duration duration(@Nullable Double seconds) {
        return seconds == null ? null : Duration.ofSeconds(seconds.longValue());
    }

    private @Nullable Secret opened(byte @Nullable [] sealed, UUID id, String issuer) throws Vault.SealBroken {
        return sealed == null
                ? null
                : new Secret(new String(vault.open(sealed, context("secret", id, issuer)), StandardCharsets.UTF_8));
    }

    private static <T> T some(Readable row, String column, Class<T> type) {
        return Objects.requireNonNull(row.get(column, type), column);
    }
}
