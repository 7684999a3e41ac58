package io.penstock.catalog;

import io.penstock.store.Changes;
import io.penstock.store.Transactions;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What upstreams offer, in the database. */
@Component
final class R2dbcFeatures implements Features {

    private static final String LOCK = """
            SELECT f.version, f.gateway_id FROM features f WHERE f.id = :id AND f.kind = :kind AND NOT f.gone FOR UPDATE
            """;

    private static final String UPDATE = """
            UPDATE features
            SET enabled = :enabled, tags = :tags, updated_at = CURRENT_TIMESTAMP, version = version + 1
            WHERE id = :id
            """;

    private static final String APPROVE = """
            UPDATE features
            SET approved = TRUE, updated_at = CURRENT_TIMESTAMP, version = version + 1
            WHERE id = :id
            """;

    private static final String COUNTS = """
            SELECT f.kind AS kind, COUNT(*) AS number FROM features f
            WHERE f.gateway_id = :gateway AND NOT f.gone GROUP BY f.kind
            """;

    private final DatabaseClient database;
    private final Transactions transactions;
    private final Changes changes;
    private final Discoveries discoveries;

    R2dbcFeatures(DatabaseClient database, Transactions transactions, Changes changes, Discoveries discoveries) {
        this.database = database;
        this.transactions = transactions;
        this.changes = changes;
        this.discoveries = discoveries;
    }

    @Override
    public Flux<Feature> list(Feature.Kind kind, Viewer viewer, Filter filter, int limit, @Nullable Cursor before) {
        return new Selection()
                .and("f.kind = :kind", "kind", kind.name())
                .visibleTo(viewer, "g")
                .matching(filter, "f", "g")
                .before(before, "f", "created_at")
                .page(database, FeatureRow.SELECT, "f", "created_at", limit)
                .map(FeatureRow::feature)
                .all();
    }

    @Override
    public Mono<Feature> find(Feature.Kind kind, UUID id) {
        return database.sql(FeatureRow.SELECT + " WHERE f.id = :id AND f.kind = :kind")
                .bind("id", id)
                .bind("kind", kind.name())
                .map(FeatureRow::feature)
                .one();
    }

    @Override
    public Mono<Feature> update(Feature.Kind kind, UUID id, boolean enabled, List<String> tags, long version) {
        var write = database.sql(UPDATE)
                .bind("enabled", enabled)
                .bind("tags", Columns.array(tags))
                .bind("id", id)
                .then();
        return transactions.run(locked(kind, id, version)
                .flatMap(_ -> find(kind, id))
                .flatMap(stored -> stored.enabled() == enabled && stored.tags().equals(tags)
                        ? Mono.just(stored)
                        : written(write, stored.gateway().id()).then(find(kind, id))));
    }

    private Mono<Void> written(Mono<Void> write, UUID gateway) {
        return write.then(changes.announce(Changes.Topic.FEATURES, gateway));
    }

    @Override
    public Mono<Feature> approve(Feature.Kind kind, UUID id, long version) {
        var write = database.sql(APPROVE).bind("id", id).then();
        return transactions.run(locked(kind, id, version)
                .flatMap(_ -> find(kind, id))
                .flatMap(stored -> stored.approved()
                        ? Mono.just(stored)
                        : written(write, stored.gateway().id()).then(find(kind, id))));
    }

    @Override
    public Mono<Boolean> delete(Feature.Kind kind, UUID id, long version) {
        return transactions.run(locked(kind, id, version)
                .flatMap(gateway -> written(
                                database.sql("DELETE FROM features WHERE id = :id")
                                        .bind("id", id)
                                        .then(),
                                gateway)
                        .thenReturn(true))
                .defaultIfEmpty(false));
    }

    @Override
    public Mono<Outcome> replace(Gateway gateway, Feature.Kind kind, List<Discovered> discovered) {
        return discoveries.replace(gateway, kind, discovered);
    }

    @Override
    public Mono<Counts> counts(UUID gatewayId) {
        return database.sql(COUNTS)
                .bind("gateway", gatewayId)
                .map(row -> java.util.Map.entry(
                        Feature.Kind.valueOf(Columns.get(row, "kind", String.class)),
                        Columns.get(row, "number", Long.class).intValue()))
                .all()
                .collect(HashMap<Feature.Kind, Integer>::new, (counts, row) -> counts.put(row.getKey(), row.getValue()))
                .map(counts -> new Counts(
                        counts.getOrDefault(Feature.Kind.TOOL, 0),
                        counts.getOrDefault(Feature.Kind.RESOURCE, 0)
                                + counts.getOrDefault(Feature.Kind.RESOURCE_TEMPLATE, 0),
                        counts.getOrDefault(Feature.Kind.PROMPT, 0)));
    }

    /** The gateway that offers it. */
    private Mono<UUID> locked(Feature.Kind kind, UUID id, long version) {
        return database.sql(LOCK)
                .bind("id", id)
                .bind("kind", kind.name())
                .map(row -> java.util.Map.entry(
                        Columns.get(row, "version", Long.class), Columns.get(row, "gateway_id", UUID.class)))
                .one()
                .handle((row, sink) -> {
                    long stored = row.getKey();
                    if (stored == version) {
                        sink.next(row.getValue());
                    } else {
                        sink.error(new Refusal(new Reason.Stale("It was changed meanwhile: its version is " + stored
                                + ", not " + version + ". Read it again and repeat the change")));
                    }
                });
    }
}
