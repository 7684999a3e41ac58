package io.penstock.catalog.database;

import io.penstock.catalog.Cursor;
import io.penstock.catalog.GatewayEvent;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The history of gateways. Bounded, because upstreams decide how much happens. */
@Component
final class GatewayEvents {

    private static final int KEPT = 10_000;

    private static final String[] KINDS =
            Stream.of(GatewayEvent.Kind.values()).map(Enum::name).toArray(String[]::new);

    private static final String SELECT = "SELECT e.id, e.gateway_id, e.at, e.kind, e.detail FROM gateway_events e";

    /** Writes nothing where the gateway was deleted meanwhile. */
    private static final String INSERT = """
            INSERT INTO gateway_events (id, gateway_id, at, kind, detail)
            SELECT GEN_RANDOM_UUID(), g.id, CURRENT_TIMESTAMP, CAST(:kind AS VARCHAR), CAST(:detail AS VARCHAR)
            FROM gateways g WHERE g.id = :gateway
            """;

    private static final String INSERT_ALL = """
            INSERT INTO gateway_events (id, gateway_id, at, kind, detail)
            VALUES (GEN_RANDOM_UUID(), $1, CURRENT_TIMESTAMP, $2, $3)
            """;

    private static final String TRIM = """
            DELETE FROM gateway_events
            WHERE gateway_id = :gateway AND id IN (
                SELECT e.id FROM gateway_events e WHERE e.gateway_id = :gateway
                ORDER BY e.at DESC, e.id DESC OFFSET :kept ROWS)
            """;

    private final DatabaseClient database;

    GatewayEvents(DatabaseClient database) {
        this.database = database;
    }

    Mono<Void> add(UUID gateway, GatewayEvent.Kind kind, String detail) {
        return database.sql(INSERT)
                .bind("kind", kind.name())
                .bind("detail", detail)
                .bind("gateway", gateway)
                .then();
    }

    /** Adds many of one kind to a gateway that cannot be deleted meanwhile. */
    Mono<Void> addAll(UUID gateway, GatewayEvent.Kind kind, List<String> details) {
        return Batch.run(
                database,
                INSERT_ALL,
                details.stream()
                        .map(detail -> new Object[] {gateway, kind.name(), detail})
                        .toList());
    }

    /** Drops what is older than the newest {@value #KEPT}. */
    Mono<Void> trim(UUID gateway) {
        return database.sql(TRIM).bind("gateway", gateway).bind("kept", KEPT).then();
    }

    Flux<GatewayEvent> list(UUID gateway, int limit, @Nullable Cursor before) {
        return new Selection()
                .and("e.gateway_id = :of", "of", gateway)
                // a later version's replicas, which run beside this one or did before, have kinds of their own
                .and("e.kind = ANY(:kinds)", "kinds", KINDS)
                .before(before, "e", "at")
                .page(database, SELECT, "e", "at", limit)
                .map(row -> new GatewayEvent(
                        Columns.get(row, "id", UUID.class),
                        Columns.get(row, "gateway_id", UUID.class),
                        Columns.instant(row, "at"),
                        GatewayEvent.Kind.valueOf(Columns.get(row, "kind", String.class)),
                        Columns.get(row, "detail", String.class)))
                .all();
    }
}
