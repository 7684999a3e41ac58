package io.penstock.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class FeedTests {

    @Test
    void nothingIsAskedOfTheSourceBeforeSomebodyAsks() {
        var source = TestPublisher.<Integer>create();
        var feed = new Feed<>(source.flux());

        source.assertWasNotSubscribed();
        StepVerifier.create(feed.next())
                .then(() -> source.next(1))
                .expectNext(1)
                .verifyComplete();
        source.assertMaxRequested(1);
    }

    @Test
    void eachReaderGetsTheNextElementAndEveryOneAfterTheEndGetsNone() {
        var feed = new Feed<>(Flux.just(1, 2));

        StepVerifier.create(feed.next()).expectNext(1).verifyComplete();
        StepVerifier.create(feed.next()).expectNext(2).verifyComplete();
        StepVerifier.create(feed.next()).verifyComplete();
        StepVerifier.create(feed.next()).verifyComplete();
        assertThat(feed.isDisposed()).isTrue();
    }

    @Test
    void aReaderThatLeavesLosesNothing() {
        var source = TestPublisher.<Integer>create();
        var feed = new Feed<>(source.flux());
        feed.next().subscribe().dispose();

        source.next(1);

        StepVerifier.create(feed.next()).expectNext(1).verifyComplete();
        source.assertMaxRequested(1);
    }

    /** Whoever takes over asks while the one before is being cancelled, who may ask once more on another thread. */
    @Test
    void whoTakesOverIsNotForgottenWhereTheOneBeforeAsksOnceMoreAndLeaves() {
        var source = TestPublisher.<Integer>create();
        var feed = new Feed<>(source.flux());
        var heard = new ArrayList<Integer>();
        var _ = feed.next().subscribe(heard::add);
        var _ = feed.next().repeat(() -> !feed.isDisposed()).subscribe(heard::add);
        feed.next().subscribe().dispose();

        source.next(1, 2, 3);

        assertThat(heard).containsExactly(1, 2, 3);
        source.assertMaxRequested(1);
    }

    @Test
    void whoWaitsBehindAnotherIsToldOfTheEndToo() {
        var source = TestPublisher.<Integer>create();
        var feed = new Feed<>(source.flux());
        var ended = new ArrayList<String>();
        var _ = feed.next().subscribe(_ -> {}, _ -> {}, () -> ended.add("first"));
        var _ = feed.next().subscribe(_ -> {}, _ -> {}, () -> ended.add("second"));

        source.complete();

        assertThat(ended).containsExactly("first", "second");
    }

    @Test
    void aFailureIsEveryLaterReaders() {
        var feed = new Feed<>(Flux.<Integer>error(new IOException("broken")));

        StepVerifier.create(feed.next()).verifyErrorMessage("broken");
        StepVerifier.create(feed.next()).verifyErrorMessage("broken");
    }

    @Test
    void disposingCancelsTheSourceAndEndsWhoWaits() {
        var source = TestPublisher.<Integer>create();
        var feed = new Feed<>(source.flux());

        StepVerifier.create(feed.next()).then(feed::dispose).verifyComplete();

        source.assertCancelled();
    }

    @Test
    void aFeedDisposedBeforeItsFirstReaderNeverSubscribes() {
        var source = TestPublisher.<Integer>create();
        var feed = new Feed<>(source.flux());

        feed.dispose();

        StepVerifier.create(feed.next()).verifyComplete();
        source.assertWasNotSubscribed();
    }

    @Test
    void aLongSourceIsReadWithoutGrowingTheStack() {
        var feed = new Feed<>(Flux.range(0, 100_000));
        List<Integer> read = new ArrayList<>();

        StepVerifier.create(feed.next().repeat(() -> !feed.isDisposed()).doOnNext(read::add))
                .thenConsumeWhile(value -> true)
                .verifyComplete();

        assertThat(read).hasSize(100_000).isSorted();
    }
}
