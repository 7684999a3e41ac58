package io.penstock.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.loop.NoRounds;
import io.penstock.store.Changes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class MemoryCatalogTests {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Gateway gateway = Snapshots.gateway("a", Visibility.PUBLIC, null, true);
    private final Deque<Sinks.One<Snapshot>> reads = new ArrayDeque<>();
    private final Sinks.Many<Changes.Topic> topics = Sinks.many().unicast().onBackpressureBuffer();
    private final MemoryCatalog catalog = new MemoryCatalog(this::read, new Announced(topics.asFlux()), new NoRounds());

    /** A read that the test ends. */
    private Mono<Snapshot> read() {
        var read = Sinks.<Snapshot>one();
        reads.add(read);
        return read.asMono();
    }

    private void announce(Changes.Topic topic) {
        topics.emitNext(topic, Sinks.EmitFailureHandler.FAIL_FAST);
    }

    private void answer(Snapshot snapshot) {
        reads.getLast().emitValue(snapshot, Sinks.EmitFailureHandler.FAIL_FAST);
    }

    private void fail(String why) {
        reads.getLast().emitError(new IllegalStateException(why), Sinks.EmitFailureHandler.FAIL_FAST);
    }

    @Test
    void isEmptyAndNotReadyBeforeTheFirstRead() {
        assertThat(catalog.snapshot()).isSameAs(Snapshot.EMPTY);
        StepVerifier.create(catalog.ready())
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(20))
                .thenCancel()
                .verify();
    }

    @Test
    void aFailedReadLeavesTheSnapshotAsItIs() {
        var first = Snapshots.of(gateway);
        StepVerifier.create(catalog.refresh())
                .then(() -> answer(first))
                .expectNext(first)
                .verifyComplete();
        StepVerifier.create(catalog.ready()).verifyComplete();

        StepVerifier.create(catalog.refresh()).then(() -> fail("database gone")).verifyErrorMessage("database gone");

        assertThat(catalog.snapshot()).isSameAs(first);
        StepVerifier.create(catalog.refresh())
                .then(() -> answer(Snapshot.EMPTY))
                .expectNext(Snapshot.EMPTY)
                .verifyComplete();
    }

    @Test
    void whoAsksDuringAReadGetsOneThatBeginsAfterIt() {
        var old = Snapshots.of();
        var fresh = Snapshots.of(gateway);
        var first = catalog.refresh().toFuture();
        var second = catalog.refresh().toFuture();
        var third = catalog.refresh().toFuture();
        assertThat(reads).hasSize(1);

        answer(old);
        assertThat(first).isCompletedWithValue(old);
        assertThat(second).isNotDone();
        assertThat(reads).hasSize(2);
        answer(fresh);

        assertThat(second).isCompletedWithValue(fresh);
        assertThat(third).isCompletedWithValue(fresh);
        assertThat(reads).hasSize(2);
        assertThat(catalog.snapshot()).isSameAs(fresh);
    }

    @Test
    void theNextReadDoesNotFailWithTheOneBefore() {
        var first = catalog.refresh().toFuture();
        var second = catalog.refresh().toFuture();

        fail("database gone");
        assertThat(first).isCompletedExceptionally();
        answer(Snapshots.of(gateway));

        assertThat(second).isCompletedWithValue(catalog.snapshot());
        assertThat(catalog.snapshot().gateway(gateway.id())).isSameAs(gateway);
    }

    @Test
    void aReadGoesOnThoughWhoAskedForItHangsUp() {
        var asked = catalog.refresh().subscribe();
        asked.dispose();

        answer(Snapshots.of(gateway));

        assertThat(catalog.snapshot().gateway(gateway.id())).isSameAs(gateway);
    }

    @Test
    void manyAnnouncementsDuringAReadMakeOneMore() {
        var following = catalog.follow().subscribe();
        try {
            assertThat(reads).hasSize(1);
            announce(Changes.Topic.REVOCATIONS);
            for (int i = 0; i < 20; i++) {
                announce(i % 2 == 0 ? Changes.Topic.GATEWAYS : Changes.Topic.FEATURES);
            }
            assertThat(reads).hasSize(1);

            answer(Snapshot.EMPTY);
            assertThat(reads).hasSize(2);
            answer(Snapshots.of(gateway));

            assertThat(reads).hasSize(2);
            assertThat(catalog.snapshot().gateway(gateway.id())).isSameAs(gateway);
        } finally {
            following.dispose();
        }
    }

    @Test
    void followingEndsWithAFailedReadSoThatItIsBegunAgain() {
        StepVerifier.create(catalog.follow())
                .then(() -> answer(Snapshots.of(gateway)))
                .then(() -> announce(Changes.Topic.GATEWAYS))
                .then(() -> fail("database gone"))
                .expectErrorMessage("database gone")
                .verify(PATIENCE);

        assertThat(catalog.snapshot().gateway(gateway.id())).isSameAs(gateway);
    }

    @Test
    void aStartWithoutADatabaseFailsAndSaysWhy() {
        var unread = new MemoryCatalog(
                () -> Mono.error(new IllegalStateException("connection refused")),
                new Announced(topics.asFlux()),
                new NoRounds());

        assertThatThrownBy(unread::start)
                .hasMessageStartingWith("The gateways could not be read from the database")
                .hasMessageContaining("connection refused");

        assertThat(unread.isRunning()).isFalse();
    }

    @Test
    void isReadWhenTheStartIsOver() {
        var read = new MemoryCatalog(
                () -> Mono.just(Snapshots.of(gateway)), new Announced(topics.asFlux()), new NoRounds());

        read.start();

        assertThat(read.snapshot().gateway(gateway.id())).isSameAs(gateway);
        assertThat(read.isRunning()).isTrue();
    }

    private record Announced(Flux<Topic> announced) implements Changes {

        @Override
        public Mono<Void> announce(Topic topic) {
            return Mono.empty();
        }
    }
}
