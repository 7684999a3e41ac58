package io.penstock.catalog.database;

import io.penstock.catalog.Gateway;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** Reads a gateway's row for a change: nobody else changes it until the transaction ends. */
final class GatewayLocks {

    private static final String SELECT =
            "SELECT " + GatewayRow.COLUMNS + " FROM gateways g WHERE g.id = :id FOR UPDATE";

    private GatewayLocks() {}

    /** Empty where there is none. */
    static Mono<Gateway> any(DatabaseClient database, UUID id) {
        return database.sql(SELECT).bind("id", id).map(GatewayRow::gateway).one();
    }

    /** As {@link #any}. Error: {@code Stale} where {@code version} is not the current one. */
    static Mono<Gateway> at(DatabaseClient database, UUID id, long version) {
        return any(database, id).handle((stored, sink) -> {
            if (stored.version() == version) {
                sink.next(stored);
            } else {
                sink.error(new Refusal(new Reason.Stale("The gateway was changed meanwhile: its version is "
                        + stored.version() + ", not " + version + ". Read it again and repeat the change")));
            }
        });
    }
}
