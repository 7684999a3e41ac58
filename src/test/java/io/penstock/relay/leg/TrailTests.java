package io.penstock.relay.leg;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.relay.line.Heard;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** How long a stream is followed that its upstream closes before the response. */
class TrailTests {

    /** A stream that says where it is, stays open for so long and ends. */
    private static Mono<Long> stream(Trail trail, Duration open) {
        return Mono.fromRunnable(() -> {
                    trail.began();
                    trail.mark(new Heard.Mark("e-1", null));
                })
                .then(Mono.delay(open))
                .then(Mono.defer(() -> trail.next(new IllegalStateException("enough"))));
    }

    @Test
    void streamsThatAProxyClosesForTheirSilenceAreFollowed() {
        StepVerifier.withVirtualTime(() -> Mono.just(new Trail())
                        .flatMapMany(
                                trail -> stream(trail, Duration.ofSeconds(60)).repeat(59)))
                .thenAwait(Duration.ofMinutes(61))
                .expectNextCount(60)
                .verifyComplete();
    }

    @Test
    void noStreamIsFollowedByAnIdThatNoHeaderCanCarry() {
        var trail = new Trail();
        trail.mark(new Heard.Mark("e 1", null));
        assertThat(trail.last()).isEqualTo("e 1");

        for (String id : new String[] {"", " e", "e\u0001", "\u00e4"}) {
            trail.mark(new Heard.Mark(id, null));

            assertThat(trail.last()).as(id).isNull();
        }
    }

    @Test
    void streamsThatEndAtOnceAreNot() {
        StepVerifier.withVirtualTime(() -> Mono.just(new Trail())
                        .flatMapMany(
                                trail -> stream(trail, Duration.ofMillis(999)).repeat()))
                .thenAwait(Duration.ofMinutes(1))
                .expectNextCount(5)
                .verifyErrorMessage("enough");
    }
}
