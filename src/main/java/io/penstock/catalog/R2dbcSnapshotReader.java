package io.penstock.catalog;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Reads the snapshot from the database with two queries. */
@Component
final class R2dbcSnapshotReader implements SnapshotReader {

    private static final String GATEWAYS = "SELECT " + GatewayRow.COLUMNS + " FROM gateways g";

    /** Also what its upstream does not list at present: it may answer to the name all the same. */
    private static final String OFF = "SELECT gateway_id, kind, original_name FROM features WHERE NOT enabled";

    private final DatabaseClient database;

    R2dbcSnapshotReader(DatabaseClient database) {
        this.database = database;
    }

    @Override
    public Mono<Snapshot> read() {
        return Mono.zip(gateways(), off(), Snapshot::new);
    }

    private Mono<Map<UUID, Gateway>> gateways() {
        return database.sql(GATEWAYS).map(GatewayRow::gateway).all().collectMap(Gateway::id);
    }

    private Mono<Map<UUID, Set<Snapshot.Off>>> off() {
        return database.sql(OFF)
                .map(row -> Map.entry(
                        Columns.get(row, "gateway_id", UUID.class),
                        new Snapshot.Off(
                                Feature.Kind.valueOf(Columns.get(row, "kind", String.class)),
                                Columns.get(row, "original_name", String.class))))
                .all()
                .collect(
                        HashMap::new,
                        (off, row) -> off.computeIfAbsent(row.getKey(), _ -> new HashSet<>())
                                .add(row.getValue()));
    }
}
