package io.penstock.catalog.database;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateways.Heard;
import io.penstock.store.Changes;
import io.penstock.store.Transactions;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Leases gateways to the replica that checks them; all times are the database's. */
@Component
final class DueGateways {

    private static final String DUE = """
            SELECT g.id FROM gateways g
            WHERE g.enabled AND g.next_check_at <= CURRENT_TIMESTAMP
              AND (g.lease_until IS NULL OR g.lease_until < CURRENT_TIMESTAMP)
            ORDER BY g.next_check_at LIMIT :limit
            FOR UPDATE SKIP LOCKED
            """;

    private static final String LEASE = """
            UPDATE gateways
            SET lease_owner = :replica, lease_until = CURRENT_TIMESTAMP + INTERVAL '0.001' SECOND * CAST(:millis AS BIGINT),
                lists_clock = lists_clock + 1
            WHERE id = ANY(:ids)
            """;

    private static final String LEASED =
            "SELECT " + GatewayRow.COLUMNS + " FROM gateways g WHERE g.id = ANY(:ids) ORDER BY g.next_check_at";

    /**
     * Lists that were said to change since their reading began are read once more; where nobody has set about it since, soon. Whoever claims a
     * gateway sets about it.
     */
    private static final String CHECKED = """
            UPDATE gateways
            SET healthy = :healthy, failures = :failures, last_error = :lastError, protocol_version = :protocolVersion,
                transport_in_use = :transportInUse, capabilities = :capabilities, server_info = :serverInfo,
                last_checked_at = CURRENT_TIMESTAMP,
                last_seen_at = CASE WHEN :answered THEN CURRENT_TIMESTAMP ELSE last_seen_at END,
                discovered_at = CASE WHEN lists_changed < CAST(:reading AS BIGINT) AND lists_read <= CAST(:reading AS BIGINT)
                    THEN CURRENT_TIMESTAMP ELSE discovered_at END,
                next_check_at = CASE WHEN lists_changed = lists_clock AND :answered THEN CURRENT_TIMESTAMP + INTERVAL '5' SECOND
                    ELSE CURRENT_TIMESTAMP + INTERVAL '0.001' SECOND * CAST(:millis AS BIGINT) END,
                lease_owner = NULL, lease_until = NULL
            WHERE id = :id AND url = :url AND transport = :transport AND auth_id = :auth
              AND (lease_owner IS NULL OR lease_owner = :replica OR lease_until < CURRENT_TIMESTAMP)
            """;

    /** At most once in five seconds, however often it is said: a discovery that is due already is due once. */
    private static final String STALE = """
            UPDATE gateways
            SET lists_clock = lists_clock + 1, lists_changed = lists_clock + 1, discovered_at = NULL,
                next_check_at = CASE WHEN discovered_at IS NULL THEN next_check_at
                    ELSE GREATEST(CURRENT_TIMESTAMP, discovered_at + INTERVAL '5' SECOND) END
            WHERE id = :id AND enabled AND lists_changed < lists_clock
            """;

    private static final String BEGIN = "UPDATE gateways SET lists_clock = lists_clock + 1 WHERE id = :id";

    private static final String CLOCK = "SELECT g.lists_clock FROM gateways g WHERE g.id = :id";

    private final DatabaseClient database;
    private final Transactions transactions;
    private final Changes changes;
    private final String replica;

    DueGateways(DatabaseClient database, Transactions transactions, Changes changes) {
        this.database = database;
        this.transactions = transactions;
        this.changes = changes;
        this.replica = UUID.randomUUID().toString();
    }

    Mono<List<Gateway>> claim(int limit, Duration lease) {
        return transactions.run(database.sql(DUE)
                .bind("limit", limit)
                .map(row -> Columns.get(row, "id", UUID.class))
                .all()
                .collectList()
                .filter(ids -> !ids.isEmpty())
                .flatMap(ids -> lease(ids.toArray(UUID[]::new), lease)));
    }

    private Mono<List<Gateway>> lease(UUID[] ids, Duration lease) {
        return database.sql(LEASE)
                .bind("replica", replica)
                .bind("millis", lease.toMillis())
                .bind("ids", ids)
                .then()
                .then(database.sql(LEASED)
                        .bind("ids", ids)
                        .map(GatewayRow::gateway)
                        .all()
                        .collectList());
    }

    Mono<Void> stale(UUID id) {
        return database.sql(STALE).bind("id", id).fetch().rowsUpdated().then();
    }

    Mono<Long> beginReading(UUID id) {
        var clock = database.sql(CLOCK)
                .bind("id", id)
                .map(row -> Columns.get(row, "lists_clock", Long.class))
                .one();
        return transactions.run(database.sql(BEGIN).bind("id", id).then().then(clock));
    }

    Mono<Boolean> checked(Gateway gateway, Gateway.Condition condition, Heard heard, Duration nextIn) {
        // times are no reason for every replica to read the row again
        Mono<Void> told = gateway.status().condition().equals(condition)
                ? Mono.empty()
                : changes.announce(Changes.Topic.GATEWAYS, gateway.id());
        return transactions.run(update(gateway, condition, heard, nextIn)
                .map(rows -> rows > 0)
                .delayUntil(written -> written ? told : Mono.empty()));
    }

    private Mono<Long> update(Gateway gateway, Gateway.Condition condition, Heard heard, Duration nextIn) {
        return database.sql(CHECKED)
                .bind("healthy", Columns.orNull(Boolean.class, condition.healthy()))
                .bind("failures", condition.failures())
                .bind("lastError", Columns.orNull(String.class, condition.lastError()))
                .bind("protocolVersion", Columns.orNull(String.class, condition.protocolVersion()))
                .bind("transportInUse", Columns.orNull(String.class, condition.transportInUse()))
                .bind("capabilities", Columns.orNull(String.class, condition.capabilities()))
                .bind("serverInfo", Columns.orNull(String.class, condition.serverInfo()))
                .bind("answered", heard.answered())
                .bind("reading", Columns.orNull(Long.class, heard.reading()))
                .bind("millis", nextIn.toMillis())
                .bind("id", gateway.id())
                .bind("url", gateway.url().toString())
                .bind("transport", gateway.transport().name())
                .bind("auth", gateway.auth().id())
                .bind("replica", replica)
                .fetch()
                .rowsUpdated();
    }
}
