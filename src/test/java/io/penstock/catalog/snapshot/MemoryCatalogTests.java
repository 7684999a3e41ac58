package io.penstock.catalog.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.Visibility;
import io.penstock.loop.NoRounds;
import io.penstock.store.Changes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class MemoryCatalogTests {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Gateway gateway = Snapshots.gateway("a", Visibility.PUBLIC, null, true);
    private final Deque<Sinks.One<Snapshot>> reads = new ArrayDeque<>();
    private final List<Optional<Wanted>> wanted = new ArrayList<>();
    private final Sinks.Many<Changes.Notice> topics = Sinks.many().unicast().onBackpressureBuffer();
    private final MemoryCatalog catalog =
            new MemoryCatalog(new Asked(), new Announced(topics.asFlux(), new ArrayList<>()), new NoRounds());

    /** Reads that the test ends. */
    private final class Asked implements SnapshotReader {

        @Override
        public Mono<Snapshot> read(Snapshot before) {
            wanted.add(Optional.empty());
            return next();
        }

        @Override
        public Mono<Snapshot> read(Snapshot before, Wanted some) {
            wanted.add(Optional.of(some));
            return next();
        }

        private Mono<Snapshot> next() {
            var read = Sinks.<Snapshot>one();
            reads.add(read);
            return read.asMono();
        }
    }

    /** One that answers at once. */
    private record Answering(Mono<Snapshot> answer) implements SnapshotReader {

        @Override
        public Mono<Snapshot> read(Snapshot before) {
            return answer;
        }

        @Override
        public Mono<Snapshot> read(Snapshot before, Wanted some) {
            return answer;
        }
    }

    private void announce(Changes.Topic topic, UUID... rows) {
        topics.emitNext(new Changes.Notice(topic, Set.of(rows)), Sinks.EmitFailureHandler.FAIL_FAST);
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
    void onlyWhatIsSaidToHaveChangedIsReadAgain() {
        var following = catalog.follow().subscribe();
        var one = UUID.randomUUID();
        var two = UUID.randomUUID();
        var server = UUID.randomUUID();
        try {
            answer(Snapshots.of(gateway));
            announce(Changes.Topic.GATEWAYS, one);
            announce(Changes.Topic.FEATURES, two);
            announce(Changes.Topic.SERVERS, server);
            answer(Snapshots.of(gateway));
            answer(Snapshots.of(gateway));
            announce(Changes.Topic.GATEWAYS);

            assertThat(wanted)
                    .containsExactly(
                            Optional.empty(),
                            Optional.of(new Wanted(Set.of(one), Set.of(), Set.of(), Set.of(), Set.of())),
                            Optional.of(new Wanted(Set.of(two), Set.of(two), Set.of(server), Set.of(), Set.of())),
                            Optional.empty());
        } finally {
            following.dispose();
        }
    }

    @Test
    void whatCouldNotBeReadIsReadTheNextTime() {
        var changed = UUID.randomUUID();
        var id = UUID.randomUUID();
        var _ = catalog.refresh().subscribe();
        answer(Snapshot.EMPTY);
        catalog.heard(new Changes.Notice(Changes.Topic.FEATURES, Set.of(changed)));
        StepVerifier.create(catalog.refresh(List.of("told that it failed")))
                .then(() -> fail("database gone"))
                .verifyErrorMessage("database gone");

        var _ = catalog.refresh(List.of("Some Name", id.toString())).subscribe();

        assertThat(wanted.getLast())
                .contains(new Wanted(Set.of(changed), Set.of(changed), Set.of(), Set.of(id), Set.of("some-name")));
    }

    @Test
    void whatWasReadWithAnothersIsNotReadOnceMore() {
        var _ = catalog.refresh().subscribe();
        var second = catalog.refresh(List.of("a")).toFuture();
        answer(Snapshot.EMPTY);
        answer(Snapshots.of(gateway));

        assertThat(second).isCompletedWithValue(catalog.snapshot());
        StepVerifier.create(catalog.refresh(List.of()))
                .expectNext(catalog.snapshot())
                .verifyComplete();
        assertThat(wanted).hasSize(2);
    }

    @Test
    void moreChangesThanCanBeNamedAreAllOfIt() {
        var _ = catalog.refresh().subscribe();
        answer(Snapshot.EMPTY);

        var many = Stream.generate(UUID::randomUUID).limit(2001).collect(Collectors.toSet());
        catalog.heard(new Changes.Notice(Changes.Topic.GATEWAYS, many));
        var _ = catalog.refresh(List.of()).subscribe();

        assertThat(wanted.getLast()).isEmpty();
    }

    @Test
    void howeverMuchIsAskedForIsNeverAllOfIt() {
        var _ = catalog.refresh().subscribe();
        answer(Snapshot.EMPTY);

        var many =
                Stream.generate(() -> UUID.randomUUID().toString()).limit(5000).toList();
        var _ = catalog.refresh(many).subscribe();

        assertThat(wanted.getLast())
                .get()
                .extracting(Wanted::ids)
                .satisfies(ids -> assertThat(ids).hasSize(5000));
    }

    @Test
    void whoFollowsIsToldOnlyOfAnotherSnapshot() {
        var told = new ArrayList<Snapshot>();
        var following = catalog.snapshots().subscribe(told::add);
        var one = Snapshots.of(gateway);
        try {
            for (var next : List.of(one, one, Snapshot.EMPTY)) {
                var _ = catalog.refresh().subscribe();
                answer(next);
            }
        } finally {
            following.dispose();
        }

        assertThat(told).containsExactly(Snapshot.EMPTY, one, Snapshot.EMPTY);
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
                new Answering(Mono.error(new IllegalStateException("connection refused"))),
                new Announced(topics.asFlux(), new ArrayList<>()),
                new NoRounds());

        assertThatThrownBy(unread::start)
                .hasMessageStartingWith("The gateways could not be read from the database")
                .hasMessageContaining("connection refused");

        assertThat(unread.isRunning()).isFalse();
    }

    @Test
    void isReadWhenTheStartIsOver() {
        var read = new MemoryCatalog(
                new Answering(Mono.just(Snapshots.of(gateway))),
                new Announced(topics.asFlux(), new ArrayList<>()),
                new NoRounds());

        read.start();

        assertThat(read.snapshot().gateway(gateway.id())).isSameAs(gateway);
        assertThat(read.isRunning()).isTrue();
    }

    /** What is under way is decided again for what differs, and not each time that it was looked. */
    @Test
    void whatIsReadAndDoesNotDifferIsNotToldOf() {
        var told = new ArrayList<Changes.Topic>();
        var same = Snapshots.of(gateway);
        var read =
                new MemoryCatalog(new Answering(Mono.just(same)), new Announced(topics.asFlux(), told), new NoRounds());

        var _ = read.refresh().block(PATIENCE);
        assertThat(told).hasSize(1);
        var _ = read.refresh().block(PATIENCE);
        assertThat(told).hasSize(1);
    }

    /** @param told what was said to have come into use */
    private record Announced(Flux<Notice> notices, List<Topic> told) implements Changes {

        @Override
        public Mono<Void> announce(Notice notice) {
            return Mono.empty();
        }

        @Override
        public void swapped(Topic topic) {
            told.add(topic);
        }

        @Override
        public Flux<Topic> swaps() {
            return Flux.never();
        }
    }
}
