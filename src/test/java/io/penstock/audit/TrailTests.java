package io.penstock.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.audit.Trail.Entry;
import io.penstock.audit.Trail.Outcome;
import io.penstock.audit.Trail.Query;
import io.penstock.audit.Trail.Recorded;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import io.penstock.store.Transactions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@ParameterizedClass
@EnumSource(Databases.class)
class TrailTests {

    private static final Query ALL = new Query(null, null, null, null, null, null, null, null);
    private static final Instant START = Instant.parse("2026-11-21T00:00:00.123456Z");

    private final Database database;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Notes notes = new Notes(10, meters);
    private final LogLines lines = new LogLines(Trail.class);
    private final AtomicLong ticks = new AtomicLong();
    private final R2dbcTrail trail;
    private long nanos;

    TrailTests(Databases databases) {
        database = databases.fresh();
        InstantSource ticking = () -> START.plusSeconds(ticks.getAndIncrement());
        trail = new R2dbcTrail(
                database.client(),
                database.transactions(),
                ticking.withZone(ZoneOffset.UTC),
                notes,
                new Few(2, "from the same network", () -> nanos),
                new Few(2, "of the same caller", () -> nanos));
    }

    @AfterEach
    void close() {
        lines.close();
        database.close();
    }

    @Test
    void anEntryIsReadAsItWasWritten() {
        Entry entry = new Entry(
                "alice@example.com", "jwt", "gateways.create", "gateway", "7", Outcome.SUCCESS, "detail", "c-1");

        StepVerifier.create(trail.record(entry).thenMany(trail.list(ALL, 10)))
                .assertNext(recorded -> {
                    assertThat(recorded.entry()).isEqualTo(entry);
                    assertThat(recorded.time()).isEqualTo(START);
                })
                .verifyComplete();
    }

    @Test
    void anEntryMayNameNoResourceAndNoDetail() {
        Entry entry = new Entry("anonymous", "anonymous", "gateways.list", "gateway", null, Outcome.REFUSED, null, "c");

        StepVerifier.create(trail.record(entry).thenMany(trail.list(ALL, 10)).map(Recorded::entry))
                .expectNext(entry)
                .verifyComplete();
    }

    @Test
    void anEntryIsRolledBackWithWhatItTellsOfAndNotLogged() {
        Mono<Void> failing = trail.record(entry("rolled-back")).then(Mono.error(new IllegalStateException("no")));

        StepVerifier.create(database.transactions().run(failing)).expectError().verify();

        StepVerifier.create(trail.list(ALL, 10)).verifyComplete();
        assertThat(lines.containing("rolled-back")).isEmpty();
    }

    @Test
    void listsNewestFirstAndPageByPage() {
        var _ = Flux.range(0, 5)
                .concatMap(i -> trail.record(entry("action-" + i)))
                .blockLast();

        List<Recorded> first = trail.list(ALL, 2).collectList().block();
        Recorded last = first.getLast();
        Query next = new Query(null, null, null, null, null, null, last.time(), last.id());

        assertThat(first).extracting(row -> row.entry().action()).containsExactly("action-4", "action-3");
        StepVerifier.create(trail.list(next, 10).map(row -> row.entry().action()))
                .expectNext("action-2", "action-1", "action-0")
                .verifyComplete();
    }

    @Test
    void whatFewEntriesHaveIsFoundWithoutReadingTheOthers() {
        var same = entry("same");
        var _ = Flux.range(0, 1000)
                .concatMap(_ -> trail.record(same))
                .then(database.client().sql("ANALYZE").then())
                .block();

        for (String column : List.of("user_email", "action", "resource_id")) {
            var conditions = new Conditions().equalText(column, "seldom");
            var plan = conditions
                    .bind(database.client()
                            .sql("EXPLAIN SELECT id FROM audit_trail" + conditions.where()
                                    + " ORDER BY created_at DESC, id DESC LIMIT 100"))
                    .map(row -> String.valueOf(row.get(0)))
                    .all()
                    .collect(Collectors.joining("\n"))
                    .block();
            assertThat(plan).containsIgnoringCase("audit_trail_of_");
        }
    }

    @Test
    void aTextThatFitsIntoNoIndexIsKeptAndFound() {
        String random = IntStream.range(0, 800)
                .mapToObj(_ -> UUID.randomUUID().toString())
                .collect(Collectors.joining());
        String email = random.substring(0, 8000);
        var entry = new Entry(email, "jwt", email, "gateway", email, Outcome.SUCCESS, null, "c");
        var like = new Entry(email + "x", "jwt", email, "gateway", email, Outcome.SUCCESS, null, "c");
        var query = new Query(email, email, null, email, null, null, null, null);

        StepVerifier.create(trail.record(like)
                        .then(trail.record(entry))
                        .thenMany(trail.list(query, 10))
                        .map(Recorded::entry))
                .expectNext(entry)
                .verifyComplete();
    }

    @Test
    void aPageEndsWithinEntriesOfTheSameTime() {
        var atOnce = new R2dbcTrail(
                database.client(),
                database.transactions(),
                Clock.fixed(START, ZoneOffset.UTC),
                notes,
                Trails.few(),
                Trails.few());
        var _ = Flux.range(0, 5)
                .concatMap(i -> atOnce.record(entry("action-" + i)))
                .blockLast();

        List<Recorded> all = trail.list(ALL, 10).collectList().block();
        Recorded second = all.get(1);
        Query next = new Query(null, null, null, null, null, null, second.time(), second.id());

        StepVerifier.create(trail.list(next, 10))
                .expectNextSequence(all.subList(2, 5))
                .verifyComplete();
    }

    @Test
    void everyFilterNarrows() {
        Entry other = new Entry("bob", "proxy", "tools.update", "tool", "t-1", Outcome.FAILED, null, "c-2");
        var _ = trail.record(entry("gateways.create")).then(trail.record(other)).block();

        assertThat(List.of(
                        new Query("bob", null, null, null, null, null, null, null),
                        new Query(null, "tools.update", null, null, null, null, null, null),
                        new Query(null, null, "tool", null, null, null, null, null),
                        new Query(null, null, null, "t-1", null, null, null, null),
                        new Query(null, null, null, null, Outcome.FAILED, null, null, null),
                        new Query(null, null, null, null, null, START.plusSeconds(1), null, null),
                        new Query("bob", "tools.update", "tool", "t-1", Outcome.FAILED, START, null, null)))
                .allSatisfy(query -> assertThat(trail.list(query, 10)
                                .map(Recorded::entry)
                                .collectList()
                                .block())
                        .containsExactly(other));
    }

    @Test
    void anInjectedFilterIsAValueAndNoSql() {
        var _ = trail.record(entry("a")).block();

        StepVerifier.create(trail.list(new Query("' OR '1'='1", null, null, null, null, null, null, null), 10))
                .verifyComplete();
    }

    @Test
    void aNoteIsWrittenByTheNextRound() {
        trail.note(entry("refused"));
        StepVerifier.create(trail.list(ALL, 10)).verifyComplete();

        StepVerifier.create(trail.writeNotes().thenMany(trail.list(ALL, 10)))
                .assertNext(row -> assertThat(row.entry().action()).isEqualTo("refused"))
                .verifyComplete();
        assertThat(notes.isEmpty()).isTrue();
    }

    /** It comes round five times a second. */
    @Test
    void aRoundWithNothingToWriteDoesNotAskTheDatabase() {
        var begun = new AtomicInteger();
        var counting = new Transactions() {
            @Override
            public <T> Mono<T> run(Mono<T> work) {
                begun.incrementAndGet();
                return database.transactions().run(work);
            }

            @Override
            public Mono<Void> afterCommit(Runnable action) {
                return database.transactions().afterCommit(action);
            }
        };
        var counted = new R2dbcTrail(database.client(), counting, Clock.systemUTC(), notes, Trails.few(), Trails.few());

        StepVerifier.create(counted.writeNotes()).verifyComplete();
        assertThat(begun).hasValue(0);

        counted.note(entry("refused"));
        StepVerifier.create(counted.writeNotes()).verifyComplete();
        assertThat(begun).hasValue(1);
    }

    @Test
    void whatTheDatabaseDidNotTakeIsWrittenLaterAndOnce() {
        trail.note(entry("refused"));
        var _ = database.client()
                .sql("ALTER TABLE audit_trail RENAME TO away")
                .fetch()
                .rowsUpdated()
                .block();
        StepVerifier.create(trail.writeNotes()).expectError().verify();

        var _ = database.client()
                .sql("ALTER TABLE away RENAME TO audit_trail")
                .fetch()
                .rowsUpdated()
                .block();
        StepVerifier.create(Flux.merge(trail.writeNotes(), trail.writeNotes())).verifyComplete();

        StepVerifier.create(trail.list(ALL, 10)).expectNextCount(1).verifyComplete();
    }

    /** Whoever has no credential would else fill the table, and the log, for nothing. */
    @Test
    void strangersOfOneNetworkMakeAFewEntriesAMinute() {
        for (int i = 0; i < 1000; i++) {
            trail.note(entry("stranger"), "192.0.2.7");
        }
        trail.note(entry("another"), "192.0.2.8");
        nanos += Duration.ofMinutes(1).toNanos();
        trail.note(entry("later"), "192.0.2.7");
        trail.note(entry("last"), "192.0.2.7");

        StepVerifier.create(trail.writeNotes().thenMany(trail.list(ALL, 100)).map(Recorded::entry))
                .assertNext(entry -> assertThat(entry).isEqualTo(entry("last")))
                .assertNext(entry -> {
                    assertThat(entry.action()).isEqualTo("later");
                    assertThat(entry.detail()).isEqualTo("998 more from the same network were left out before");
                })
                .expectNext(entry("another"), entry("stranger"), entry("stranger"))
                .verifyComplete();
        assertThat(lines.containing("stranger")).hasSize(2);
    }

    /** One token is enough to be refused as fast as one can send. */
    @Test
    void whatOneUserIsRefusedMakesAFewEntriesAMinute() {
        for (int i = 0; i < 1000; i++) {
            trail.note(refused("ann", "jwt"));
        }
        trail.note(refused("ann", "none"));
        trail.note(refused("bob", "jwt"));
        for (int i = 0; i < 4; i++) {
            trail.note(entry("done"));
        }
        nanos += Duration.ofMinutes(1).toNanos();
        trail.note(refused("ann", "jwt"));

        StepVerifier.create(trail.writeNotes().thenMany(trail.list(ALL, 100)).map(Recorded::entry))
                .assertNext(entry ->
                        assertThat(entry.detail()).isEqualTo("no; 998 more of the same caller were left out before"))
                .expectNext(entry("done"), entry("done"), entry("done"), entry("done"))
                .expectNext(refused("bob", "jwt"), refused("ann", "none"))
                .expectNext(refused("ann", "jwt"), refused("ann", "jwt"))
                .verifyComplete();
    }

    private static Entry refused(String user, String source) {
        return new Entry(user, source, "tools/call", "gateway", "7", Outcome.REFUSED, "no", "c-1");
    }

    @Test
    void whatAStrangerAsksForIsCut() {
        trail.note(
                new Entry("unknown", "none", "X".repeat(5000), "gateway", "7".repeat(5000), Outcome.REFUSED, "d", "c"),
                "192.0.2.7");

        StepVerifier.create(trail.writeNotes().thenMany(trail.list(ALL, 100)).map(Recorded::entry))
                .expectNext(new Entry(
                        "unknown", "none", "X".repeat(64), "gateway", "7".repeat(64), Outcome.REFUSED, "d", "c"))
                .verifyComplete();
    }

    @Test
    void whatDoesNotFitIsCountedAndToldOnce() {
        for (int i = 0; i < 13; i++) {
            trail.note(entry("noted"));
        }

        notes.tellDropped();
        notes.tellDropped();

        assertThat(meters.get("penstock.audit.dropped").counter().count()).isEqualTo(3);
        assertThat(lines.containing("3 entries of the audit trail are in this log alone"))
                .hasSize(1);
        StepVerifier.create(trail.writeNotes().thenMany(trail.list(ALL, 100)))
                .expectNextCount(10)
                .verifyComplete();
    }

    @Test
    void eachEntryIsOneLineOfTheLog() {
        Entry forged = new Entry(
                "mallory\r\nuser_email=\"admin",
                "jwt",
                "a\u0000b",
                "gateway",
                "\u202egnp",
                Outcome.REFUSED,
                null,
                "c-9");

        var _ = trail.record(forged).block();

        assertThat(lines.containing("mallory"))
                .singleElement()
                .asString()
                .contains(
                        "user_email=\"mallory\\\\u{d}\\\\u{a}user_email=\\\"admin\"",
                        "resource_type=\"gateway\"",
                        "resource_id=\"\\\\u{202e}gnp\"",
                        "action=\"a\\\\u{0}b\"",
                        "outcome=\"REFUSED\"",
                        "source=\"jwt\"",
                        "correlation_id=\"c-9\"");
    }

    @Test
    void aFieldIsCutAtEightKibibytes() {
        String tooLong = "é".repeat(8000);
        var _ = trail.record(new Entry("alice", "jwt", "a", "gateway", tooLong, Outcome.SUCCESS, null, "c"))
                .block(Duration.ofSeconds(10));

        StepVerifier.create(trail.list(ALL, 1).map(row -> row.entry().resourceId()))
                .expectNext("é".repeat(4096))
                .verifyComplete();
    }

    private static Entry entry(String action) {
        return new Entry("alice", "jwt", action, "gateway", "7", Outcome.SUCCESS, null, "c-1");
    }
}
