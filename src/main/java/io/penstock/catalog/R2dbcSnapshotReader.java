package io.penstock.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Reads the snapshot from the database, definitions only where they are not known from the read before. */
@Component
final class R2dbcSnapshotReader implements SnapshotReader {

    private static final String GATEWAYS = "SELECT " + GatewayRow.COLUMNS + " FROM gateways g";

    private static final String SERVERS = "SELECT " + ServerRow.COLUMNS + " FROM servers s";

    /** Also what its upstream does not list at present: it may answer to the name all the same. */
    private static final String FEATURES = "SELECT " + Offered.COLUMNS + " FROM features f";

    private static final String DEFINITIONS =
            "SELECT " + Offered.COLUMNS + ", f.definition FROM features f WHERE f.id = ANY(:ids)";

    /** A definition has up to 256 KiB. */
    private static final int DEFINITIONS_AT_ONCE = 50;

    private final DatabaseClient database;
    private final ServerChoices choices;
    private volatile Map<UUID, Offered> known = Map.of();

    R2dbcSnapshotReader(DatabaseClient database, ServerChoices choices) {
        this.database = database;
        this.choices = choices;
    }

    @Override
    public Mono<Snapshot> read() {
        return Mono.zip(gateways(), servers(), features()).map(read -> {
            known = read.getT3();
            return new Snapshot(read.getT1(), read.getT2(), read.getT3().values());
        });
    }

    private Mono<List<Gateway>> gateways() {
        return database.sql(GATEWAYS).map(GatewayRow::gateway).all().collectList();
    }

    private Mono<List<Server>> servers() {
        return database.sql(SERVERS).map(ServerRow::server).all().collectList().zipWith(choices.all(), ServerRow::with);
    }

    private Mono<Map<UUID, Offered>> features() {
        return database.sql(FEATURES)
                .map(row -> Offered.of(row, ""))
                .all()
                .collectList()
                .publishOn(Schedulers.parallel())
                .flatMap(this::described);
    }

    private Mono<Map<UUID, Offered>> described(List<Offered> rows) {
        var before = known;
        var offered = new HashMap<UUID, Offered>();
        var unknown = new ArrayList<UUID>();
        for (Offered row : rows) {
            Offered described = before.get(row.id());
            if (row.gone()) {
                offered.put(row.id(), row);
            } else if (described != null && !described.gone() && row.describes(described)) {
                offered.put(row.id(), row.with(described));
            } else {
                unknown.add(row.id());
            }
        }
        return Flux.fromIterable(unknown)
                .buffer(DEFINITIONS_AT_ONCE)
                .concatMap(this::definitions)
                .collect(() -> offered, (all, one) -> all.put(one.id(), one));
    }

    private Flux<Offered> definitions(List<UUID> ids) {
        return database.sql(DEFINITIONS)
                .bind("ids", ids.toArray(UUID[]::new))
                .map(row -> Offered.of(row, Columns.get(row, "definition", String.class)))
                .all();
    }
}
