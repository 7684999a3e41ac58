package io.penstock.relay.resume;

import io.penstock.store.Sweep;
import io.penstock.store.Transactions;
import io.penstock.store.sealed.SealedColumn;
import io.penstock.store.sealed.SealedColumns;
import io.penstock.vault.Vault;
import io.r2dbc.spi.Readable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The log in the database; what upstreams said is sealed there, for its stream and place. */
@Component
final class R2dbcEventLog implements EventLog, SealedColumns {

    /** How many are forgotten at a time, each with all its events. */
    private static final int STREAMS = 100;

    private static final String OPEN = """
            INSERT INTO streams (id, session_key, request_id, alive_until)
            VALUES ($1, $2, $3, CURRENT_TIMESTAMP + INTERVAL '1' SECOND * CAST($4 AS BIGINT))""";

    /** Nothing is appended behind an end, whoever wrote it. */
    private static final String APPEND = """
            INSERT INTO stream_events (stream_id, seq, sealed)
            SELECT s.id, CAST($2 AS INTEGER), CAST($3 AS BYTEA) FROM streams s WHERE s.id = $1 AND NOT s.ended""";

    private static final String END = "UPDATE streams SET ended = TRUE WHERE id = $1 AND NOT ended";
    private static final String KEEP_ALIVE =
            "UPDATE streams SET alive_until = CURRENT_TIMESTAMP + INTERVAL '1' SECOND * CAST($2 AS BIGINT) WHERE id = ANY($1)";
    private static final String FIND = """
            SELECT id, session_key, request_id, ended, alive_until >= CURRENT_TIMESTAMP AS alive
            FROM streams WHERE id = $1""";

    private static final int MOST_ENTRIES = 100;

    /** As many as come to about 256 KiB, and at least one; each with how many there were to choose from. */
    private static final String PAGE = """
            SELECT seq, sealed, there FROM (
                SELECT seq, sealed, COUNT(*) OVER () AS there,
                    SUM(OCTET_LENGTH(sealed)) OVER (ORDER BY seq) - OCTET_LENGTH(sealed) AS taken
                FROM (SELECT seq, sealed FROM stream_events WHERE stream_id = $1 AND seq > $2 ORDER BY seq LIMIT %d) few
            ) counted WHERE taken < 262144 ORDER BY seq""".formatted(MOST_ENTRIES);

    private static final String GOES_ON =
            "SELECT EXISTS (SELECT 1 FROM stream_events WHERE stream_id = $1 AND seq > $2) AS more";

    private static final String DEAD =
            "UPDATE streams SET ended = TRUE WHERE id = $1 AND NOT ended AND alive_until < CURRENT_TIMESTAMP";
    private static final String LAST = "SELECT COALESCE(MAX(seq), 0) AS last FROM stream_events WHERE stream_id = $1";
    private static final String INSERT = "INSERT INTO stream_events (stream_id, seq, sealed) VALUES ($1, $2, $3)";

    /** Counted from its end, or from when its replica was gone: a call may take longer than that. The first condition has an index. */
    private static final String FORGET = Sweep.batch("streams", "id", """
            created_at < CURRENT_TIMESTAMP - INTERVAL '1' SECOND * CAST($1 AS BIGINT)
            AND alive_until < CURRENT_TIMESTAMP - INTERVAL '1' SECOND * CAST($1 AS BIGINT)""", STREAMS);

    private final DatabaseClient client;
    private final Transactions transactions;
    private final Vault vault;

    R2dbcEventLog(DatabaseClient client, Transactions transactions, Vault vault) {
        this.client = client;
        this.transactions = transactions;
        this.vault = vault;
    }

    @Override
    public List<SealedColumn> sealedColumns() {
        return List.of(new SealedColumn.Passing("stream_events", "sealed", false));
    }

    @Override
    public Mono<Void> open(UUID stream, String sessionKey, String requestId, Duration alive) {
        return client.sql(OPEN)
                .bind(0, stream)
                .bind(1, sessionKey)
                .bind(2, requestId)
                .bind(3, alive.toSeconds())
                .fetch()
                .rowsUpdated()
                .then();
    }

    @Override
    public Mono<Void> append(UUID stream, Entry entry, boolean last) {
        Mono<Void> event = client.sql(APPEND)
                .bind(0, stream)
                .bind(1, entry.seq())
                .bind(2, sealed(stream, entry))
                .fetch()
                .rowsUpdated()
                .flatMap(rows -> rows == 1 ? Mono.empty() : Mono.error(new GivenUp()));
        return last ? transactions.run(event.then(ended(END, stream)).then()) : event;
    }

    @Override
    public Mono<Void> end(UUID stream) {
        return ended(END, stream).then();
    }

    private Mono<Boolean> ended(String how, UUID stream) {
        return client.sql(how).bind(0, stream).fetch().rowsUpdated().map(rows -> rows == 1);
    }

    @Override
    public Mono<Void> keepAlive(Collection<UUID> streams, Duration alive) {
        return client.sql(KEEP_ALIVE)
                .bind(0, streams.toArray(UUID[]::new))
                .bind(1, alive.toSeconds())
                .fetch()
                .rowsUpdated()
                .then();
    }

    @Override
    public Mono<Stream> find(UUID stream) {
        return client.sql(FIND)
                .bind(0, stream)
                .map(row -> new Stream(
                        get(row, "id", UUID.class),
                        get(row, "session_key", String.class),
                        get(row, "request_id", String.class),
                        get(row, "ended", Boolean.class),
                        get(row, "alive", Boolean.class)))
                .one();
    }

    @Override
    public Flux<Entry> after(UUID stream, int seq) {
        return Flux.defer(() -> {
            var last = new AtomicReference<>(new Page(seq, List.of(), false));
            return Mono.defer(() -> page(stream, last.get().end()))
                    .doOnNext(last::set)
                    .flatMapIterable(Page::entries)
                    .repeat(() -> last.get().more());
        });
    }

    /**
     * Some of what comes after a place.
     *
     * @param end the last place in it; the one before where it is empty
     */
    private record Page(int end, List<Entry> entries, boolean more) {}

    private record Counted(Entry entry, long there) {}

    private Mono<Page> page(UUID stream, int after) {
        return client.sql(PAGE)
                .bind(0, stream)
                .bind(1, after)
                .map(row -> new Counted(
                        opened(stream, get(row, "seq", Integer.class), get(row, "sealed", byte[].class)),
                        get(row, "there", Long.class)))
                .all()
                .collectList()
                .map(read -> page(after, read));
    }

    private static Page page(int after, List<Counted> read) {
        if (read.isEmpty()) {
            return new Page(after, List.of(), false);
        }
        Counted last = read.getLast();
        boolean more = last.there() > read.size() || read.size() == MOST_ENTRIES;
        return new Page(last.entry().seq(), read.stream().map(Counted::entry).toList(), more);
    }

    @Override
    public Mono<Boolean> goesOnAfter(UUID stream, int seq) {
        return client.sql(GOES_ON)
                .bind(0, stream)
                .bind(1, seq)
                .map(row -> get(row, "more", Boolean.class))
                .one();
    }

    @Override
    public Mono<Boolean> giveUp(UUID stream, String message) {
        return transactions.run(
                ended(DEAD, stream).flatMap(won -> won ? last(stream, message).thenReturn(true) : Mono.just(false)));
    }

    private Mono<Void> last(UUID stream, String message) {
        return client.sql(LAST)
                .bind(0, stream)
                .map(row -> get(row, "last", Integer.class))
                .one()
                .map(last -> new Entry(last + 1, message))
                .flatMap(entry -> client.sql(INSERT)
                        .bind(0, stream)
                        .bind(1, entry.seq())
                        .bind(2, sealed(stream, entry))
                        .fetch()
                        .rowsUpdated())
                .then();
    }

    @Override
    public Mono<Void> forget(Duration older) {
        return Sweep.all(client.sql(FORGET).bind(0, older.toSeconds()));
    }

    private byte[] sealed(UUID stream, Entry entry) {
        return vault.seal(entry.message().getBytes(StandardCharsets.UTF_8), context(stream, entry.seq()));
    }

    private Entry opened(UUID stream, int seq, byte[] sealed) {
        try {
            return new Entry(seq, new String(vault.open(sealed, context(stream, seq)), StandardCharsets.UTF_8));
        } catch (Vault.SealBroken e) {
            throw new IllegalStateException("An event of stream " + stream + " does not open", e);
        }
    }

    private static String context(UUID stream, int seq) {
        return "stream_events|sealed|" + stream + "|" + seq;
    }

    private static <T> T get(Readable row, String column, Class<T> type) {
        return Objects.requireNonNull(row.get(column, type), column);
    }
}
