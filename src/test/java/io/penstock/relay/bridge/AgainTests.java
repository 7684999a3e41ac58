package io.penstock.relay.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.wire.Refusal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.util.function.Tuples;

@ExtendWith(OutputCaptureExtension.class)
class AgainTests {

    private static Again.Pause next(Again.Pause pause, Duration lasted, long heard) {
        return pause.next(Tuples.of(pause.drawn().plus(lasted).toMillis(), heard));
    }

    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }

    @Test
    void whoSaysNothingIsAskedMoreAndMoreSeldomButEveryFiveMinutes() {
        assertThat(Stream.iterate(Again.Pause.NONE, pause -> next(pause, seconds(29), 0))
                        .limit(12)
                        .peek(pause -> assertThat(pause.drawn())
                                .isBetween(pause.longest().dividedBy(2), pause.longest()))
                        .map(pause -> pause.longest().toSeconds()))
                .containsExactly(0L, 1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 300L, 300L);
    }

    @Test
    void whoSaidSomethingOrStayedIsSoonAskedAgain() {
        var pause = new Again.Pause(seconds(64), seconds(33));

        assertThat(next(pause, Duration.ZERO, 1).longest()).isEqualTo(seconds(1));
        assertThat(next(pause, seconds(30), 0).longest()).isEqualTo(seconds(1));
        assertThat(next(pause, seconds(29), 0).longest()).isEqualTo(seconds(128));
    }

    @Test
    void aBugIsLoggedAndWhatAnUpstreamRefusesIsNot(CapturedOutput output) {
        Deque<Throwable> failures = new ArrayDeque<>(List.of(
                new Refusal(new Refusal.Reason.UpstreamFailed("refused", null)), new IllegalStateException("a bug")));
        StepVerifier.withVirtualTime(() -> Again.on(
                        Flux.defer(() -> failures.isEmpty() ? Flux.never() : Flux.error(failures.removeFirst()))))
                .expectSubscription()
                .thenAwait(seconds(1 + 2))
                .thenCancel()
                .verify();

        assertThat(failures).isEmpty();
        assertThat(output)
                .containsOnlyOnce("Listening to an upstream failed")
                .contains("IllegalStateException: a bug")
                .doesNotContain("refused");
    }

    @Test
    void anEndAndAFailureAreNoEndToWhoListens() {
        Deque<Flux<String>> streams = new ArrayDeque<>(
                List.of(Flux.empty(), Flux.just("a"), Flux.error(new IllegalStateException("away")), Flux.never()));
        StepVerifier.withVirtualTime(() -> Again.on(Flux.defer(streams::removeFirst)))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(499)) // half of a second at least
                .thenAwait(Duration.ofMillis(501))
                .expectNext("a")
                .thenAwait(seconds(1 + 2))
                .then(() -> assertThat(streams).isEmpty())
                .thenCancel()
                .verify();
    }
}
