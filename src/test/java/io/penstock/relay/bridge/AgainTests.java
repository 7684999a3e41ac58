package io.penstock.relay.bridge;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class AgainTests {

    private static final Duration SHORT = Duration.ofMillis(1);

    private final Deque<Flux<String>> streams = new ArrayDeque<>();

    private StepVerifier.FirstStep<String> listening(List<Flux<String>> script) {
        streams.addAll(script);
        return StepVerifier.withVirtualTime(() -> Again.on(
                Flux.defer(() -> streams.isEmpty() ? Flux.<String>never().startWith("last") : streams.removeFirst())));
    }

    @Test
    void whatEndsOrFailsIsAskedAgainMoreAndMoreSeldom() {
        listening(List.of(Flux.empty(), Flux.error(new IllegalStateException("away")), Flux.empty()))
                .expectSubscription()
                .expectNoEvent(Duration.ofSeconds(7).minus(SHORT)) // 1 s, 2 s and 4 s
                .thenAwait(SHORT)
                .expectNext("last")
                .thenCancel()
                .verify();
    }

    @Test
    void aStreamOnWhichSomethingWasSaidIsSoonAskedForAgain() {
        listening(List.of(Flux.empty(), Flux.empty(), Flux.just("a")))
                .thenAwait(Duration.ofSeconds(3))
                .expectNext("a")
                .expectNoEvent(Duration.ofSeconds(1).minus(SHORT))
                .thenAwait(SHORT)
                .expectNext("last")
                .thenCancel()
                .verify();
    }

    @Test
    void soIsASilentOneThatLasted() {
        Flux<String> silent =
                Flux.defer(() -> Mono.delay(Duration.ofSeconds(31)).thenMany(Flux.empty()));
        listening(List.of(Flux.empty(), Flux.empty(), silent))
                .expectSubscription()
                .expectNoEvent(Duration.ofSeconds(1 + 2 + 31 + 1).minus(SHORT))
                .thenAwait(SHORT)
                .expectNext("last")
                .thenCancel()
                .verify();
    }

    @Test
    void nobodyIsAskedMoreSeldomThanEveryFiveMinutes() {
        listening(Collections.nCopies(12, Flux.empty()))
                .expectSubscription()
                .expectNoEvent(
                        Duration.ofSeconds(511 + 3 * 300).minus(SHORT)) // 1 s to 256 s, and three times the longest
                .thenAwait(SHORT)
                .expectNext("last")
                .thenCancel()
                .verify();
    }
}
