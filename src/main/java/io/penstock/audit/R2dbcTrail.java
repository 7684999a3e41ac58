package io.penstock.audit;

import io.penstock.store.Transactions;
import io.r2dbc.spi.Readable;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The trail as rows, and each entry as a line of the log. */
final class R2dbcTrail implements Trail {

    static final String COLUMNS =
            "id, created_at, user_email, source, action, resource_type, resource_id, outcome, detail, correlation_id";

    /** Of what a stranger asks for. */
    private static final int LONGEST = 64;

    private final DatabaseClient client;
    private final Transactions transactions;
    private final Clock clock;
    private final Notes notes;
    private final Few ofStrangers;
    private final Few ofCallers;

    /**
     * @param ofStrangers what is kept of each network
     * @param ofCallers what is kept of each caller of what was not done
     */
    R2dbcTrail(
            DatabaseClient client,
            Transactions transactions,
            Clock clock,
            Notes notes,
            Few ofStrangers,
            Few ofCallers) {
        this.client = client;
        this.transactions = transactions;
        this.clock = clock;
        this.notes = notes;
        this.ofStrangers = ofStrangers;
        this.ofCallers = ofCallers;
    }

    @Override
    public Mono<Void> record(Entry entry) {
        Recorded recorded = recorded(entry);
        return insert(recorded).then(transactions.afterCommit(() -> AuditLog.write(recorded.entry())));
    }

    @Override
    public void note(Entry entry) {
        offer(
                entry.outcome() == Outcome.SUCCESS
                        ? entry
                        : ofCallers.kept(entry, List.of(entry.source(), entry.userEmail(), entry.outcome())));
    }

    @Override
    public void note(Entry entry, Object network) {
        offer(ofStrangers.kept(shortened(entry), network));
    }

    private void offer(@Nullable Entry kept) {
        if (kept != null) {
            notes.offer(recorded(kept));
        }
    }

    /** What a stranger asks for, and by which method, is any text. */
    private static Entry shortened(Entry entry) {
        return new Entry(
                entry.userEmail(),
                entry.source(),
                cut(entry.action()),
                entry.resourceType(),
                entry.resourceId() == null ? null : cut(entry.resourceId()),
                entry.outcome(),
                entry.detail(),
                entry.correlationId());
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    }

    /** One round: writes what was noted; of nothing the database hears nothing. What could not be written is tried again by the next one. */
    Mono<Void> writeNotes() {
        return Mono.defer(() -> write(notes.next()))
                .repeat(() -> !notes.isEmpty())
                .then();
    }

    private Mono<Void> write(List<Recorded> batch) {
        return batch.isEmpty()
                ? Mono.empty()
                : transactions
                        .run(Flux.fromIterable(batch).concatMap(this::insert).then())
                        .then(Mono.fromRunnable(() -> notes.written(batch)));
    }

    private Recorded recorded(Entry entry) {
        return new Recorded(UUID.randomUUID(), clock.instant().truncatedTo(ChronoUnit.MICROS), Text.clean(entry));
    }

    /** A note may be written by two rounds at once when the application stops. */
    private Mono<Void> insert(Recorded recorded) {
        Entry entry = recorded.entry();
        GenericExecuteSpec insert = client.sql("INSERT INTO audit_trail (" + COLUMNS
                        + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING")
                .bind(0, recorded.id())
                .bind(1, recorded.time())
                .bind(2, entry.userEmail())
                .bind(3, entry.source())
                .bind(4, entry.action())
                .bind(5, entry.resourceType())
                .bind(7, entry.outcome().name())
                .bind(9, entry.correlationId());
        return bound(bound(insert, 6, entry.resourceId()), 8, entry.detail())
                .fetch()
                .rowsUpdated()
                .then();
    }

    private static GenericExecuteSpec bound(GenericExecuteSpec statement, int index, @Nullable String value) {
        return value == null ? statement.bindNull(index, String.class) : statement.bind(index, value);
    }

    @Override
    public Flux<Recorded> list(Query query, int limit) {
        Conditions conditions = new Conditions()
                .equalText("user_email", query.userEmail())
                .equalText("action", query.action())
                .equal("resource_type", query.resourceType())
                .equalText("resource_id", query.resourceId())
                .equal(
                        "outcome",
                        query.outcome() == null ? null : query.outcome().name())
                .since("created_at", query.since())
                .before("created_at", query.beforeTime(), query.beforeId());
        return conditions
                .bind(client.sql("SELECT " + COLUMNS + " FROM audit_trail" + conditions.where()
                        + " ORDER BY created_at DESC, id DESC LIMIT " + limit))
                .map(R2dbcTrail::row)
                .all();
    }

    static Recorded row(Readable row) {
        return new Recorded(
                some(row, "id", UUID.class),
                some(row, "created_at", Instant.class),
                new Entry(
                        some(row, "user_email", String.class),
                        some(row, "source", String.class),
                        some(row, "action", String.class),
                        some(row, "resource_type", String.class),
                        row.get("resource_id", String.class),
                        Outcome.valueOf(some(row, "outcome", String.class)),
                        row.get("detail", String.class),
                        some(row, "correlation_id", String.class)));
    }

    private static <T> T some(Readable row, String column, Class<T> type) {
        return Objects.requireNonNull(row.get(column, type), column);
    }
}
