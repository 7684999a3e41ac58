package io.penstock.mcp.line;

import io.penstock.wire.SseEvent;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class OutboxTests {

    private static final SseEvent LARGE = SseEvent.message("x".repeat(600 * 1024));

    @Test
    void aReaderWhoKeepsUpGetsEverything() {
        StepVerifier.create(Outbox.of(Flux.range(0, 10_000).map(i -> SseEvent.message("m" + i))))
                .expectNextCount(10_000)
                .verifyComplete();
    }

    @Test
    void aReaderWhoLagsBehindLosesTheLineAtOnce() {
        var messages = TestPublisher.<SseEvent>create();

        StepVerifier.create(Outbox.of(messages.flux()), 1)
                .then(() -> {
                    for (int i = 0; i <= Outbox.MOST; i++) {
                        messages.next(SseEvent.message("m"));
                    }
                })
                .expectNextCount(1)
                .then(messages::assertSubscribers)
                .then(() -> messages.next(SseEvent.message("one too many")))
                .verifyError(TooSlow.class);

        messages.assertCancelled();
    }

    @Test
    void soDoesOneForWhomTooMuchWaits() {
        StepVerifier.create(Outbox.of(Flux.just(LARGE, LARGE).concatWith(Flux.never())), 0)
                .verifyError(TooSlow.class);
    }

    @Test
    void aMessageOfAnySizeMayWaitAlone() {
        var huge = SseEvent.message("x".repeat(3 * 1024 * 1024));

        StepVerifier.create(Outbox.of(Flux.just(huge)), 0)
                .thenRequest(1)
                .expectNext(huge)
                .verifyComplete();
    }
}
