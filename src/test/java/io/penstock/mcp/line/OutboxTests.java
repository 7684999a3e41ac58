package io.penstock.mcp.line;

import io.penstock.wire.SseEvent;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class OutboxTests {

    private static final SseEvent LARGE = SseEvent.message("x".repeat(1100 * 1024));

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
                    for (int i = 0; i < 4; i++) {
                        messages.next(LARGE);
                    }
                })
                .expectNextCount(1)
                .then(messages::assertSubscribers)
                .then(() -> messages.next(LARGE))
                .verifyError(TooSlow.class);

        messages.assertCancelled();
    }

    @Test
    void soDoesOneForWhomTooMuchWaits() {
        StepVerifier.create(Outbox.of(Flux.just(LARGE, LARGE, LARGE, LARGE).concatWith(Flux.never())), 0)
                .verifyError(TooSlow.class);
    }

    /** As answers with images come, to calls that were made at once. */
    @Test
    void severalLargeOnesMayWait() {
        StepVerifier.create(Outbox.of(Flux.just(LARGE, LARGE, LARGE)), 0)
                .thenRequest(1)
                .expectNext(LARGE)
                .thenRequest(2)
                .expectNext(LARGE, LARGE)
                .verifyComplete();
    }

    @Test
    void aMessageOfAnySizeMayWaitAlone() {
        var huge = SseEvent.message("x".repeat(6 * 1024 * 1024));

        StepVerifier.create(Outbox.of(Flux.just(huge)), 0)
                .thenRequest(1)
                .expectNext(huge)
                .verifyComplete();
    }
}
