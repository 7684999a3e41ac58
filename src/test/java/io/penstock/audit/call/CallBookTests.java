package io.penstock.audit.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.audit.Trail.Outcome;
import io.penstock.audit.call.CallBook.Query;
import io.penstock.audit.call.CallBook.Recorded;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@ParameterizedClass
@EnumSource(Databases.class)
class CallBookTests {

    private final AtomicReference<Instant> now = new AtomicReference<>(Samples.HOUR.plusSeconds(10));
    private final Database database;
    private final R2dbcCallBook book;

    CallBookTests(Databases databases) {
        database = databases.fresh();
        book = replica();
    }

    private R2dbcCallBook replica() {
        var tallies = new Tallies(100, 100, now::get, new SimpleMeterRegistry());
        return new R2dbcCallBook(database.client(), database.transactions(), tallies, now::get, true);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void callsThatAreAlikeAreOneRowWithTheirNumber() {
        note(book, Samples.key("ann", "echo"), 2);
        note(book, Samples.key("ann", "echo"), 4);

        write(book);

        assertThat(all()).singleElement().satisfies(row -> {
            assertThat(row.calls()).isEqualTo(2);
            assertThat(row.micros()).isEqualTo(6_000);
            assertThat(row.maxMicros()).isEqualTo(4_000);
            assertThat(row.user()).isEqualTo("ann");
            assertThat(row.name()).isEqualTo("echo");
            assertThat(row.address()).isEqualTo("127.0.0.1");
            assertThat(row.claims()).isEqualTo("{}");
            assertThat(row.rules()).isEqualTo("allowed");
        });
    }

    @Test
    void moreCallsAreAddedToTheirRow() {
        note(book, Samples.key("ann", "echo"), 2);
        write(book);
        now.set(Samples.HOUR.plusSeconds(20));
        note(book, Samples.key("ann", "echo"), 2);

        write(book);
        write(book);

        assertThat(all()).singleElement().satisfies(row -> {
            assertThat(row.calls()).isEqualTo(2);
            assertThat(row.began()).isEqualTo(Samples.HOUR.plusSeconds(10));
            assertThat(row.last()).isEqualTo(Samples.HOUR.plusSeconds(20));
        });
    }

    @Test
    void replicasWriteRowsOfTheirOwn() {
        var other = replica();
        note(book, Samples.key("ann", "echo"), 1);
        note(other, Samples.key("ann", "echo"), 1);

        write(book);
        write(other);

        assertThat(all()).hasSize(2);
        assertThat(book.sums(new Query("ann", null, null, null, null, null)).block())
                .satisfies(
                        sums -> assertThat(Objects.requireNonNull(sums).calls()).isEqualTo(2));
    }

    @Test
    void whatCouldNotBeWrittenIsWrittenByTheNextRound() {
        note(book, Samples.key("ann", "echo"), 1);
        run(database.client().sql("ALTER TABLE recorded_calls RENAME TO away").then());
        assertThat(book.write().onErrorComplete(error -> true).materialize().block())
                .isNotNull();
        run(database.client().sql("ALTER TABLE away RENAME TO recorded_calls").then());

        write(book);

        assertThat(all()).hasSize(1);
    }

    @Test
    void aListIsNarrowedAndNewestFirst() {
        note(book, Samples.key("ann", "a"), 1);
        now.set(Samples.HOUR.plusSeconds(11));
        note(book, Samples.key("bob", "b"), 1);
        now.set(Samples.HOUR.plusSeconds(12));
        note(book, refused("ann", "c"), 1);
        write(book);

        assertThat(names(Query.ALL)).containsExactly("c", "b", "a");
        assertThat(names(new Query("ann", null, null, null, null, null))).containsExactly("c", "a");
        assertThat(names(new Query(null, null, Outcome.REFUSED, null, null, null)))
                .containsExactly("c");
        assertThat(names(new Query(null, "d1", null, Samples.HOUR.plusSeconds(11), null, null)))
                .containsExactly("c", "b");
        Recorded newest = all().getFirst();
        assertThat(names(new Query(null, null, null, null, newest.last(), newest.id())))
                .containsExactly("b", "a");
    }

    @Test
    void sumsTellRefusedCallsApart() {
        note(book, Samples.key("ann", "a"), 1);
        note(book, refused("ann", "a"), 1);
        write(book);

        var sums = Objects.requireNonNull(book.sums(Query.ALL).block());

        assertThat(sums.calls()).isEqualTo(2);
        assertThat(sums.refused()).isEqualTo(1);
        assertThat(sums.last()).isEqualTo(Samples.HOUR.plusSeconds(10));
    }

    @Test
    void thereMayBeNothingToSumUp() {
        var sums = Objects.requireNonNull(book.sums(Query.ALL).block());

        assertThat(sums.calls()).isZero();
        assertThat(sums.last()).isNull();
    }

    /** Callers write names; a database takes no NUL, and a terminal no escape. */
    @Test
    void whatCallersMakeUpIsWrittenHarmlessly() {
        note(book, Samples.key("ann", "a\u0000b\u001b[31m" + "\ud800"), 1);

        write(book);

        assertThat(all())
                .singleElement()
                .satisfies(row -> assertThat(row.name()).isEqualTo("a\\u{0}b\\u{1b}[31m\\u{d800}"));
    }

    @Test
    void nothingIsOnRecordNorMissedWhereNothingIsToBe() {
        var meters = new SimpleMeterRegistry();
        var tallies = new Tallies(100, 100, now::get, meters);
        var off = new R2dbcCallBook(database.client(), database.transactions(), tallies, now::get, false);

        note(off, Samples.key("ann", "echo"), 1);
        write(off);

        assertThat(all()).isEmpty();
        assertThat(meters.get("penstock.calls.unrecorded").counter().count()).isZero();
    }

    @Test
    void oldCallsAreDeletedAndNewOnesAreNotWhateverTheReplicaTakesForNow() {
        var today = Instant.now();
        now.set(today.minus(Duration.ofDays(31)));
        note(book, Samples.key("ann", "old"), 1);
        now.set(today.minus(Duration.ofDays(25)));
        note(book, Samples.key("ann", "new"), 1);
        write(book);
        now.set(today.plus(Duration.ofDays(365)));

        run(book.forget(Duration.ofDays(30)));

        assertThat(names(Query.ALL)).containsExactly("new");
    }

    private static CallKey refused(String user, String tool) {
        var key = Samples.key(user, tool);
        return new CallKey(
                key.hour(),
                key.user(),
                key.source(),
                key.credential(),
                InetAddress.getLoopbackAddress(),
                key.agent(),
                key.targetKind(),
                key.target(),
                key.method(),
                key.name(),
                Outcome.REFUSED,
                "no");
    }

    private static void note(CallBook book, CallKey key, int millis) {
        book.note(key, Duration.ofMillis(millis).toNanos(), () -> "{}", () -> Mono.just("allowed"));
    }

    private static void write(R2dbcCallBook book) {
        run(book.write());
    }

    private static void run(Mono<Void> work) {
        assertThat(work.materialize().block())
                .satisfies(end ->
                        assertThat(Objects.requireNonNull(end).isOnComplete()).isTrue());
    }

    private List<Recorded> all() {
        return Objects.requireNonNull(book.list(Query.ALL, 100).collectList().block());
    }

    private List<String> names(Query query) {
        return Objects.requireNonNull(Flux.from(book.list(query, 100))
                .map(Recorded::name)
                .collectList()
                .block());
    }
}
