package io.penstock.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

@ExtendWith(OutputCaptureExtension.class)
class LoopRoundsTests {

    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final LoopRounds rounds = new LoopRounds(meters, time, Duration.ofSeconds(29));
    private final AtomicInteger runs = new AtomicInteger();
    private final AtomicBoolean stopped = new AtomicBoolean();

    @Test
    void nothingRunsBeforeTheApplicationStarts() {
        rounds.repeat("test", PAUSE, Mono.fromRunnable(runs::incrementAndGet));
        time.advanceTimeBy(PAUSE.multipliedBy(5));
        assertThat(runs).hasValue(0);

        rounds.start();
        time.advanceTime();

        assertThat(runs).hasValue(1);
    }

    @Test
    void aRoundComesAgainAfterThePauseAndAtMostATenthMore() {
        rounds.start();
        rounds.repeat("test", PAUSE, Mono.fromRunnable(runs::incrementAndGet));

        time.advanceTimeBy(PAUSE.minusMillis(1));
        assertThat(runs).hasValue(1);
        time.advanceTimeBy(Duration.ofMillis(1002));

        assertThat(runs).hasValue(2);
    }

    @Test
    void thePauseBeginsWhenTheRoundEnds() {
        rounds.start();
        rounds.repeat(
                "test", PAUSE, Mono.delay(PAUSE.multipliedBy(3), time).then(Mono.fromRunnable(runs::incrementAndGet)));

        time.advanceTimeBy(PAUSE.multipliedBy(6));
        assertThat(runs).hasValue(1);
        time.advanceTimeBy(PAUSE.multipliedBy(2));

        assertThat(runs).hasValue(2);
    }

    @Test
    void aFailedRoundIsCountedAndDoesNotStopTheNext() {
        rounds.start();
        rounds.repeat(
                "test",
                PAUSE,
                Mono.defer(() ->
                        runs.incrementAndGet() == 1 ? Mono.error(new java.io.IOException("away")) : Mono.empty()));

        time.advanceTimeBy(PAUSE.multipliedBy(2));

        assertThat(runs).hasValue(2);
        assertThat(count("failure")).isEqualTo(1);
        assertThat(count("success")).isEqualTo(1);
        assertThat(meters.get("penstock.rounds.duration")
                        .tag("name", "test")
                        .timer()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void aRoundThatThrowsInsteadOfEmittingDoesNotStopTheNext() {
        rounds.start();
        rounds.repeat("test", PAUSE, Mono.defer(() -> {
            runs.incrementAndGet();
            throw new IllegalStateException("bug");
        }));

        time.advanceTimeBy(PAUSE.multipliedBy(2));

        assertThat(runs).hasValue(2);
    }

    @Test
    void expectedFailuresAreALineAndBugsShowTheirStack(CapturedOutput output) {
        rounds.start();
        rounds.repeat("network", PAUSE, Mono.error(new java.io.IOException("connection refused")));
        time.advanceTime();
        assertThat(output)
                .contains("network failed: java.io.IOException: connection refused")
                .doesNotContain("\tat ");

        rounds.repeat("bug", PAUSE, Mono.error(new NullPointerException("oops")));
        time.advanceTime();

        assertThat(output).contains("bug failed", "\tat ");
    }

    @Test
    void stoppingCancelsARoundInItsMiddle() {
        AtomicBoolean cancelled = new AtomicBoolean();
        rounds.start();
        rounds.repeat("test", PAUSE, Mono.<Void>never().doOnCancel(() -> cancelled.set(true)));
        time.advanceTime();

        rounds.stop(() -> stopped.set(true));
        time.advanceTime();

        assertThat(cancelled).isTrue();
        assertThat(stopped).isTrue();
    }

    @Test
    void nothingRepeatsAfterTheStop() {
        rounds.start();
        rounds.repeat("test", PAUSE, Mono.fromRunnable(runs::incrementAndGet));
        time.advanceTime();

        rounds.stop(() -> stopped.set(true));
        time.advanceTimeBy(PAUSE.multipliedBy(5));

        assertThat(runs).hasValue(1);
    }

    @Test
    void detachedWorkStartsThoughNobodySubscribes() {
        var _ = rounds.detach("test", Mono.fromRunnable(runs::incrementAndGet));
        time.advanceTime();

        assertThat(runs).hasValue(1);
    }

    @Test
    void detachedWorkGivesItsResultItsErrorOrItsEmptinessOnce() {
        Mono<Integer> value = rounds.detach("value", Mono.fromCallable(runs::incrementAndGet));
        Mono<Integer> error = rounds.detach("error", Mono.error(new java.io.IOException("away")));
        Mono<Integer> empty = rounds.detach("empty", Mono.empty());
        time.advanceTime();

        StepVerifier.create(value).expectNext(1).verifyComplete();
        StepVerifier.create(value).expectNext(1).verifyComplete();
        StepVerifier.create(error).expectErrorMessage("away").verify();
        StepVerifier.create(empty).verifyComplete();
        assertThat(runs).hasValue(1);
    }

    @Test
    void detachedWorkOutlivesACancelledSubscriber() {
        Sinks.Empty<Void> upstream = Sinks.empty();
        Mono<Void> result = rounds.detach("test", upstream.asMono().doOnSuccess(done -> runs.incrementAndGet()));
        result.subscribe().dispose();
        time.advanceTime();

        upstream.emitEmpty(Sinks.EmitFailureHandler.FAIL_FAST);

        assertThat(runs).hasValue(1);
    }

    @Test
    void theStopWaitsForDetachedWorkAndForWhatThatDetaches() {
        Sinks.Empty<Void> first = Sinks.empty();
        Sinks.Empty<Void> second = Sinks.empty();
        var _ = rounds.detach("first", first.asMono().doOnSuccess(done -> {
            var _ = rounds.detach("second", second.asMono());
        }));
        time.advanceTime();
        rounds.start();

        rounds.stop(() -> stopped.set(true));
        first.emitEmpty(Sinks.EmitFailureHandler.FAIL_FAST);
        time.advanceTime();
        assertThat(stopped).isFalse();
        second.emitEmpty(Sinks.EmitFailureHandler.FAIL_FAST);

        assertThat(stopped).isTrue();
    }

    @Test
    void theStopDoesNotWaitForeverAndNamesWhatItLeft(CapturedOutput output) {
        var _ = rounds.detach("stuck", Mono.never());
        time.advanceTime();
        rounds.start();

        rounds.stop(() -> stopped.set(true));
        time.advanceTimeBy(Duration.ofSeconds(28));
        assertThat(stopped).isFalse();
        time.advanceTimeBy(Duration.ofSeconds(1));

        assertThat(stopped).isTrue();
        assertThat(output).contains("[stuck]");
    }

    @Test
    void roundsStopAfterTheWebServer() {
        List<Integer> phases = new ArrayList<>(List.of(
                rounds.getPhase(),
                org.springframework.boot.web.server.context.WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE));

        assertThat(phases).isSorted();
    }

    private double count(String outcome) {
        return meters.get("penstock.rounds")
                .tag("name", "test")
                .tag("outcome", outcome)
                .counter()
                .count();
    }
}
