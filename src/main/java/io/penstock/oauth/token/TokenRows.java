package io.penstock.oauth.token;

import io.penstock.oauth.grant.Granted;
import io.penstock.oauth.token.StoredToken.Status;
import io.penstock.store.Changes;
import io.penstock.store.Changes.Topic;
import io.penstock.store.Transactions;
import io.penstock.store.sealed.SealedColumn;
import io.penstock.store.sealed.SealedColumns;
import io.penstock.vault.Secret;
import io.penstock.vault.Vault;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.Readable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Tokens as rows, sealed; leased to one replica at a time, and written only against the version that was read. */
@Component
final class TokenRows implements SealedColumns {

    private static final Logger LOG = LoggerFactory.getLogger(TokenRows.class);

    /** Longer than a token endpoint may take. */
    private static final Duration LEASE = Duration.ofSeconds(20);

    private static final Duration SHORTEST_MARGIN = Duration.ofSeconds(60);

    private static final String SELECT = """
            SELECT id, gateway_id, user_name, authority, access_sealed, refresh_sealed, scopes, status, failures, last_error, version,
                   CAST(EXTRACT(EPOCH FROM (expires_at - CURRENT_TIMESTAMP)) AS DOUBLE PRECISION) AS seconds_left,
                   CAST(EXTRACT(EPOCH FROM (renew_at - CURRENT_TIMESTAMP)) AS DOUBLE PRECISION) AS seconds_to_renewal,
                   CAST(EXTRACT(EPOCH FROM (retry_at - CURRENT_TIMESTAMP)) AS DOUBLE PRECISION) AS seconds_to_retry
            FROM oauth_tokens
            """;

    private static final String BEGIN = """
            INSERT INTO oauth_tokens (id, gateway_id, user_name, authority, scopes, status, failures, version)
            VALUES (:id, :gateway, :user, :authority, '', 'VALID', 0, 0)
            ON CONFLICT DO NOTHING
            """;

    private static final String TAKE = """
            UPDATE oauth_tokens
            SET lease_owner = :replica, lease_until = CURRENT_TIMESTAMP + INTERVAL '1' SECOND * CAST(:seconds AS BIGINT)
            WHERE id = :id AND version = :version AND (lease_until IS NULL OR lease_until < CURRENT_TIMESTAMP)
            """;

    private static final String SET_TOKENS = """
            UPDATE oauth_tokens
            SET authority = :authority, access_sealed = :access, refresh_sealed = :refresh, scopes = :scopes, status = 'VALID',
                expires_at = CURRENT_TIMESTAMP + INTERVAL '1' SECOND * CAST(:seconds AS BIGINT),
                renew_at = CURRENT_TIMESTAMP + INTERVAL '1' SECOND * CAST(:renewal AS BIGINT),
                refreshed_at = CURRENT_TIMESTAMP, retry_at = NULL, failures = 0, last_error = NULL, version = version + 1,
                lease_owner = NULL, lease_until = NULL
            """;

    private static final String STORE =
            SET_TOKENS + " WHERE id = :id AND version = :version AND lease_owner = :replica";

    private static final String GRANT = SET_TOKENS + " WHERE id = :id";

    private static final String FAILED = """
            UPDATE oauth_tokens
            SET failures = failures + 1, last_error = :error, lease_owner = NULL, lease_until = NULL,
                retry_at = CURRENT_TIMESTAMP + INTERVAL '1' SECOND * CAST(:seconds AS BIGINT),
                renew_at = CASE WHEN renew_at IS NULL THEN NULL
                           ELSE CURRENT_TIMESTAMP + INTERVAL '1' SECOND * CAST(:seconds AS BIGINT) END
            WHERE id = :id AND version = :version AND lease_owner = :replica
            """;

    /** The row stays, so that its owner and the operator see what is to be done. */
    private static final String GONE = """
            UPDATE oauth_tokens
            SET status = 'NEEDS_REAUTH', last_error = :error, renew_at = NULL, lease_owner = NULL, lease_until = NULL
            WHERE id = :id AND version = :version
            """;

    /** A gateway's own token costs no more to get when it is wanted, so it is renewed only while it is in use. */
    private static final String DUE = SELECT + """
            WHERE status = 'VALID' AND renew_at <= CURRENT_TIMESTAMP AND (lease_until IS NULL OR lease_until < CURRENT_TIMESTAMP)
              AND COALESCE(last_used_at, created_at) > CURRENT_TIMESTAMP - CASE WHEN user_name = '' THEN INTERVAL '1' HOUR
                  ELSE INTERVAL '1' SECOND * CAST(:seconds AS BIGINT) END
            ORDER BY renew_at LIMIT :limit
            """;

    private static final String DELETE_UNUSED = """
            DELETE FROM oauth_tokens WHERE id IN (
                SELECT id FROM oauth_tokens
                WHERE COALESCE(last_used_at, created_at) < CURRENT_TIMESTAMP - INTERVAL '1' SECOND * CAST(:seconds AS BIGINT)
                  AND (expires_at IS NULL OR expires_at < CURRENT_TIMESTAMP)
                LIMIT 1000)
            """;

    private final DatabaseClient database;
    private final Transactions transactions;
    private final Changes changes;
    private final Vault vault;
    private final UUID replica = UUID.randomUUID();

    TokenRows(DatabaseClient database, Transactions transactions, Changes changes, Vault vault) {
        this.database = database;
        this.transactions = transactions;
        this.changes = changes;
        this.vault = vault;
    }

    @Override
    public List<SealedColumn> sealedColumns() {
        return List.of(column("access"), column("refresh"));
    }

    private static SealedColumn column(String name) {
        return new SealedColumn.Lasting(
                "oauth_tokens",
                name + "_sealed",
                "id",
                UUID.class,
                List.of("user_name"),
                row -> context(name, some(row, "id", UUID.class), some(row, "user_name", String.class)));
    }

    /**
     * Whatever authority gave it. Empty where there is none. Error: {@code Unavailable} where a user's does not open; a gateway's own is
     * got anew then, as if there were none.
     */
    Mono<StoredToken> find(TokenKey key) {
        return select(key).map(this::whole).one();
    }

    private GenericExecuteSpec select(TokenKey key) {
        return database.sql(SELECT + " WHERE gateway_id = :gateway AND user_name = :user")
                .bind("gateway", key.gateway())
                .bind("user", key.user());
    }

    /** Makes a row without a token, unless there is one. */
    Mono<Void> begin(TokenKey key) {
        return database.sql(BEGIN)
                .bind("id", UUID.randomUUID())
                .bind("gateway", key.gateway())
                .bind("user", key.user())
                .bind("authority", key.authority())
                .then();
    }

    /** Whether it is this replica's now to renew it; no connection is held meanwhile. */
    Mono<Boolean> take(StoredToken token) {
        return changed(database.sql(TAKE)
                .bind("replica", replica)
                .bind("seconds", LEASE.toSeconds())
                .bind("id", token.id())
                .bind("version", token.version()));
    }

    /** Writes what was granted. False where the lease or the version is another's by now. */
    Mono<Boolean> store(StoredToken leased, TokenKey key, Granted granted) {
        return changed(tokens(STORE, leased.id(), key, granted, leased.refresh(), leased.scopes())
                .bind("version", leased.version())
                .bind("replica", replica));
    }

    /** Writes what a user just agreed to, whatever there was before. */
    Mono<Void> grant(TokenKey key, Granted granted, List<String> asked) {
        return transactions.run(begin(key)
                .then(select(key).map(this::token).one())
                .flatMap(row ->
                        tokens(GRANT, row.id(), key, granted, null, asked).then())
                .then(changes.announce(Topic.OAUTH_TOKENS)));
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
        return database.sql(sql)
                .bind("authority", key.authority())
                .bind("access", sealed(granted.access(), "access", id, key.user()))
                .bind(
                        "refresh",
                        refresh == null
                                ? Parameters.in(byte[].class)
                                : Parameters.in(sealed(refresh, "refresh", id, key.user())))
                .bind("scopes", String.join(" ", scopes == null ? scopesBefore : scopes))
                .bind("seconds", granted.lifetime().toSeconds())
                .bind("renewal", renewal(granted.lifetime()).toSeconds())
                .bind("id", id);
    }

    /** Ahead of the end by a minute or a tenth of the life, never by more than half of it, and not all at once. */
    private static Duration renewal(Duration lifetime) {
        Duration tenth = lifetime.dividedBy(10);
        Duration margin = tenth.compareTo(SHORTEST_MARGIN) > 0 ? tenth : SHORTEST_MARGIN;
        Duration half = lifetime.dividedBy(2);
        Duration ahead = margin.compareTo(half) < 0 ? margin : half;
        long jitter = ThreadLocalRandom.current().nextLong(ahead.toMillis() / 4 + 1);
        return lifetime.minus(ahead).minusMillis(jitter);
    }

    /** Gives the lease back and says when to try again. */
    Mono<Void> failed(StoredToken leased, String error, Duration retryIn) {
        return database.sql(FAILED)
                .bind("error", error)
                .bind("seconds", retryIn.toSeconds())
                .bind("id", leased.id())
                .bind("version", leased.version())
                .bind("replica", replica)
                .then();
    }

    /** Says that its owner has to agree again. */
    Mono<Void> gone(StoredToken token, String error) {
        return transactions.run(database.sql(GONE)
                .bind("error", error)
                .bind("id", token.id())
                .bind("version", token.version())
                .then()
                .then(changes.announce(Topic.OAUTH_TOKENS)));
    }

    /** Those whose renewal is due, and that were used since so long ago. */
    Flux<StoredToken> due(int limit, Duration usedWithin) {
        return database.sql(DUE)
                .bind("seconds", usedWithin.toSeconds())
                .bind("limit", limit)
                .map(this::token)
                .all();
    }

    /** Takes rows away and gives what they held. */
    Flux<StoredToken> take(UUID... ids) {
        return database.sql(SELECT + " WHERE id = ANY(:ids)")
                .bind("ids", ids)
                .map(this::token)
                .all()
                .collectList()
                .flatMapMany(held -> database.sql("DELETE FROM oauth_tokens WHERE id = ANY(:ids)")
                        .bind("ids", ids)
                        .then()
                        .thenMany(Flux.fromIterable(held)));
    }

    /** Deletes some of those that have ended and were not used for so long. How many; 0 when none is left. */
    Mono<Long> deleteUnused(Duration retention) {
        return database.sql(DELETE_UNUSED)
                .bind("seconds", retention.toSeconds())
                .fetch()
                .rowsUpdated();
    }

    private static Mono<Boolean> changed(GenericExecuteSpec update) {
        return update.fetch().rowsUpdated().map(rows -> rows > 0);
    }

    private byte[] sealed(Secret token, String column, UUID id, String user) {
        return vault.seal(token.reveal().getBytes(StandardCharsets.UTF_8), context(column, id, user));
    }

    private static String context(String column, UUID id, String user) {
        return "oauth_tokens|" + column + "|" + id + "|" + user;
    }

    private StoredToken token(Readable row) {
        UUID id = some(row, "id", UUID.class);
        String user = some(row, "user_name", String.class);
        Secret access = opened(row, "access", id, user);
        String scopes = some(row, "scopes", String.class);
        return new StoredToken(
                id,
                new TokenKey(some(row, "gateway_id", UUID.class), user, some(row, "authority", String.class)),
                Status.valueOf(some(row, "status", String.class)),
                access,
                opened(row, "refresh", id, user),
                scopes.isEmpty() ? List.of() : List.of(scopes.split(" ")),
                access == null ? null : seconds(row, "seconds_left"),
                seconds(row, "seconds_to_renewal"),
                seconds(row, "seconds_to_retry"),
                some(row, "failures", Integer.class),
                row.get("last_error", String.class),
                some(row, "version", Long.class));
    }

    /** A user would be asked to agree again for nothing, where only this replica lacks the key. */
    private StoredToken whole(Readable row) {
        StoredToken token = token(row);
        boolean lost = isLost(row, "access", token.access()) || isLost(row, "refresh", token.refresh());
        if (lost && !token.key().user().isEmpty()) {
            LOG.error(
                    "The stored token {} does not open: its key is not in the keyset, or the row was changed outside the gateway. The"
                            + " calls of its user are refused until it opens, or the user agrees again.",
                    token.id());
            throw new Refusal(new Reason.Unavailable(
                    "The stored token of this user does not open; an operator must look at the keys of the vault, or the user agree again",
                    Duration.ofMinutes(1)));
        }
        return token;
    }

    private static boolean isLost(Readable row, String column, @Nullable Secret opened) {
        return opened == null && row.get(column + "_sealed", byte[].class) != null;
    }

    /** Null also where it does not open. */
    private @Nullable Secret opened(Readable row, String column, UUID id, String user) {
        byte[] sealed = row.get(column + "_sealed", byte[].class);
        if (sealed == null) {
            return null;
        }
        try {
            return new Secret(new String(vault.open(sealed, context(column, id, user)), StandardCharsets.UTF_8));
        } catch (Vault.SealBroken broken) {
            return null;
        }
    }

    private static Duration seconds(Readable row, String column) {
        Double seconds = row.get(column, Double.class);
        return seconds == null ? Duration.ZERO : Duration.ofMillis((long) (seconds * 1000));
    }

    private static <T> T some(Readable row, String column, Class<T> type) {
        return Objects.requireNonNull(row.get(column, type), column);
    }
}
