package io.penstock.store.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SilentServerTests {

    private static final Duration PATIENCE = Duration.ofSeconds(12);

    private final EmbeddedChannel connection = new EmbeddedChannel(new SilentServer(PATIENCE));

    SilentServerTests() {
        connection.config().setAutoRead(false);
        connection.freezeTime();
    }

    @AfterEach
    void close() {
        connection.finishAndReleaseAll();
    }

    private void asks() {
        var _ = connection.writeOutbound(Unpooled.wrappedBuffer(new byte[] {'Q', 0, 0, 0, 4}));
    }

    private void says(ByteBuf bytes) {
        var _ = connection.writeOneInbound(bytes);
        connection.flushInbound();
    }

    private static ByteBuf row() {
        return Unpooled.wrappedBuffer(new byte[] {'D', 0, 0, 0, 7, 1, 2, 3});
    }

    private static ByteBuf rowAndEnd() {
        return Unpooled.wrappedBuffer(row(), Unpooled.wrappedBuffer(new byte[] {'Z', 0, 0, 0, 5, 'I'}));
    }

    private static ByteBuf notification() {
        return Unpooled.wrappedBuffer(new byte[] {'A', 0, 0, 0, 12, 0, 0, 0, 1, 'Z', 0, 'Z', 0});
    }

    private void passes(Duration time) {
        connection.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        connection.runScheduledPendingTasks();
    }

    @Test
    void aServerThatSaysNothingIsGivenUp() {
        connection.read();
        asks();

        passes(PATIENCE.minusMillis(1));
        assertThat(connection.isOpen()).isTrue();

        passes(Duration.ofMillis(1));
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void oneThatStopsInTheMiddleOfAnAnswerIsGivenUp() {
        connection.read();
        asks();
        passes(PATIENCE.minusMillis(1));
        says(row());
        connection.read();

        passes(PATIENCE.minusMillis(1));
        assertThat(connection.isOpen()).isTrue();

        passes(Duration.ofMillis(1));
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void oneThatHasAnsweredMayBeSilentAndIsWaitedForAgainWithTheNextQuestion() {
        connection.read();
        asks();
        says(rowAndEnd());
        connection.read();
        passes(PATIENCE.multipliedBy(100));
        assertThat(connection.isOpen()).isTrue();

        says(notification());
        connection.read();
        passes(PATIENCE.multipliedBy(100));
        assertThat(connection.isOpen()).isTrue();

        asks();
        passes(PATIENCE);
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void oneThatTellsSomethingUnaskedRightBehindItsAnswerHasAnswered() {
        connection.read();
        asks();
        says(Unpooled.wrappedBuffer(rowAndEnd(), notification()));
        connection.read();

        passes(PATIENCE.multipliedBy(100));
        assertThat(connection.isOpen()).isTrue();
    }

    @Test
    void anAnswerMayComeInAnyPieces() {
        var whole = Unpooled.wrappedBuffer(notification(), rowAndEnd(), notification());
        for (int size = 1; size < whole.capacity(); size++) {
            connection.read();
            asks();
            for (var rest = whole.duplicate(); rest.isReadable(); ) {
                says(rest.readRetainedSlice(Math.min(size, rest.readableBytes())));
                connection.read();
            }
            passes(PATIENCE.multipliedBy(100));
            assertThat(connection.isOpen()).as("in pieces of %d bytes", size).isTrue();
        }
        connection.releaseInbound();
        assertThat(whole.release()).isTrue();
    }

    @Test
    void whatOnlyLooksLikeAnEndIsNone() {
        connection.read();
        asks();
        says(Unpooled.wrappedBuffer(new byte[] {'D', 0, 0, 0, 10, 'Z', 0, 0, 0, 5, 'I'}));
        connection.read();

        passes(PATIENCE);
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void oneWhoseAnswerNobodyReadsIsNotToBlame() {
        connection.read();
        asks();
        says(row());

        passes(PATIENCE.multipliedBy(100));
        assertThat(connection.isOpen()).isTrue();

        connection.read();
        passes(PATIENCE);
        assertThat(connection.isOpen()).isFalse();
    }
}
