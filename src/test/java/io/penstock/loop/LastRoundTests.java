package io.penstock.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import reactor.core.publisher.Mono;

class LastRoundTests {

    @Test
    void itIsDoneOnceWhenTheApplicationStops() {
        var done = new AtomicInteger();
        var rounds = new RunningRounds();
        var last = new LastRound("test", Mono.fromRunnable(done::incrementAndGet), rounds);

        last.start();
        assertThat(last.isRunning()).isTrue();
        assertThat(done).hasValue(0);
        last.stop();

        await().untilAsserted(() -> assertThat(done).hasValue(1));
        assertThat(last.isRunning()).isFalse();
        rounds.close();
    }

    /** Later ones stop first. */
    @Test
    void itComesAfterTheLastCallAndBeforeTheEndOfRounds() {
        int phase = new LastRound("test", Mono.empty(), new RunningRounds()).getPhase();

        assertThat(phase)
                .isLessThan(WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE)
                .isGreaterThan(LoopRounds.PHASE);
    }
}
