package io.penstock.api;

import io.penstock.catalog.Cursor;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Features;
import io.penstock.catalog.Filter;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Viewer;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What gateways offer, in memory. */
final class MemoryFeatures implements Features {

    final Map<UUID, Feature> rows = new LinkedHashMap<>();

    void clear() {
        rows.clear();
    }

    Feature add(Feature.Kind kind, Gateway gateway, String name, String definition) {
        var at = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(rows.size());
        var feature = new Feature(
                UUID.randomUUID(),
                kind,
                gateway.slug() + "-" + name,
                name,
                definition,
                "abc123",
                true,
                true,
                List.of(),
                gateway,
                at,
                at,
                1);
        rows.put(feature.id(), feature);
        return feature;
    }

    @Override
    public Flux<Feature> list(Feature.Kind kind, Viewer viewer, Filter filter, int limit, Cursor before) {
        return Flux.fromStream(new ArrayList<>(rows.values())
                .reversed().stream()
                        .filter(row -> row.kind() == kind && World.sees(viewer, row.gateway()))
                        .filter(row -> filter.source() == null
                                || filter.source().equals(row.gateway().name()))
                        .filter(row -> filter.gatewayId() == null
                                || filter.gatewayId().equals(row.gateway().id()))
                        .filter(row -> before == null || row.createdAt().isBefore(before.at()))
                        .limit(limit));
    }

    @Override
    public Mono<Feature> find(Feature.Kind kind, UUID id) {
        return Mono.fromSupplier(() -> rows.get(id)).filter(row -> row.kind() == kind);
    }

    @Override
    public Mono<Feature> update(Feature.Kind kind, UUID id, boolean enabled, List<String> tags, long version) {
        return find(kind, id).map(row -> {
            if (row.version() != version) {
                throw new Refusal(new Reason.Stale("Another version is there now"));
            }
            var after = new Feature(
                    id,
                    kind,
                    row.name(),
                    row.originalName(),
                    row.definition(),
                    row.hash(),
                    enabled,
                    row.approved(),
                    tags,
                    row.gateway(),
                    row.createdAt(),
                    row.updatedAt(),
                    version + 1);
            rows.put(id, after);
            return after;
        });
    }

    @Override
    public Mono<Feature> approve(Feature.Kind kind, UUID id, long version) {
        return find(kind, id).map(row -> {
            if (row.version() != version) {
                throw new Refusal(new Reason.Stale("Another version is there now"));
            }
            return row.approved() ? row : put(row, true, version + 1);
        });
    }

    /** The upstream changes it. */
    void drift(Feature row) {
        put(row, false, row.version() + 1);
    }

    private Feature put(Feature row, boolean approved, long version) {
        var after = new Feature(
                row.id(),
                row.kind(),
                row.name(),
                row.originalName(),
                row.definition(),
                row.hash(),
                row.enabled(),
                approved,
                row.tags(),
                row.gateway(),
                row.createdAt(),
                row.updatedAt(),
                version);
        rows.put(after.id(), after);
        return after;
    }

    @Override
    public Mono<Boolean> delete(Feature.Kind kind, UUID id, long version) {
        return find(kind, id).map(row -> rows.remove(id) != null).defaultIfEmpty(false);
    }

    @Override
    public Mono<Outcome> replace(Gateway gateway, Feature.Kind kind, List<Discovered> discovered, long reading) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Mono<Map<UUID, Counts>> counts(Collection<UUID> gatewayIds) {
        return Mono.fromSupplier(() -> rows.values().stream()
                .map(row -> row.gateway().id())
                .filter(gatewayIds::contains)
                .collect(Collectors.toMap(id -> id, _ -> new Counts(1, 0, 0), MemoryFeatures::sum)));
    }

    private static Counts sum(Counts one, Counts other) {
        return new Counts(one.tools() + other.tools(), 0, 0);
    }
}
