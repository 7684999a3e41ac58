package io.penstock.audit.call;

import io.penstock.audit.Conditions;
import io.penstock.audit.Text;
import io.penstock.audit.Trail.Outcome;
import io.penstock.store.Sweep;
import io.penstock.store.Transactions;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Counts calls in memory, and writes the counts in rounds. */
final class R2dbcCallBook implements CallBook {

    private static final int BATCH = 200;

    private static final String COLUMNS =
            "id, began_at, last_at, user_email, source, credential, claims, address, agent,"
                    + " target_kind, target, method, name, outcome, reason, rules, calls, micros, max_micros";

    private static final String INSERT = "INSERT INTO recorded_calls (" + COLUMNS
            + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)"
            + " ON CONFLICT DO NOTHING";

    /** What was written already is never taken back, whichever of two rounds comes first. */
    private static final String UPDATE =
            "UPDATE recorded_calls SET last_at = $2, calls = $3, micros = $4, max_micros = $5"
                    + " WHERE id = $1 AND calls < $3";

    private static final String SUMS = """
            SELECT COALESCE(SUM(calls), 0) AS calls,
                   COALESCE(SUM(CASE WHEN outcome = 'REFUSED' THEN calls ELSE 0 END), 0) AS refused,
                   COALESCE(SUM(CASE WHEN outcome = 'FAILED' THEN calls ELSE 0 END), 0) AS failed,
                   COALESCE(SUM(micros), 0) AS micros,
                   COALESCE(MAX(max_micros), 0) AS max_micros,
                   MAX(last_at) AS last_at
            FROM recorded_calls""";

    private static final String FORGET = Sweep.batch(
            "recorded_calls", "id", "last_at < CURRENT_TIMESTAMP - INTERVAL '1' SECOND * CAST($1 AS BIGINT)");

    private final DatabaseClient database;
    private final Transactions transactions;
    private final Tallies tallies;
    private final InstantSource clock;
    private final boolean records;

    /** @param records whether calls are recorded at all */
    R2dbcCallBook(
            DatabaseClient database, Transactions transactions, Tallies tallies, InstantSource clock, boolean records) {
        this.database = database;
        this.transactions = transactions;
        this.tallies = tallies;
        this.clock = clock;
        this.records = records;
    }

    @Override
    public Instant hour() {
        return clock.instant().truncatedTo(ChronoUnit.HOURS);
    }

    @Override
    public void note(CallKey key, long nanos, Supplier<String> claims, Supplier<Mono<String>> rules) {
        if (!records) {
            return;
        }
        tallies.note(key, nanos, fresh -> new Tally(fresh, claims.get(), rules.get(), clock.millis()));
    }

    /** One round: writes what was counted since the last one. What could not be written is tried again by the next. */
    Mono<Void> write() {
        return Flux.defer(() -> Flux.fromIterable(tallies.unwritten()))
                .buffer(BATCH)
                .concatMap(batch -> transactions.run(
                        Flux.fromIterable(batch).concatMap(this::write).then()))
                .then(Mono.fromRunnable(tallies::forget));
    }

    private Mono<Void> write(Tally tally) {
        var sum = tally.sum();
        var statement = tally.isStored() ? Mono.just(update(tally, sum)) : insert(tally, sum);
        return statement
                .flatMap(prepared -> prepared.fetch().rowsUpdated())
                .then(transactions.afterCommit(() -> tally.written(sum)));
    }

    private GenericExecuteSpec update(Tally tally, Tally.Sum sum) {
        return database.sql(UPDATE)
                .bind(0, tally.id)
                .bind(1, sum.last())
                .bind(2, sum.calls())
                .bind(3, sum.micros())
                .bind(4, sum.maxMicros());
    }

    private Mono<GenericExecuteSpec> insert(Tally tally, Tally.Sum sum) {
        var key = tally.key;
        return tally.rules()
                .map(rules -> database.sql(INSERT)
                        .bind(0, tally.id)
                        .bind(1, sum.began())
                        .bind(2, sum.last())
                        .bind(3, Text.clean(key.user()))
                        .bind(4, key.source())
                        .bind(5, key.credential())
                        .bind(6, tally.claims)
                        .bind(7, key.address().getHostAddress())
                        .bind(8, Text.clean(key.agent()))
                        .bind(9, key.targetKind())
                        .bind(10, Text.clean(key.target()))
                        .bind(11, Text.clean(key.method()))
                        .bind(12, Text.clean(key.name()))
                        .bind(13, key.outcome().name())
                        .bind(14, Text.clean(key.reason()))
                        .bind(15, Text.clean(rules))
                        .bind(16, sum.calls())
                        .bind(17, sum.micros())
                        .bind(18, sum.maxMicros()));
    }

    /** One round: deletes what is older than it is kept, by the database's clock: a replica's may be wrong by years. */
    Mono<Void> forget(Duration keep) {
        return Mono.defer(() -> Sweep.all(database.sql(FORGET).bind(0, keep.toSeconds())));
    }

    @Override
    public Flux<Recorded> list(Query query, int limit) {
        var conditions = conditions(query);
        return conditions
                .bind(database.sql("SELECT " + COLUMNS + " FROM recorded_calls" + conditions.where()
                        + " ORDER BY last_at DESC, id DESC LIMIT " + limit))
                .map(R2dbcCallBook::recorded)
                .all();
    }

    @Override
    public Mono<Sums> sums(Query query) {
        var conditions = conditions(query);
        return conditions
                .bind(database.sql(SUMS + conditions.where()))
                .map(row -> new Sums(
                        number(row, "calls"),
                        number(row, "refused"),
                        number(row, "failed"),
                        number(row, "micros"),
                        number(row, "max_micros"),
                        row.get("last_at", Instant.class)))
                .one();
    }

    private static Conditions conditions(Query query) {
        return new Conditions()
                .equal("user_email", query.user())
                .equal("credential", query.credential())
                .equal(
                        "outcome",
                        query.outcome() == null ? null : query.outcome().name())
                .since("last_at", query.since())
                .before("last_at", query.beforeTime(), query.beforeId());
    }

    private static Recorded recorded(Readable row) {
        return new Recorded(
                some(row, "id", UUID.class),
                some(row, "began_at", Instant.class),
                some(row, "last_at", Instant.class),
                text(row, "user_email"),
                text(row, "source"),
                text(row, "credential"),
                text(row, "claims"),
                text(row, "address"),
                text(row, "agent"),
                text(row, "target_kind"),
                text(row, "target"),
                text(row, "method"),
                text(row, "name"),
                Outcome.valueOf(text(row, "outcome")),
                text(row, "reason"),
                text(row, "rules"),
                number(row, "calls"),
                number(row, "micros"),
                number(row, "max_micros"));
    }

    private static String text(Readable row, String column) {
        return some(row, column, String.class);
    }

    /** A sum of them is a number of another type. */
    private static long number(Readable row, String column) {
        return some(row, column, Number.class).longValue();
    }

    private static <T> T some(Readable row, String column, Class<T> type) {
        return Objects.requireNonNull(row.get(column, type), column);
    }
}
