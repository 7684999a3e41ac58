package io.penstock.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

@ParameterizedClass
@EnumSource(Databases.class)
class TransactionsTests {

    private static final Instant TIME = Instant.parse("2030-01-01T00:00:00.123456Z");

    private final Database database;
    private final AtomicInteger actions = new AtomicInteger();

    TransactionsTests(Databases databases) {
        database = databases.fresh();
    }

    @AfterEach
    void everyConnectionComesBack() {
        await().untilAsserted(() -> assertThat(acquired()).isZero());
        database.close();
    }

    @Test
    void whatCompletesIsCommittedWithItsValue() {
        StepVerifier.create(database.transactions().run(insert("a").thenReturn("value")))
                .expectNext("value")
                .verifyComplete();

        StepVerifier.create(count()).expectNext(1L).verifyComplete();
    }

    @Test
    void whatFailsIsRolledBack() {
        Mono<Void> failing = database.transactions().run(insert("a").then(Mono.error(new IllegalStateException("no"))));

        StepVerifier.create(failing).expectErrorMessage("no").verify();

        StepVerifier.create(count()).expectNext(0L).verifyComplete();
    }

    @Test
    void whatTheDatabaseRefusesIsRolledBackWhole() {
        Mono<Void> failing = database.transactions().run(insert("a").then(insert("a")));

        StepVerifier.create(failing).expectError().verify();

        StepVerifier.create(count()).expectNext(0L).verifyComplete();
    }

    @Test
    void whatHasBegunGoesOnThoughItsCallerLeaves() {
        Sinks.Empty<Void> left = Sinks.empty();
        Mono<Void> work = database.transactions()
                .run(insert("a")
                        .then(Mono.fromRunnable(actions::incrementAndGet))
                        .then(left.asMono())
                        .then(insert("b")));

        StepVerifier.create(work)
                .then(() -> await().untilAtomic(actions, org.hamcrest.Matchers.is(1)))
                .thenCancel()
                .verify();
        assertThat(left.tryEmitEmpty()).isEqualTo(Sinks.EmitResult.OK);

        await().untilAsserted(() -> StepVerifier.create(count()).expectNext(2L).verifyComplete());
        await().untilAsserted(() -> assertThat(acquired()).isZero());
    }

    @Test
    void aTransactionWithinOneJoinsIt() {
        Mono<Void> inner = database.transactions().run(insert("a"));

        StepVerifier.create(database.transactions().run(inner.then(Mono.error(new IllegalStateException("no")))))
                .expectErrorMessage("no")
                .verify();

        StepVerifier.create(count()).expectNext(0L).verifyComplete();
    }

    @Test
    void whatIsKeptForAfterTheCommitRunsThenOnce() {
        Mono<Void> work = database.transactions()
                .afterCommit(actions::incrementAndGet)
                .then(Mono.fromRunnable(() -> assertThat(actions).hasValue(0)));

        StepVerifier.create(database.transactions().run(insert("a").then(work))).verifyComplete();

        assertThat(actions).hasValue(1);
    }

    @Test
    void whatIsKeptForAfterTheCommitIsForgottenOnRollback() {
        Mono<Void> work = database.transactions()
                .afterCommit(actions::incrementAndGet)
                .then(Mono.error(new IllegalStateException("no")));

        StepVerifier.create(database.transactions().run(work))
                .expectErrorMessage("no")
                .verify();

        assertThat(actions).hasValue(0);
    }

    @Test
    void withoutATransactionItRunsAtOnce() {
        StepVerifier.create(database.transactions().afterCommit(actions::incrementAndGet))
                .verifyComplete();

        assertThat(actions).hasValue(1);
    }

    /** On threads that may not block, so that a driver that blocks would be an error. */
    @Test
    void noConnectionIsLostWhenTransactionsAreCancelledAtAnyMoment() {
        Mono<Void> work = database.transactions()
                .run(insert("storm").then(count()).then(Mono.error(new IllegalStateException("rolled back"))));

        cancelledAtAnyMoment(work);

        StepVerifier.create(count()).expectNext(0L).verifyComplete();
    }

    @Test
    void noConnectionIsLostWhenQueriesAreCancelledAtAnyMoment() {
        cancelledAtAnyMoment(count().then());
    }

    private void cancelledAtAnyMoment(Mono<Void> work) {
        Flux<Void> storm = Flux.range(0, 2000)
                .flatMap(
                        call -> work.subscribeOn(Schedulers.parallel())
                                .timeout(Duration.ofNanos(
                                        ThreadLocalRandom.current().nextLong(6_000_000)))
                                .onErrorComplete(),
                        50);

        StepVerifier.create(storm).expectComplete().verify(Duration.ofSeconds(60));

        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(acquired()).isZero());
        StepVerifier.create(Flux.range(0, 10).flatMap(all -> count(), 10))
                .expectNextCount(10)
                .verifyComplete();
    }

    private int acquired() {
        return database.connections().getMetrics().orElseThrow().acquiredSize();
    }

    private Mono<Void> insert(String digest) {
        return database.client()
                .sql("INSERT INTO revocations (digest, expires_at) VALUES ($1, $2)")
                .bind(0, digest)
                .bind(1, TIME)
                .fetch()
                .rowsUpdated()
                .then();
    }

    private Mono<Long> count() {
        return database.client()
                .sql("SELECT COUNT(*) FROM revocations")
                .map(row -> row.get(0, Long.class))
                .one();
    }
}
