package io.penstock.ingress.overload;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopPressureTests {

    private static final Reason SHORT = new Reason.Unavailable("memory", Duration.ofSeconds(5));

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Counter shed = new SimpleMeterRegistry().counter("shed");
    private boolean memoryIsShort;
    private long now;
    private final LoopPressure pressure = new LoopPressure(
            new LoopDelay(TimeUnit.MILLISECONDS.toNanos(25)),
            channel.eventLoop(),
            () -> now,
            () -> memoryIsShort ? SHORT : null,
            shed);

    LoopPressureTests() {
        channel.freezeTime();
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    /** The loop comes round so late, again and again. */
    private void late(int times, long millis) {
        for (int i = 0; i < times; i++) {
            long step = LoopPressure.PERIOD_NANOS + TimeUnit.MILLISECONDS.toNanos(millis);
            now += step;
            channel.advanceTimeBy(step, TimeUnit.NANOSECONDS);
            channel.runScheduledPendingTasks();
        }
    }

    private int refused(int calls) {
        int count = 0;
        for (int i = 0; i < calls; i++) {
            count += pressure.refuse() == null ? 0 : 1;
        }
        return count;
    }

    @Test
    void aLoopThatIsLateTurnsAPartOfTheCallsAwayAndCountsThem() {
        assertThat(refused(10)).isZero();

        late(90, 60);
        int refused = refused(100);

        assertThat(refused).isBetween(50, 99);
        assertThat(shed.count()).isEqualTo(refused);
    }

    @Test
    void nobodyLooksAtALoopThatIsNotAskedOf() {
        assertThat(refused(1)).isZero();
        late(90, 60);
        assertThat(pressure.delay().share()).isPositive();

        late(20, 60);

        assertThat(pressure.delay().share()).isZero();
        assertThat(channel.runScheduledPendingTasks()).isEqualTo(-1); // no task is left

        assertThat(refused(1)).isZero();
        late(90, 60);
        assertThat(pressure.delay().share()).isPositive();
    }

    @Test
    void aLoopThatHasCallsWaitForTheirTurnIsLateForThem() {
        assertThat(refused(1)).isZero();
        pressure.turns().later(() -> true);

        late(90, 0);

        assertThat(pressure.delay().share()).isPositive();
    }

    @Test
    void memoryThatRunsShortTurnsAllAway() {
        memoryIsShort = true;

        assertThat(refused(10)).isEqualTo(10);
        assertThat(shed.count()).isZero(); // counted by whom it is told
    }
}
