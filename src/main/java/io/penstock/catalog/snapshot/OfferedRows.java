package io.penstock.catalog.snapshot;

import io.penstock.catalog.database.Columns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Reads what gateways offer, by their ids; definitions only where they are not known from the snapshot before. */
final class OfferedRows {

    /** Also what its upstream does not list at present: it may answer to the name all the same. */
    private static final String FEATURES = "SELECT " + Offered.COLUMNS + " FROM features f";

    private static final String DEFINITIONS =
            "SELECT " + Offered.COLUMNS + ", f.definition FROM features f WHERE f.id = ANY(:ids)";

    /** A definition has up to 256 KiB. */
    private static final int DEFINITIONS_AT_ONCE = 50;

    private final DatabaseClient database;

    OfferedRows(DatabaseClient database) {
        this.database = database;
    }

    Mono<Map<UUID, Map<UUID, Offered>>> all(Snapshot before) {
        return described(before, database.sql(FEATURES));
    }

    /** What these gateways offer; one that offers nothing is not in it. */
    Mono<Map<UUID, Map<UUID, Offered>>> of(Snapshot before, Set<UUID> gateways) {
        return gateways.isEmpty()
                ? Mono.just(Map.of())
                : described(
                        before,
                        database.sql(FEATURES + " WHERE f.gateway_id = ANY(:gateways)")
                                .bind("gateways", gateways.toArray(UUID[]::new)));
    }

    private Mono<Map<UUID, Map<UUID, Offered>>> described(Snapshot before, DatabaseClient.GenericExecuteSpec select) {
        return select.map(row -> Offered.of(row, ""))
                .all()
                .collectList()
                .publishOn(Schedulers.parallel())
                .flatMap(rows -> described(before, rows));
    }

    private Mono<Map<UUID, Map<UUID, Offered>>> described(Snapshot before, List<Offered> rows) {
        var offered = new HashMap<UUID, Map<UUID, Offered>>();
        var unknown = new ArrayList<UUID>();
        for (Offered row : rows) {
            Offered known = known(before, row);
            if (row.gone()) {
                put(offered, row);
            } else if (known != null && !known.gone() && row.describes(known)) {
                put(offered, row.with(known));
            } else {
                unknown.add(row.id());
            }
        }
        return Flux.fromIterable(unknown)
                .buffer(DEFINITIONS_AT_ONCE)
                .concatMap(this::definitions)
                .collect(() -> offered, OfferedRows::put);
    }

    private static @Nullable Offered known(Snapshot before, Offered row) {
        var stock = before.stocks().get(row.gatewayId());
        return stock == null ? null : stock.features().get(row.id());
    }

    private static void put(Map<UUID, Map<UUID, Offered>> offered, Offered one) {
        offered.computeIfAbsent(one.gatewayId(), _ -> new HashMap<>()).put(one.id(), one);
    }

    private Flux<Offered> definitions(List<UUID> ids) {
        return database.sql(DEFINITIONS)
                .bind("ids", ids.toArray(UUID[]::new))
                .map(row -> Offered.of(row, Columns.get(row, "definition", String.class)))
                .all();
    }
}
