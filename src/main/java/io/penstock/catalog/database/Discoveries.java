package io.penstock.catalog.database;

import io.penstock.catalog.Feature;
import io.penstock.catalog.Features;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.GatewayEvent;
import io.penstock.store.Changes;
import io.penstock.store.Transactions;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/** Writes what a discovery found over what was found before. */
@Component
final class Discoveries {

    private static final Logger LOG = LoggerFactory.getLogger(Discoveries.class);

    private static final Features.Outcome NOTHING = new Features.Outcome(0, 0, 0);

    /** Definitions of up to 256 KiB are read in portions of this many to be compared. */
    private static final int COMPARED_AT_ONCE = 25;

    /** One discovery of a gateway at a time, and none of an upstream that it no longer is. */
    private static final String LOCK =
            "SELECT g.id, g.url, g.slug, g.lists_read FROM gateways g WHERE g.id = :id FOR UPDATE";

    private static final String READ = "UPDATE gateways SET lists_read = :reading WHERE id = :id";

    private static final String STORED = """
            SELECT f.id, f.original_name, f.hash, f.gone FROM features f
            WHERE f.gateway_id = :gateway AND f.kind = :kind
            """;

    private static final String DEFINITIONS = "SELECT f.id, f.definition FROM features f WHERE f.id = ANY(:ids)";

    private static final String ADD = """
            INSERT INTO features (id, gateway_id, kind, name, unique_name, original_name, definition, hash,
                description, tags, name_digest, enabled, approved, gone, created_at, updated_at, version)
            VALUES (GEN_RANDOM_UUID(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, TRUE, $11, FALSE,
                CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, 1)
            """;

    private static final String CHANGE = """
            UPDATE features
            SET definition = $1, hash = $2, description = $3, approved = FALSE,
                updated_at = CURRENT_TIMESTAMP, version = version + 1
            WHERE id = $4
            """;

    /**
     * The row of what an upstream leaves out stays: else it could have a changed definition taken for a new one, switch a tool on, or take it
     * off virtual servers, by leaving it out once; and who is empty for a moment would lose its names to others.
     */
    private static final String LEAVE =
            "UPDATE features SET gone = TRUE, gone_at = CURRENT_TIMESTAMP WHERE id = ANY(:ids)";

    private static final String RETURN = "UPDATE features SET gone = FALSE, gone_at = NULL WHERE id = ANY(:ids)";

    /** Names that others began to have while these were gone: whoever left a name comes back to it as a newcomer (decision 0034). */
    private static final String OVERTAKEN = """
            SELECT f.id, f.original_name FROM features f
            WHERE f.id = ANY(:ids) AND EXISTS (SELECT 1 FROM features o
                WHERE o.name_digest = f.name_digest AND o.kind = f.kind AND o.gateway_id <> f.gateway_id
                  AND o.enabled AND NOT o.gone AND o.created_at >= COALESCE(f.gone_at, f.created_at))
            """;

    private static final String NEWCOMERS = "UPDATE features SET created_at = CURRENT_TIMESTAMP WHERE id = ANY(:ids)";

    /** What is kept of each kind has an end, however many names an upstream makes up: those that left last, and all that somebody has decided of. */
    private static final String SURPLUS = """
            SELECT f.id FROM features f
            WHERE f.gateway_id = :gateway AND f.kind = :kind AND f.gone AND f.enabled AND CARDINALITY(f.tags) = 0
              AND NOT EXISTS (SELECT 1 FROM server_features c WHERE c.feature_id = f.id)
            ORDER BY f.gone_at DESC NULLS LAST, f.id OFFSET :kept ROWS
            """;

    private static final String REMOVE = "DELETE FROM features WHERE id = ANY(:ids)";

    private final DatabaseClient database;
    private final Transactions transactions;
    private final Changes changes;
    private final FeatureNames names;
    private final NameClaims claims;
    private final GatewayEvents events;

    Discoveries(
            DatabaseClient database,
            Transactions transactions,
            Changes changes,
            FeatureNames names,
            NameClaims claims,
            GatewayEvents events) {
        this.database = database;
        this.transactions = transactions;
        this.changes = changes;
        this.names = names;
        this.claims = claims;
        this.events = events;
    }

    /** Two gateways may reach for one public name in the same moment: who loses looks again and takes another. */
    Mono<Features.Outcome> replace(
            Gateway gateway, Feature.Kind kind, List<Features.Discovered> discovered, long reading) {
        return transactions
                .run(locked(gateway)
                        .filter(row -> row.read() <= reading)
                        .delayUntil(row -> row.read() == reading ? Mono.empty() : read(gateway.id(), reading))
                        .flatMap(row -> stored(gateway.id(), kind)
                                .publishOn(Schedulers.parallel())
                                .map(rows -> Replacement.of(rows, discovered))
                                .flatMap(plan -> apply(gateway.id(), row.slug(), kind, plan)))
                        .defaultIfEmpty(NOTHING))
                .retryWhen(Retry.max(3)
                        .filter(lost ->
                                lost instanceof DuplicateKeyException || lost instanceof ConcurrencyFailureException)
                        .onRetryExhaustedThrow((_, last) -> last.failure()));
    }

    /**
     * A gateway whose row is held.
     *
     * @param read the number of the reading that found what is there
     */
    private record Locked(String url, String slug, long read) {}

    private Mono<Locked> locked(Gateway gateway) {
        return database.sql(LOCK)
                .bind("id", gateway.id())
                .map(row -> new Locked(
                        Columns.get(row, "url", String.class),
                        Columns.get(row, "slug", String.class),
                        Columns.get(row, "lists_read", Long.class)))
                .one()
                .switchIfEmpty(Mono.error(
                        () -> new Refusal(new Reason.NotFound("The gateway was deleted while its features were read"))))
                .filter(row -> row.url().equals(gateway.url().toString()))
                .switchIfEmpty(Mono.error(() -> new Refusal(new Reason.Conflict(
                        "The gateway's url was changed while its features were read: refresh it again"))));
    }

    private Mono<Void> read(UUID gateway, long reading) {
        return database.sql(READ).bind("reading", reading).bind("id", gateway).then();
    }

    private Mono<List<Replacement.Row>> stored(UUID gateway, Feature.Kind kind) {
        return database.sql(STORED)
                .bind("gateway", gateway)
                .bind("kind", kind.name())
                .map(row -> new Replacement.Row(
                        Columns.get(row, "id", UUID.class),
                        Columns.get(row, "original_name", String.class),
                        Columns.get(row, "hash", String.class),
                        Columns.get(row, "gone", Boolean.class)))
                .all()
                .collectList();
    }

    private Mono<Features.Outcome> apply(UUID gateway, String slug, Feature.Kind kind, Replacement plan) {
        if (plan.unusable() > 0) {
            LOG.warn(
                    "Gateway {} lists {} of kind {} that are left out: a name twice, or characters that cannot be kept",
                    gateway,
                    plan.unusable(),
                    kind);
        }
        if (plan.isEmpty()) {
            return Mono.just(plan.outcome());
        }
        // what is back is no surplus of what is gone
        return bring(gateway, kind, plan.returned())
                .then(remove(gateway, kind, plan.removed()))
                .then(change(gateway, kind, plan.changed()))
                .then(add(gateway, slug, kind, plan))
                .then(changes.announce(Changes.Topic.FEATURES, gateway))
                .thenReturn(plan.outcome());
    }

    private Mono<Void> remove(UUID gateway, Feature.Kind kind, List<Replacement.Row> rows) {
        return rows.isEmpty() ? Mono.empty() : update(LEAVE, ids(rows)).then(trim(gateway, kind));
    }

    private Mono<Void> trim(UUID gateway, Feature.Kind kind) {
        return database.sql(SURPLUS)
                .bind("gateway", gateway)
                .bind("kind", kind.name())
                .bind("kept", Replacement.KEPT)
                .map(row -> Columns.get(row, "id", UUID.class))
                .all()
                .collectList()
                .filter(ids -> !ids.isEmpty())
                .flatMap(ids -> update(REMOVE, ids.toArray(UUID[]::new)));
    }

    private Mono<Void> update(String statement, UUID[] ids) {
        return database.sql(statement).bind("ids", ids).then();
    }

    private Mono<Void> bring(UUID gateway, Feature.Kind kind, List<Replacement.Row> rows) {
        if (rows.isEmpty()) {
            return Mono.empty();
        }
        return database.sql(OVERTAKEN)
                .bind("ids", ids(rows))
                .map(row ->
                        Map.entry(Columns.get(row, "id", UUID.class), Columns.get(row, "original_name", String.class)))
                .all()
                .collectMap(Map.Entry::getKey, Map.Entry::getValue)
                .filter(overtaken -> !overtaken.isEmpty())
                .flatMap(overtaken -> update(NEWCOMERS, overtaken.keySet().toArray(UUID[]::new))
                        .then(claims.noteRefused(gateway, kind, overtaken.values())))
                .then(update(RETURN, ids(rows)));
    }

    private Mono<Void> change(UUID gateway, Feature.Kind kind, List<Replacement.Changed> changed) {
        if (changed.isEmpty()) {
            return Mono.empty();
        }
        return Flux.fromIterable(changed)
                .buffer(COMPARED_AT_ONCE)
                .concatMap(some -> record(gateway, kind, some))
                .then(events.trim(gateway));
    }

    private Mono<Void> record(UUID gateway, Feature.Kind kind, List<Replacement.Changed> changed) {
        var rows = changed.stream().map(Replacement.Changed::row).toList();
        var updates = new ArrayList<Object[]>();
        changed.forEach(one -> updates.add(new Object[] {
            one.definition().text(),
            one.definition().hash(),
            Columns.orNull(String.class, one.definition().description()),
            one.row().id()
        }));
        return database.sql(DEFINITIONS)
                .bind("ids", ids(rows))
                .map(row -> Map.entry(Columns.get(row, "id", UUID.class), Columns.get(row, "definition", String.class)))
                .all()
                .collect(HashMap<UUID, String>::new, (before, row) -> before.put(row.getKey(), row.getValue()))
                .map(before -> drifts(kind, changed, before))
                .flatMap(details -> events.addAll(gateway, GatewayEvent.Kind.DRIFT, details))
                .then(Batch.run(database, CHANGE, updates));
    }

    private static List<String> drifts(Feature.Kind kind, List<Replacement.Changed> changed, Map<UUID, String> before) {
        return changed.stream()
                .map(one -> Drift.detail(
                        kind,
                        one.row().originalName(),
                        one.row().hash(),
                        before.getOrDefault(one.row().id(), "null"),
                        one.definition()))
                .toList();
    }

    private Mono<Void> add(UUID gateway, String slug, Feature.Kind kind, Replacement plan) {
        return plan.added().isEmpty()
                ? Mono.empty()
                : claims.noteRefused(gateway, kind, plan.added().keySet()).then(insert(gateway, slug, kind, plan));
    }

    private Mono<Void> insert(UUID gateway, String slug, Feature.Kind kind, Replacement plan) {
        var added = plan.added();
        return names.assign(gateway, slug, kind, added.keySet()).flatMap(assigned -> {
            var rows = new ArrayList<Object[]>();
            added.forEach((original, definition) -> rows.add(new Object[] {
                gateway,
                kind.name(),
                assigned.getOrDefault(original, original),
                Columns.orNull(String.class, FeatureNames.named(kind) ? assigned.get(original) : null),
                original,
                definition.text(),
                definition.hash(),
                Columns.orNull(String.class, definition.description()),
                new String[0],
                Definition.sha256(original),
                !plan.mayForget()
            }));
            return Batch.run(database, ADD, rows);
        });
    }

    private static UUID[] ids(List<Replacement.Row> rows) {
        return rows.stream().map(Replacement.Row::id).toArray(UUID[]::new);
    }
}
