package io.penstock.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class CutTests {

    private final Cut cut = new Cut();
    private final IllegalStateException reason = new IllegalStateException("enough");

    private void isTheReason(Throwable error) {
        assertThat(error).isSameAs(reason);
    }

    @Test
    void workThatIsNotCutOffGoesOnToItsEnd() {
        StepVerifier.create(cut.over(Mono.just("done"))).expectNext("done").verifyComplete();
        StepVerifier.create(cut.over(Mono.empty())).verifyComplete();
        StepVerifier.create(cut.over(Mono.error(reason))).verifyErrorSatisfies(this::isTheReason);
        assertThat(cut.why()).isNull();
    }

    @Test
    void workThatIsCutOffIsCancelledAndItsReaderTold() {
        var work = TestPublisher.<String>create();

        StepVerifier.create(cut.over(work.mono())).then(() -> cut.off(reason)).verifyErrorSatisfies(this::isTheReason);

        work.assertCancelled();
        assertThat(cut.why()).isSameAs(reason);
    }

    @Test
    void aStreamEndsWhereItIs() {
        var stream = TestPublisher.<String>create();

        StepVerifier.create(cut.over(stream.flux()))
                .then(() -> stream.next("one"))
                .expectNext("one")
                .then(() -> cut.off(reason))
                .verifyErrorSatisfies(this::isTheReason);

        stream.assertCancelled();
    }

    @Test
    void whatWorkGaveAtOnceIsCutOffInItsPlace() {
        StepVerifier.create(cut.over(Mono.just("at once")).flatMapMany(_ -> cut.over(Flux.never())))
                .then(() -> cut.off(reason))
                .expectErrorSatisfies(this::isTheReason)
                .verify(Duration.ofSeconds(20));
    }

    @Test
    void workThatBeginsLaterEndsAtOnceForTheFirstReason() {
        cut.off(reason);
        cut.off(new IllegalStateException("another"));

        StepVerifier.create(cut.over(Mono.never())).verifyErrorSatisfies(this::isTheReason);
        StepVerifier.create(cut.over(Mono.never().flux())).verifyErrorSatisfies(this::isTheReason);
    }

    @Test
    void whoHasLeftIsToldNothing() {
        StepVerifier.create(cut.over(Mono.never())).thenCancel().verify();

        cut.off(reason);

        assertThat(cut.why()).isSameAs(reason);
    }
}
