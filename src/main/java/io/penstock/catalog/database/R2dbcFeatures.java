package io.penstock.catalog.database;

import io.penstock.catalog.Cursor;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Features;
import io.penstock.catalog.Filter;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Viewer;
import io.penstock.store.Changes;
import io.penstock.store.Transactions;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.r2dbc.spi.Readable;
import java.util.Collection;
import java.util.List;
import java.util.Map;
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
            SELECT f.gateway_id AS gateway,
                COUNT(*) FILTER (WHERE f.kind = 'TOOL') AS tools,
                COUNT(*) FILTER (WHERE f.kind IN ('RESOURCE', 'RESOURCE_TEMPLATE')) AS resources,
                COUNT(*) FILTER (WHERE f.kind = 'PROMPT') AS prompts
            FROM features f WHERE f.gateway_id = ANY(:gateways) AND NOT f.gone GROUP BY f.gateway_id
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
    public Mono<Outcome> replace(Gateway gateway, Feature.Kind kind, List<Discovered> discovered, long reading) {
        return discoveries.replace(gateway, kind, discovered, reading);
    }

    @Override
    public Mono<Map<UUID, Counts>> counts(Collection<UUID> gatewayIds) {
        return database.sql(COUNTS)
                .bind("gateways", gatewayIds.toArray(UUID[]::new))
                .map(row -> Map.entry(
                        Columns.get(row, "gateway", UUID.class),
                        new Counts(number(row, "tools"), number(row, "resources"), number(row, "prompts"))))
                .all()
                .collectMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    private static int number(Readable row, String column) {
        return Columns.get(row, column, Long.class).intValue();
    }

    /** The gateway that offers it. */
    private Mono<UUID> locked(Feature.Kind kind, UUID id, long version) {
        return database.sql(LOCK)
                .bind("id", id)
                .bind("kind", kind.name())
                .map(row ->
                        Map.entry(Columns.get(row, "version", Long.class), Columns.get(row, "gateway_id", UUID.class)))
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
