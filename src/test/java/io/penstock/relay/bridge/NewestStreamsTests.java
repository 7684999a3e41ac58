package io.penstock.relay.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.relay.session.Session;
import io.penstock.wire.ProtocolVersion;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** The streams of one session on two replicas. */
class NewestStreamsTests {

    private static final Duration SOON = Duration.ofSeconds(5);

    private final SharedNotes notes = new SharedNotes();
    private final Session.Held session = session("key");
    private final NewestStreams here = new NewestStreams(notes.notes(), notes.rounds());
    private final NewestStreams there = new NewestStreams(notes.notes(), notes.rounds());

    private static Session.Held session(String key) {
        return new Session.Held("sealed", key, ProtocolVersion.V2025_11_25, "{}", null, Instant.MAX);
    }

    @Test
    void aStreamEndsWhereItsSessionHasANewerOneElsewhere() {
        StepVerifier.create(here.over(session, Flux.never()))
                .expectSubscription()
                .then(() -> {
                    var newer = there.over(session, Flux.never()).subscribe();
                    assertThat(newer.isDisposed()).isFalse();
                })
                .expectComplete()
                .verify(SOON);
    }

    @Test
    void theStreamsOfOtherSessionsGoOn() {
        var other = here.over(session("other"), Flux.never()).subscribe();
        var older = here.over(session, Flux.never()).subscribe();
        var newer = here.over(session, Flux.never()).subscribe();

        assertThat(older.isDisposed()).isTrue();
        assertThat(newer.isDisposed()).isFalse();
        assertThat(other.isDisposed()).isFalse();
    }

    @Test
    void aStreamIsThereThoughTheOthersCannotBeTold() {
        notes.lost = true;
        StepVerifier.create(here.over(session, Flux.just("said")))
                .expectNext("said")
                .expectComplete()
                .verify(SOON);
    }
}
