package io.penstock.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;

class BeatsTests {

    private static final Duration ROUND = Duration.ofSeconds(15);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Wheel wheel = new Wheel(time, () -> true, ROUND);

    @AfterEach
    void stop() {
        time.dispose();
    }

    private Flux<String> beating(Flux<String> source) {
        return new Beats<>(source, "beat", wheel);
    }

    @Test
    void aQuietStreamHasABeatARound() {
        StepVerifier.create(beating(Flux.never()))
                .then(() -> time.advanceTimeBy(ROUND))
                .expectNext("beat")
                .then(() -> time.advanceTimeBy(ROUND.multipliedBy(2)))
                .expectNext("beat", "beat")
                .thenCancel()
                .verify(PATIENCE);
    }

    @Test
    void theEndOfTheStreamIsTheEndOfItsBeat() {
        var source = TestPublisher.<String>create();

        StepVerifier.create(beating(source.flux()))
                .then(() -> source.next("a").complete())
                .expectNext("a")
                .expectComplete()
                .verify(PATIENCE);

        assertStandsStill();
    }

    /** Nobody sits on the wheel any more. */
    private void assertStandsStill() {
        time.advanceTimeBy(ROUND);
        long scheduled = time.getScheduledTaskCount();

        time.advanceTimeBy(ROUND);

        assertThat(time.getScheduledTaskCount()).isEqualTo(scheduled);
    }

    @Test
    void oneElementIsAskedForAtATimeAsTheReaderWantsIt() {
        var source = TestPublisher.<String>create();

        StepVerifier.create(beating(source.flux()), 0)
                .then(() -> source.assertMaxRequested(0))
                .thenRequest(2)
                .then(() -> source.assertMaxRequested(1))
                .then(() -> source.next("a"))
                .expectNext("a")
                .then(() -> source.assertMaxRequested(1))
                .thenCancel()
                .verify(PATIENCE);

        source.assertCancelled();
    }

    @Test
    void whoIsNotReadyGetsOneBeatHoweverManyThereWere() {
        List<String> came = new ArrayList<>();
        var reader = new BaseSubscriber<String>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {}

            @Override
            protected void hookOnNext(String element) {
                came.add(element);
            }
        };
        beating(Flux.never()).subscribe(reader);
        time.advanceTimeBy(ROUND.multipliedBy(5));

        reader.request(10);
        assertThat(came).hasSize(1);

        time.advanceTimeBy(ROUND);
        assertThat(came).hasSize(2);
        reader.cancel();
    }

    @Test
    void anElementThatWaitsGoesBeforeTheBeat() {
        var source = TestPublisher.<String>create();

        StepVerifier.create(beating(source.flux()), 1)
                .then(() -> time.advanceTimeBy(ROUND))
                .expectNext("beat") // took what the reader had asked the stream for
                .then(() -> source.next("a"))
                .then(() -> time.advanceTimeBy(ROUND))
                .thenRequest(2)
                .expectNext("a", "beat")
                .thenCancel()
                .verify(PATIENCE);
    }

    @Test
    void anErrorOvertakesWhatWaits() {
        var source = Sinks.many().unicast().<String>onBackpressureBuffer();

        StepVerifier.create(beating(source.asFlux()), 1)
                .then(() -> time.advanceTimeBy(ROUND))
                .expectNext("beat")
                .then(() -> source.tryEmitNext("lost").orThrow())
                .then(() ->
                        source.tryEmitError(new IllegalStateException("broken")).orThrow())
                .expectErrorMessage("broken")
                .verify(PATIENCE);
    }

    @Test
    void elementsFromOtherThreadsComeAllAndInOrder() {
        var elements = Flux.range(0, 100_000).map(String::valueOf).publishOn(Schedulers.parallel(), 1);
        StepVerifier.create(beating(elements).map(Integer::valueOf).collectList())
                .assertNext(all -> assertThat(all).hasSize(100_000).isSorted())
                .expectComplete()
                .verify(PATIENCE);
    }
}
