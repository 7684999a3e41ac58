package io.penstock.api;

import io.penstock.catalog.Cursor;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Filter;
import io.penstock.catalog.Server;
import io.penstock.catalog.Server.Chosen;
import io.penstock.catalog.Servers;
import io.penstock.catalog.Viewer;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Virtual servers in memory. */
final class MemoryServers implements Servers {

    final Map<UUID, Server> rows = new LinkedHashMap<>();
    private final MemoryGateways gateways;
    private final MemoryFeatures features;
    int outsideTransactions;

    MemoryServers(MemoryGateways gateways, MemoryFeatures features) {
        this.gateways = gateways;
        this.features = features;
    }

    void clear() {
        rows.clear();
        outsideTransactions = 0;
    }

    @Override
    public Mono<Server> create(Draft draft, Viewer viewer) {
        return counted(() -> {
            demand(draft.chosen(), viewer);
            if (rows.values().stream().anyMatch(row -> row.name().equals(draft.name()))) {
                throw new Refusal(new Reason.Conflict("A server has that name"));
            }
            var at = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(rows.size());
            return put(row(UUID.randomUUID(), draft, viewer.user(), true, at, 1));
        });
    }

    @Override
    public Mono<Server> find(UUID id) {
        return Mono.fromSupplier(() -> rows.get(id));
    }

    @Override
    public Flux<Server> list(Viewer viewer, Filter filter, int limit, Cursor before) {
        return Flux.defer(() -> Flux.fromStream(new ArrayList<>(rows.values())
                .reversed().stream()
                        .filter(viewer::sees)
                        .filter(row ->
                                filter.source() == null || filter.source().equals(row.name()))
                        .filter(row -> filter.tag() == null || row.tags().contains(filter.tag()))
                        .filter(row -> before == null || row.createdAt().isBefore(before.at()))
                        .limit(limit)));
    }

    @Override
    public Mono<Server> update(UUID id, Draft draft, Viewer viewer, long version) {
        return changed(id, version, row -> {
            demand(draft.chosen(), viewer);
            return row(id, draft, row.owner(), row.enabled(), row.createdAt(), version + 1);
        });
    }

    @Override
    public Mono<Server> enable(UUID id, boolean enabled, long version) {
        return changed(id, version, row -> row(id, draft(row), row.owner(), enabled, row.createdAt(), version + 1));
    }

    @Override
    public Mono<Boolean> delete(UUID id, long version) {
        return changed(id, version, row -> row)
                .doOnNext(row -> rows.remove(row.id()))
                .hasElement();
    }

    @Override
    public Mono<Chosen> visible(Chosen chosen, Viewer viewer) {
        return Mono.fromSupplier(() -> new Chosen(
                chosen.tools().stream().filter(id -> sees(viewer, id)).toList(),
                chosen.resources().stream().filter(id -> sees(viewer, id)).toList(),
                chosen.prompts().stream().filter(id -> sees(viewer, id)).toList(),
                chosen.gateways().stream()
                        .filter(id -> gateways.rows.containsKey(id) && World.sees(viewer, gateways.rows.get(id)))
                        .toList()));
    }

    private boolean sees(Viewer viewer, UUID id) {
        Feature feature = features.rows.get(id);
        return feature != null && World.sees(viewer, feature.gateway());
    }

    private void demand(Chosen chosen, Viewer viewer) {
        var refused = chosen.tools().stream()
                .filter(id -> !sees(viewer, id))
                .map(id -> new Reason.Invalid.Field("tools", "there is no tool with the id " + id))
                .toList();
        if (!refused.isEmpty()) {
            throw new Refusal(new Reason.Invalid(refused));
        }
    }

    private Mono<Server> changed(UUID id, long version, UnaryOperator<Server> change) {
        return counted(() -> {
            var row = rows.get(id);
            if (row != null && row.version() != version) {
                throw new Refusal(new Reason.Stale("Another version is there now"));
            }
            return row == null ? null : put(change.apply(row));
        });
    }

    private Mono<Server> counted(java.util.function.Supplier<Server> change) {
        return World.inTransaction().flatMap(inside -> {
            outsideTransactions += inside ? 0 : 1;
            return Mono.fromSupplier(change);
        });
    }

    private Server put(Server row) {
        rows.put(row.id(), row);
        return row;
    }

    private static Draft draft(Server row) {
        return new Draft(
                row.name(),
                row.description(),
                row.visibility(),
                row.teamId(),
                row.tags(),
                row.nameStyle(),
                row.chosen());
    }

    private static Server row(UUID id, Draft draft, String owner, boolean enabled, Instant at, long version) {
        return new Server(
                id,
                draft.name(),
                draft.name().toLowerCase(Locale.ROOT),
                draft.description(),
                draft.visibility(),
                draft.teamId(),
                owner,
                List.copyOf(draft.tags()),
                draft.nameStyle(),
                enabled,
                draft.chosen(),
                at,
                at,
                version);
    }
}
