package io.penstock.oauth.token;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.OAuthConfig;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.loop.Rounds;
import io.penstock.oauth.Connections;
import io.penstock.oauth.grant.TokenEndpoint;
import io.penstock.oauth.server.AuthorizationServer;
import io.penstock.oauth.server.AuthorizationServers;
import io.penstock.store.Changes;
import io.penstock.store.Changes.Topic;
import io.penstock.store.Transactions;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The rows of tokens, without what they seal. */
@Component
final class R2dbcConnections implements Connections {

    private static final String SELECT = """
            SELECT t.id, t.user_name, t.gateway_id, g.name AS gateway_name, t.scopes, t.expires_at, t.created_at, t.refreshed_at,
                   t.last_used_at, t.last_error, t.version,
                   CASE WHEN t.status = 'NEEDS_REAUTH' THEN 'NEEDS_REAUTH'
                        WHEN t.expires_at IS NULL OR t.expires_at <= CURRENT_TIMESTAMP THEN 'EXPIRED'
                        WHEN t.renew_at <= CURRENT_TIMESTAMP THEN 'EXPIRING'
                        ELSE 'VALID' END AS state
            FROM oauth_tokens t JOIN gateways g ON g.id = t.gateway_id
            """;

    private final DatabaseClient database;
    private final Transactions transactions;
    private final Changes changes;
    private final TokenRows rows;
    private final Gateways gateways;
    private final AuthorizationServers servers;
    private final TokenEndpoint endpoint;
    private final Rounds rounds;

    R2dbcConnections(
            DatabaseClient database,
            Transactions transactions,
            Changes changes,
            TokenRows rows,
            Gateways gateways,
            AuthorizationServers servers,
            TokenEndpoint endpoint,
            Rounds rounds) {
        this.database = database;
        this.transactions = transactions;
        this.changes = changes;
        this.rows = rows;
        this.gateways = gateways;
        this.servers = servers;
        this.endpoint = endpoint;
        this.rounds = rounds;
    }

    /**
     * A row that is gone, with what it held.
     *
     * @param gateway as it was then: it may go in the same transaction
     */
    private record Gone(StoredToken token, Gateway gateway) implements Forgotten {

        @Override
        public UUID id() {
            return token.id();
        }

        @Override
        public long version() {
            return token.version();
        }
    }

    @Override
    public Flux<Connection> list(Query query, int limit, @Nullable Place before) {
        var narrowed = narrowed(query);
        if (before != null) {
            narrowed.add("(created_at, id) < (:beforeTime, :beforeId)", "beforeTime", before.created());
            narrowed.values().put("beforeId", before.id());
        }
        return narrowed.bind(database.sql("SELECT * FROM (" + SELECT + ") c" + narrowed.where()
                        + " ORDER BY created_at DESC, id DESC LIMIT " + limit))
                .map(R2dbcConnections::connection)
                .all();
    }

    /** Conditions by their names. */
    private record Narrowed(List<String> tests, Map<String, Object> values) {

        void add(String test, String name, @Nullable Object value) {
            if (value != null) {
                tests.add(test);
                values.put(name, value);
            }
        }

        String where() {
            return tests.isEmpty() ? "" : " WHERE " + String.join(" AND ", tests);
        }

        GenericExecuteSpec bind(GenericExecuteSpec statement) {
            GenericExecuteSpec bound = statement;
            for (var value : values.entrySet()) {
                bound = bound.bind(value.getKey(), value.getValue());
            }
            return bound;
        }
    }

    private static Narrowed narrowed(Query query) {
        var narrowed = new Narrowed(new ArrayList<>(), new HashMap<>());
        var ids = query.ids();
        narrowed.add("id = ANY(:ids)", "ids", ids == null ? null : ids.toArray(UUID[]::new));
        narrowed.add("user_name = :user", "user", query.user());
        narrowed.add("gateway_id = :gateway", "gateway", query.gateway());
        var status = query.status();
        narrowed.add("state = :state", "state", status == null ? null : status.name());
        return narrowed;
    }

    @Override
    public Flux<Forgotten> forget(Query query) {
        return transactions
                .run(list(query, Integer.MAX_VALUE, null)
                        .map(Connection::id)
                        .collectList()
                        .flatMap(ids -> rows.take(ids.toArray(UUID[]::new)).collectList())
                        .flatMap(taken -> announced(taken).then(withTheirGateways(taken))))
                .flatMapIterable(gone -> gone);
    }

    private Mono<Void> announced(List<StoredToken> taken) {
        return changes.announce(
                Topic.OAUTH_TOKENS, taken.stream().map(StoredToken::id).toList());
    }

    private Mono<List<Forgotten>> withTheirGateways(List<StoredToken> tokens) {
        return Flux.fromIterable(tokens)
                .map(token -> token.key().gateway())
                .distinct()
                .concatMap(gateways::find)
                .collectMap(Gateway::id)
                .map(found -> tokens.stream()
                        .filter(token ->
                                found.containsKey(token.key().gateway())) // else whoever deleted it revokes them
                        .<Forgotten>map(token -> new Gone(
                                token,
                                Objects.requireNonNull(found.get(token.key().gateway()))))
                        .toList());
    }

    @Override
    public Mono<Void> cut(Query query) {
        return forget(query)
                .collectList()
                .flatMap(gone -> transactions.afterCommit(() -> {
                    var _ = revokeAtProviders(gone);
                }));
    }

    @Override
    public Mono<Long> revokeAtProviders(Collection<Forgotten> tokens) {
        return rounds.detach(
                "oauth.revoke",
                Flux.fromIterable(tokens)
                        .flatMap(this::revokeAtProvider)
                        .filter(revoked -> revoked)
                        .count());
    }

    /** Never empty, never errors. */
    private Mono<Boolean> revokeAtProvider(Forgotten token) {
        var gone = (Gone) token;
        var stored = gone.token();
        return gateways.open(gone.gateway())
                .ofType(UpstreamAuth.OAuth.class)
                .flatMap(auth -> giver(gone.gateway(), auth.config(), stored))
                .flatMap(server -> endpoint.revoke(server, stored.refresh(), stored.access())
                        .thenReturn(true))
                .defaultIfEmpty(false)
                .onErrorReturn(false);
    }

    /** The server that gave the token. Empty where it may not have it back. */
    private Mono<AuthorizationServer> giver(Gateway gateway, OAuthConfig config, StoredToken stored) {
        return servers.of(gateway, config)
                .filter(server -> stored.mayGoBackTo(server, TokenKey.authority(gateway, config.grant(), server)));
    }

    private static Connection connection(Readable row) {
        String user = some(row, "user_name", String.class);
        String scopes = some(row, "scopes", String.class);
        return new Connection(
                some(row, "id", UUID.class),
                user.isEmpty() ? null : user,
                some(row, "gateway_id", UUID.class),
                some(row, "gateway_name", String.class),
                scopes.isEmpty() ? List.of() : List.of(scopes.split(" ")),
                Status.valueOf(some(row, "state", String.class)),
                row.get("expires_at", Instant.class),
                some(row, "created_at", Instant.class),
                row.get("refreshed_at", Instant.class),
                row.get("last_used_at", Instant.class),
                row.get("last_error", String.class),
                some(row, "version", Long.class));
    }

    private static <T> T some(Readable row, String column, Class<T> type) {
        return Objects.requireNonNull(row.get(column, type), column);
    }
}
