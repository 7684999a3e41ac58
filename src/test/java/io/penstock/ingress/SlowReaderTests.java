package io.penstock.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.penstock.loop.Wheel;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

class SlowReaderTests {

    private static final Duration LOOK = Duration.ofMillis(50);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Client client = new Client();
    private long waiting = -1;

    /** Takes so many bytes of what is sent to it. */
    private static final class Client extends EmbeddedChannel {

        private int takes;

        @Override
        protected void doWrite(ChannelOutboundBuffer queue) {
            if (!queue.isEmpty() && takes > 0) {
                queue.removeBytes(takes);
                takes = 0;
            }
        }

        void take(int bytes) {
            takes = bytes;
            flush();
        }
    }

    @AfterEach
    void stop() {
        time.dispose();
        client.take(Integer.MAX_VALUE);
        client.finishAndReleaseAll();
    }

    private void watch() {
        client.pipeline()
                .addLast(new SlowReader(client, new Wheel(time, () -> true, LOOK), (_, bytes) -> waiting = bytes));
    }

    private void send(int bytes) {
        var _ = client.write(Unpooled.buffer(bytes).writeZero(bytes));
        client.flush();
    }

    private void looks(int count) {
        time.advanceTimeBy(LOOK.multipliedBy(count));
    }

    @Test
    void whoTakesNothingIsSlow() {
        watch();
        send(1000);

        looks(SlowReader.LOOKS);
        assertThat(waiting).isNegative();

        looks(1);
        assertThat(waiting).isGreaterThanOrEqualTo(1000);
    }

    @Test
    void whoTakesAByteNowAndThenIsNot() {
        watch();
        send(1000);

        for (int i = 0; i < 20; i++) {
            looks(SlowReader.LOOKS);
            client.take(1);
        }

        assertThat(waiting).isNegative();
    }

    @Test
    void whoTakesAllThatIsSentIsNotThoughItIsTheSameMemoryAgain() {
        watch();
        var memory = Unpooled.unreleasableBuffer(Unpooled.buffer(10).writeZero(10));

        for (int i = 0; i < 20; i++) {
            var _ = client.write(memory.resetReaderIndex());
            client.flush();
            looks(1); // just before it is taken
            client.take(10);
        }

        assertThat(waiting).isNegative();
    }

    @Test
    void nobodyIsSlowForWhomNothingWaits() {
        watch();
        looks(100);
        send(10);
        looks(2);
        client.take(10);
        looks(100);

        assertThat(waiting).isNegative();
    }

    @Test
    void whatIsSentMeanwhileIsNotTaken() {
        watch();
        send(1000);

        for (int i = 0; i <= SlowReader.LOOKS; i++) {
            send(3);
            looks(1);
        }

        assertThat(waiting).isGreaterThan(1000);
    }

    @Test
    void aConnectionThatHasGoneIsNotLookedAt() {
        watch();
        send(1000);
        var _ = client.close();

        looks(100);
        long scheduled = time.getScheduledTaskCount();
        looks(100);

        assertThat(waiting).isNegative();
        assertThat(time.getScheduledTaskCount()).isEqualTo(scheduled);
    }
}
