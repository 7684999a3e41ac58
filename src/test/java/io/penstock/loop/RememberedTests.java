package io.penstock.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class RememberedTests {

    private static final Duration LONG = Duration.ofSeconds(10);

    private final RunningRounds rounds = new RunningRounds();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger reads = new AtomicInteger();
    private final Queue<Mono<String>> answers = new ArrayDeque<>();
    private final Remembered<String> remembered = new Remembered<>(
            "test",
            Mono.defer(() -> {
                reads.incrementAndGet();
                return answers.remove();
            }),
            _ -> Duration.ofHours(1),
            Duration.ofSeconds(30),
            nanos::get,
            rounds);

    @AfterEach
    void close() {
        rounds.close();
    }

    private void later(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private String get() {
        return remembered.get().block(LONG);
    }

    @Test
    void allWhoWaitGetWhatIsReadOnce() {
        Sinks.One<String> answer = Sinks.one();
        answers.add(answer.asMono());
        var waiting = Flux.range(0, 100)
                .flatMap(_ -> remembered.get(), 100)
                .collectList()
                .toFuture();

        answer.emitValue("one", Sinks.EmitFailureHandler.FAIL_FAST);

        assertThat(waiting.orTimeout(10, TimeUnit.SECONDS).join()).hasSize(100).containsOnly("one");
        assertThat(reads).hasValue(1);
    }

    @Test
    void whatIsOldHoldsWhileItIsReadAgain() {
        Sinks.One<String> second = Sinks.one();
        answers.add(Mono.just("one"));
        answers.add(second.asMono());
        assertThat(get()).isEqualTo("one");
        later(Duration.ofHours(2));

        assertThat(get()).isEqualTo("one");
        assertThat(get()).isEqualTo("one");
        second.emitValue("two", Sinks.EmitFailureHandler.FAIL_FAST);

        await().atMost(LONG).untilAsserted(() -> assertThat(get()).isEqualTo("two"));
        assertThat(reads).hasValue(2);
    }

    @Test
    void whatWasReadLastHoldsWhileItCannotBeRead() {
        answers.add(Mono.just("one"));
        answers.add(Mono.error(new IllegalStateException("down")));
        assertThat(get()).isEqualTo("one");
        later(Duration.ofHours(2));

        assertThat(get()).isEqualTo("one");
        await().atMost(LONG).untilAsserted(() -> assertThat(reads).hasValue(2));

        assertThat(get()).isEqualTo("one");
        assertThat(reads).hasValue(2);
    }

    @Test
    void aFailureIsToldToAllUntilItIsTriedAgain() {
        answers.add(Mono.error(new IllegalStateException("down")));
        answers.add(Mono.just("one"));

        StepVerifier.create(remembered.get()).expectErrorMessage("down").verify(LONG);
        StepVerifier.create(remembered.get()).expectErrorMessage("down").verify(LONG);
        assertThat(reads).hasValue(1);
        later(Duration.ofSeconds(31));

        assertThat(get()).isEqualTo("one");
    }
}
