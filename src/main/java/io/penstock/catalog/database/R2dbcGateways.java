package io.penstock.catalog.database;

import io.penstock.catalog.Cursor;
import io.penstock.catalog.DraftRules;
import io.penstock.catalog.Filter;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.GatewayEvent;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.Slug;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.UpstreamTls;
import io.penstock.catalog.Viewer;
import io.penstock.store.Changes;
import io.penstock.store.Transactions;
import io.penstock.vault.Vault;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Gateways in the database. */
@Component
final class R2dbcGateways implements Gateways {

    private static final Logger LOG = LoggerFactory.getLogger(R2dbcGateways.class);

    private static final String SELECT = "SELECT " + GatewayRow.COLUMNS + " FROM gateways g";

    private static final String INSERT = """
            INSERT INTO gateways (id, slug, owner, enabled, failures, version, name, url, description, transport,
                auth_id, auth_type, auth_shown, auth_sealed, tls_id, tls_shown, tls_sealed, visibility, team_id, tags, passthrough_headers,
                check_interval_seconds, drift_policy, repeat_idempotent_calls, next_check_at, created_at, updated_at)
            VALUES (:id, :slug, :owner, TRUE, 0, 1, :name, :url, :description, :transport,
                :authId, :authType, :authShown, :authSealed, :tlsId, :tlsShown, :tlsSealed, :visibility, :teamId, :tags, :passthroughHeaders,
                :checkInterval, :driftPolicy, :repeatIdempotentCalls, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP)
            """;

    private static final String UPDATE = """
            UPDATE gateways
            SET slug = :slug, name = :name, url = :url, description = :description, transport = :transport,
                auth_id = :authId, auth_type = :authType, auth_shown = :authShown, auth_sealed = :authSealed,
                tls_id = :tlsId, tls_shown = :tlsShown, tls_sealed = :tlsSealed, visibility = :visibility,
                team_id = :teamId, tags = :tags, passthrough_headers = :passthroughHeaders,
                check_interval_seconds = :checkInterval, drift_policy = :driftPolicy,
                repeat_idempotent_calls = :repeatIdempotentCalls, updated_at = CURRENT_TIMESTAMP,
                version = version + 1
            WHERE id = :id
            """;

    /**
     * Ends the lease too, so that the answer of a check that is under way does not count for what replaced its target; and lets go of a
     * credential from before, which belongs to that target.
     */
    private static final String FORGET_STATUS = """
            UPDATE gateways
            SET healthy = NULL, failures = 0, last_error = NULL, last_checked_at = NULL, last_seen_at = NULL,
                protocol_version = NULL, transport_in_use = NULL, capabilities = NULL, server_info = NULL,
                discovered_at = NULL, next_check_at = CURRENT_TIMESTAMP, lease_owner = NULL, lease_until = NULL,
                rotation_state = NULL, rotation_at = NULL, rotation_detail = NULL, previous_id = NULL, previous_type = NULL,
                previous_shown = NULL, previous_sealed = NULL, previous_until = NULL,
                previous_tls_id = NULL, previous_tls_shown = NULL, previous_tls_sealed = NULL
            WHERE id = :id
            """;

    private static final String ENABLE = """
            UPDATE gateways
            SET enabled = :enabled, next_check_at = CURRENT_TIMESTAMP, lease_owner = NULL, lease_until = NULL,
                updated_at = CURRENT_TIMESTAMP, version = version + 1
            WHERE id = :id
            """;

    private final DatabaseClient database;
    private final Transactions transactions;
    private final Changes changes;
    private final DraftRules rules;
    private final Sealing sealing;
    private final FeatureNames names;
    private final DueGateways due;
    private final GatewayEvents events;

    R2dbcGateways(
            DatabaseClient database,
            Transactions transactions,
            Changes changes,
            DraftRules rules,
            Sealing sealing,
            FeatureNames names,
            DueGateways due,
            GatewayEvents events) {
        this.database = database;
        this.transactions = transactions;
        this.changes = changes;
        this.rules = rules;
        this.sealing = sealing;
        this.names = names;
        this.due = due;
        this.events = events;
    }

    @Override
    public Mono<Gateway> create(Draft draft, String owner) {
        return Mono.defer(() -> {
            rules.check(draft);
            var id = UUID.randomUUID();
            var auth = draft.auth() == null ? new UpstreamAuth.None() : draft.auth();
            var tls = draft.tls() == null ? null : sealing.seal(id, owner, draft.tls());
            var insert =
                    write(INSERT, id, draft, sealing.seal(id, owner, auth), tls).bind("owner", owner);
            return transactions.run(Namesakes.noServer(database, draft.name(), owner)
                    .then(written(id, insert, draft))
                    .then(row(id)));
        });
    }

    @Override
    public Mono<Gateway> find(UUID id) {
        return row(id);
    }

    @Override
    public Flux<Gateway> list(Viewer viewer, Filter filter, int limit, @Nullable Cursor before) {
        return new Selection()
                .visibleTo(viewer, "g")
                .matching(filter, "g", "g")
                .and("g.healthy = :healthy", "healthy", filter.healthy())
                .before(before, "g", "created_at")
                .page(database, SELECT, "g", "created_at", limit)
                .map(GatewayRow::gateway)
                .all();
    }

    @Override
    public Mono<Gateway> update(UUID id, Draft draft, long version) {
        return Mono.defer(() -> {
            rules.check(draft);
            return transactions.run(locked(id, version).flatMap(stored -> rewrite(stored, draft)));
        });
    }

    private Mono<Gateway> rewrite(Gateway stored, Draft draft) {
        var revision = Revision.of(stored, draft, sealing);
        if (!revision.changes()) {
            return Mono.just(stored);
        }
        var id = stored.id();
        var written = written(id, write(UPDATE, id, draft, revision.auth(), revision.tls()), draft);
        var renamed = revision.renames()
                ? Namesakes.noServer(database, draft.name(), stored.owner())
                        .then(written)
                        .then(names.rename(id, Slug.of(draft.name())))
                        .then(changes.announce(Changes.Topic.FEATURES, id))
                : written;
        var done = revision.moves()
                ? renamed.then(database.sql(FORGET_STATUS).bind("id", id).then())
                : renamed;
        return done.then(row(id));
    }

    @Override
    public Mono<Gateway> enable(UUID id, boolean enabled, long version) {
        return transactions.run(locked(id, version).flatMap(stored -> {
            if (stored.enabled() == enabled) {
                return Mono.just(stored);
            }
            return database.sql(ENABLE)
                    .bind("enabled", enabled)
                    .bind("id", id)
                    .then()
                    .then(changes.announce(Changes.Topic.GATEWAYS, id))
                    .then(row(id));
        }));
    }

    @Override
    public Mono<Boolean> delete(UUID id, long version, Mono<Void> first) {
        return transactions.run(locked(id, version)
                .flatMap(_ -> first.then(database.sql("DELETE FROM gateways WHERE id = :id")
                                .bind("id", id)
                                .then())
                        .then(changes.announce(Changes.Topic.GATEWAYS, id))
                        .thenReturn(true))
                .defaultIfEmpty(false));
    }

    @Override
    public Mono<UpstreamTls> openTls(Gateway gateway) {
        return opened(gateway, () -> sealing.openTls(gateway.id(), gateway.owner(), gateway.tls()));
    }

    @Override
    public Mono<UpstreamAuth> open(Gateway gateway) {
        return opened(gateway, () -> sealing.open(gateway.id(), gateway.owner(), gateway.auth()));
    }

    private static <T> Mono<T> opened(Gateway gateway, Callable<T> opening) {
        return Mono.fromCallable(opening).onErrorMap(Vault.SealBroken.class, _ -> {
            LOG.error(
                    "The sealed credential of gateway {} does not open: its key is not in the keyset, or the"
                            + " row was changed outside the gateway. Its calls are refused until it is set again.",
                    gateway.id());
            return new Refusal(new Reason.Unavailable(
                    "The stored credential of this gateway does not open; an operator must set it again",
                    Duration.ofMinutes(1)));
        });
    }

    @Override
    public Flux<Gateway> claimDue(int limit, Duration lease) {
        return due.claim(limit, lease).flatMapIterable(claimed -> claimed);
    }

    @Override
    public Mono<Boolean> checked(Gateway gateway, Gateway.Condition condition, Heard heard, Duration nextIn) {
        return due.checked(gateway, condition, heard, nextIn);
    }

    @Override
    public Mono<Void> stale(UUID id) {
        return due.stale(id);
    }

    @Override
    public Mono<Long> beginReading(UUID id) {
        return due.beginReading(id);
    }

    @Override
    public Flux<GatewayEvent> events(UUID id, int limit, @Nullable Cursor before) {
        return events.list(id, limit, before);
    }

    @Override
    public Mono<Void> addEvent(UUID id, GatewayEvent.Kind kind, String detailJson) {
        return transactions.run(events.add(id, kind, detailJson).then(events.trim(id)));
    }

    private Mono<Gateway> row(UUID id) {
        return database.sql(SELECT + " WHERE g.id = :id")
                .bind("id", id)
                .map(GatewayRow::gateway)
                .one();
    }

    private Mono<Gateway> locked(UUID id, long version) {
        return GatewayLocks.at(database, id, version);
    }

    private Mono<Void> written(UUID id, DatabaseClient.GenericExecuteSpec statement, Draft draft) {
        return statement
                .then()
                .onErrorMap(
                        DuplicateKeyException.class,
                        _ -> new Refusal(new Reason.Conflict("The name \""
                                + draft.name() + "\" gives the slug \"" + Slug.of(draft.name())
                                + "\", which another gateway has: choose another name, or change that gateway")))
                .then(changes.announce(Changes.Topic.GATEWAYS, id));
    }

    private DatabaseClient.GenericExecuteSpec write(
            String sql, UUID id, Draft draft, Gateway.SealedAuth auth, Gateway.@Nullable SealedTls tls) {
        var interval = draft.checkInterval();
        return GatewayRow.bind(database.sql(sql), "tls", tls)
                .bind("id", id)
                .bind("slug", Slug.of(draft.name()))
                .bind("name", draft.name())
                .bind("url", draft.url().toString())
                .bind("description", Columns.orNull(String.class, draft.description()))
                .bind("transport", draft.transport().name())
                .bind("authId", auth.id())
                .bind("authType", auth.type())
                .bind("authShown", auth.shown())
                .bind("authSealed", Columns.bytesOrNull(auth.sealed()))
                .bind("visibility", draft.visibility().name())
                .bind("teamId", Columns.orNull(String.class, draft.teamId()))
                .bind("tags", Columns.array(draft.tags()))
                .bind("passthroughHeaders", Columns.array(draft.passthroughHeaders()))
                .bind("driftPolicy", draft.driftPolicy().name())
                .bind("repeatIdempotentCalls", draft.repeatIdempotentCalls())
                .bind(
                        "checkInterval",
                        Columns.orNull(Integer.class, interval == null ? null : (int) interval.toSeconds()));
    }
}
