package io.penstock.oauth.token;

import io.penstock.oauth.grant.Granted;
import io.penstock.store.Changes;
import io.penstock.store.Changes.Topic;
import io.penstock.store.Sweep;
import io.penstock.store.Transactions;
import io.penstock.vault.Secret;
import io.r2dbc.spi.Parameter;
import io.r2dbc.spi.Parameters;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Tokens as rows, sealed; leased to one replica at a time, and written only against the version that was read. */
@Component
final class TokenRows {

    /** Longer than a token endpoint may take. */
    private static final Duration LEASE = Duration.ofSeconds(20);

    static final String SELECT = """
            SELECT id, gateway_id, user_name, authority, COALESCE(token_server, authority) AS server, revocation_url, access_sealed, refresh_sealed, scopes, status, failures,
                   last_error, version, got_with, failed_with, client_unknown,
                   CAST(EXTRACT(EPOCH FROM (expires_at - CURRENT_TIMESTAMP)) AS DOUBLE PRECISION) AS seconds_left,
                   CAST(EXTRACT(EPOCH FROM (renew_at - CURRENT_TIMESTAMP)) AS DOUBLE PRECISION) AS seconds_to_renewal,
                   CAST(EXTRACT(EPOCH FROM (retry_at - CURRENT_TIMESTAMP)) AS DOUBLE PRECISION) AS seconds_to_retry
            FROM oauth_tokens
            """;

    private static final String BEGIN = """
            INSERT INTO oauth_tokens
                (id, gateway_id, user_name, authority, token_server, revocation_url, scopes, status, failures, version)
            VALUES (:id, :gateway, :user, :authority, :server, :revocation, '', 'VALID', 0, 0)
            ON CONFLICT DO NOTHING
            """;

    /** Of a row as it was read: one for which somebody asked in vain meanwhile has the same version. */
    private static final String TAKE = """
            UPDATE oauth_tokens
            SET lease_owner = :replica, lease_until = CURRENT_TIMESTAMP + INTERVAL '1' SECOND * CAST(:seconds AS BIGINT)
            WHERE id = :id AND version = :version AND status = :status AND failures = :failures
              AND (lease_until IS NULL OR lease_until < CURRENT_TIMESTAMP)
            """;

    private static final String SET_TOKENS = """
            UPDATE oauth_tokens
            SET revocation_url = %s, authority = :authority, token_server = :server, got_with = :gotWith,
                access_sealed = :access, refresh_sealed = :refresh, scopes = :scopes, status = 'VALID',
                expires_at = CURRENT_TIMESTAMP + INTERVAL '1' SECOND * CAST(:seconds AS BIGINT),
                renew_at = CURRENT_TIMESTAMP + INTERVAL '1' SECOND * CAST(:renewal AS BIGINT),
                refreshed_at = CURRENT_TIMESTAMP, retry_at = NULL, failures = 0, last_error = NULL, failed_with = NULL,
                client_unknown = FALSE, version = version + 1,
                lease_owner = NULL, lease_until = NULL
            """;

    /** A token of the same authority is revoked where the one before it was: an address that came later may be anybody's. */
    private static final String REVOCATION =
            "CASE WHEN authority = :authority THEN revocation_url ELSE :revocation END";

    /** Whoever has the lease by now: what was granted in the place of a refresh token is all that is good of it. */
    private static final String STORE = SET_TOKENS.formatted(REVOCATION) + " WHERE id = :id AND version = :version";

    /** Whoever agrees anew uses it, however long ago they called last; a row that was just begun is as old as that. */
    private static final String GRANT = SET_TOKENS.formatted(":revocation")
            + ", last_used_at = CASE WHEN version = 0 THEN last_used_at ELSE CURRENT_TIMESTAMP END WHERE id = :id";

    /** What another authority gave is good for nothing where this one is asked. */
    private static final String FAILED = """
            UPDATE oauth_tokens
            SET revocation_url = %s, authority = :authority, token_server = :server,
                access_sealed = CASE WHEN authority = :authority THEN access_sealed ELSE NULL END,
                refresh_sealed = CASE WHEN authority = :authority THEN refresh_sealed ELSE NULL END,
                expires_at = CASE WHEN authority = :authority THEN expires_at ELSE NULL END,
                failures = failures + 1, last_error = :error, failed_with = :credential, client_unknown = :unknown,
                lease_owner = NULL, lease_until = NULL,
                retry_at = CURRENT_TIMESTAMP + INTERVAL '1' SECOND * CAST(:seconds AS BIGINT),
                renew_at = CASE WHEN renew_at IS NULL THEN NULL
                           ELSE CURRENT_TIMESTAMP + INTERVAL '1' SECOND * CAST(:seconds AS BIGINT) END
            WHERE id = :id AND version = :version AND lease_owner = :replica
            """.formatted(REVOCATION);

    private static final String LEAVE = """
            UPDATE oauth_tokens SET lease_owner = NULL, lease_until = NULL
            WHERE id = :id AND version = :version AND lease_owner = :replica
            """;

    /** The row stays, so that its owner and the operator see what is to be done. */
    private static final String GONE = """
            UPDATE oauth_tokens
            SET status = 'NEEDS_REAUTH', last_error = :error, renew_at = NULL, lease_owner = NULL, lease_until = NULL
            WHERE id = :id AND version = :version
            """;

    private static final String DELETE_UNUSED = Sweep.batch("oauth_tokens", "id", """
            COALESCE(last_used_at, created_at) < CURRENT_TIMESTAMP - INTERVAL '1' SECOND * CAST(:seconds AS BIGINT)
            AND (expires_at IS NULL OR expires_at < CURRENT_TIMESTAMP)""");

    private final DatabaseClient database;
    private final Transactions transactions;
    private final Changes changes;
    private final TokenSeals seals;
    private final UUID replica = UUID.randomUUID();

    TokenRows(DatabaseClient database, Transactions transactions, Changes changes, TokenSeals seals) {
        this.database = database;
        this.transactions = transactions;
        this.changes = changes;
        this.seals = seals;
    }

    /**
     * Whatever authority gave it. Empty where there is none. Error: {@code Unavailable} where a user's does not open; a gateway's own is
     * got anew then, as if there were none.
     */
    Mono<StoredToken> find(TokenKey key) {
        return select(key).map(seals::whole).one();
    }

    private GenericExecuteSpec select(TokenKey key) {
        return database.sql(SELECT + " WHERE gateway_id = :gateway AND user_name = :user")
                .bind("gateway", key.gateway())
                .bind("user", key.user());
    }

    /**
     * Makes a row without a token, unless there is one.
     *
     * @param server where it will be asked for
     * @param revocation where that authority revokes tokens; null where it does not
     */
    Mono<Void> begin(TokenKey key, String server, @Nullable URI revocation) {
        return database.sql(BEGIN)
                .bind("id", UUID.randomUUID())
                .bind("gateway", key.gateway())
                .bind("user", key.user())
                .bind("authority", key.authority())
                .bind("server", server)
                .bind("revocation", text(revocation))
                .then();
    }

    /** Whether it is this replica's now to renew it; no connection is held meanwhile. */
    Mono<Boolean> take(StoredToken token) {
        return changed(database.sql(TAKE)
                .bind("replica", replica)
                .bind("seconds", LEASE.toSeconds())
                .bind("id", token.id())
                .bind("version", token.version())
                .bind("status", token.status().name())
                .bind("failures", token.failures()));
    }

    /** Writes what was granted. False where the version is another one by now, or the row is gone. */
    Mono<Boolean> store(StoredToken leased, Order order, Granted granted) {
        return changed(tokens(STORE, leased.id(), order.key(), granted, leased.refresh(), leased.scopes())
                .bind("server", order.server().origin())
                .bind("revocation", text(order.server().revocation()))
                .bind("version", leased.version()));
    }

    /**
     * Writes what a user just agreed to, whatever there was before.
     *
     * @param server as {@link #begin}
     * @param revocation as {@link #begin}
     */
    Mono<Void> grant(TokenKey key, Granted granted, List<String> asked, String server, @Nullable URI revocation) {
        return transactions.run(begin(key, server, revocation)
                .then(select(key).map(seals::token).one())
                .flatMap(row -> tokens(GRANT, row.id(), key, granted, null, asked)
                        .bind("server", server)
                        .bind("revocation", text(revocation))
                        .then()
                        .then(changes.announce(Topic.OAUTH_TOKENS, row.id()))));
    }

    private GenericExecuteSpec tokens(
            String sql,
            UUID id,
            TokenKey key,
            Granted granted,
            @Nullable Secret refreshBefore,
            List<String> scopesBefore) {
        Secret refresh = granted.refresh() == null ? refreshBefore : granted.refresh();
        List<String> scopes = granted.scopes();
        UUID credential = key.credential();
        return database.sql(sql)
                .bind("authority", key.authority())
                .bind("gotWith", credential == null ? Parameters.in(UUID.class) : Parameters.in(credential))
                .bind("access", seals.seal(granted.access(), "access", id, key.user()))
                .bind(
                        "refresh",
                        refresh == null
                                ? Parameters.in(byte[].class)
                                : Parameters.in(seals.seal(refresh, "refresh", id, key.user())))
                .bind("scopes", String.join(" ", scopes == null ? scopesBefore : scopes))
                .bind("seconds", granted.lifetime().toSeconds())
                .bind("renewal", StoredToken.untilRenewal(granted.lifetime()).toSeconds())
                .bind("id", id);
    }

    /**
     * Gives the lease back and says when to try again; whoever wants such a token with that credential of the gateway waits so long.
     *
     * @param clientUnknown whether the server did not know the client by it
     */
    Mono<Void> failed(StoredToken leased, Order order, String error, Duration retryIn, boolean clientUnknown) {
        return database.sql(FAILED)
                .bind("authority", order.key().authority())
                .bind("server", order.server().origin())
                .bind("revocation", text(order.server().revocation()))
                .bind("error", error)
                .bind("credential", order.gateway().auth().id())
                .bind("unknown", clientUnknown)
                .bind("seconds", retryIn.toSeconds())
                .bind("id", leased.id())
                .bind("version", leased.version())
                .bind("replica", replica)
                .then();
    }

    /** Gives the lease back. */
    Mono<Void> leave(StoredToken leased) {
        return database.sql(LEAVE)
                .bind("id", leased.id())
                .bind("version", leased.version())
                .bind("replica", replica)
                .then();
    }

    /** Whether nobody deleted that row. Never empty. */
    Mono<Boolean> isThere(UUID id) {
        return database.sql("SELECT id FROM oauth_tokens WHERE id = :id")
                .bind("id", id)
                .fetch()
                .one()
                .hasElement();
    }

    /** Says that its owner has to agree again. */
    Mono<Void> gone(StoredToken token, String error) {
        return transactions.run(database.sql(GONE)
                .bind("error", error)
                .bind("id", token.id())
                .bind("version", token.version())
                .then()
                .then(changes.announce(Topic.OAUTH_TOKENS, token.id())));
    }

    /** Takes rows away, in the surrounding transaction, and gives what they held: what a renewal is just writing is waited for. */
    Flux<StoredToken> take(UUID... ids) {
        return database.sql(SELECT + " WHERE id = ANY(:ids) ORDER BY id FOR UPDATE")
                .bind("ids", ids)
                .map(seals::token)
                .all()
                .collectList()
                .flatMapMany(held -> database.sql("DELETE FROM oauth_tokens WHERE id = ANY(:ids)")
                        .bind("ids", ids)
                        .then()
                        .thenMany(Flux.fromIterable(held)));
    }

    /** Deletes those that have ended and were not used for so long. How many, a batch at a time. */
    Flux<Long> deleteUnused(Duration retention) {
        return Sweep.batches(database.sql(DELETE_UNUSED).bind("seconds", retention.toSeconds()));
    }

    private static Parameter text(@Nullable URI url) {
        return url == null ? Parameters.in(String.class) : Parameters.in(url.toString());
    }

    private static Mono<Boolean> changed(GenericExecuteSpec update) {
        return update.fetch().rowsUpdated().map(rows -> rows > 0);
    }
}
