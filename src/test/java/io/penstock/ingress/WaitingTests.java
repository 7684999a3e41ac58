package io.penstock.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.penstock.loop.Wheel;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

class WaitingTests {

    private static final Duration LOOK = Duration.ofMillis(50);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final EmbeddedChannel connection = new EmbeddedChannel();
    private boolean isFree = true;

    private final Turns turns = new Turns() {

        @Override
        public boolean begins() {
            return isFree;
        }

        @Override
        public void later(BooleanSupplier begin) {}
    };

    @BeforeEach
    void watch() {
        connection
                .pipeline()
                .addLast(new Waiting(connection, new Wheel(time, () -> true, LOOK)), new TurnTaking(turns));
    }

    @AfterEach
    void close() {
        time.dispose();
        connection.finishAndReleaseAll();
    }

    private void comes() {
        connection.writeInbound(Unpooled.buffer(1).writeZero(1));
    }

    private void looks(int count) {
        time.advanceTimeBy(LOOK.multipliedBy(count));
    }

    @Test
    void closesAConnectionOnWhichNothingComes() {
        looks(Waiting.LOOKS);
        assertThat(connection.isOpen()).isTrue();

        looks(1);
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void countsAnewFromWhatComes() {
        looks(Waiting.LOOKS);
        comes();
        looks(Waiting.LOOKS);
        assertThat(connection.isOpen()).isTrue();

        looks(1);
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void keepsOneWhoseRequestWaitsForItsTurn() {
        isFree = false;
        comes();

        looks(10 * Waiting.LOOKS);

        assertThat(connection.isOpen()).isTrue();
    }
}
