package io.penstock.ingress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TurnTakingTests {

    private static final long PAUSE = 300;

    private final Queue<BooleanSupplier> waiting = new ArrayDeque<>();
    private boolean isFree;
    private int reads;

    private final Turns turns = new Turns() {

        @Override
        public boolean begins() {
            return isFree;
        }

        @Override
        public void later(BooleanSupplier begin) {
            waiting.add(begin);
        }
    };

    private final EmbeddedChannel connection = new EmbeddedChannel(
            new ChannelOutboundHandlerAdapter() {
                @Override
                public void read(ChannelHandlerContext context) {
                    reads++;
                }
            },
            new TurnTaking(turns));

    TurnTakingTests() {
        connection.freezeTime();
        reads = 0;
    }

    @AfterEach
    void close() {
        connection.finishAndReleaseAll();
    }

    private static ByteBuf piece(String text) {
        return Unpooled.copiedBuffer(text, UTF_8);
    }

    /** These pieces are there to be read at once. */
    private void comes(String... pieces) {
        for (String piece : pieces) {
            var _ = connection.writeOneInbound(piece(piece));
        }
        connection.flushInbound();
    }

    private String handedOn() {
        var text = new StringBuilder();
        for (ByteBuf piece; (piece = connection.readInbound()) != null; piece.release()) {
            text.append(piece.toString(UTF_8));
        }
        return text.toString();
    }

    private boolean turn() {
        return waiting.remove().getAsBoolean();
    }

    private void pass(long millis) {
        connection.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        connection.runScheduledPendingTasks();
    }

    @Test
    void whatComesInItsTurnIsHandedOnAtOnce() {
        isFree = true;

        comes("request");

        assertThat(handedOn()).isEqualTo("request");
    }

    @Test
    void allThatCameWaitsAndIsHandedOnInItsOrder() {
        comes("one ", "two ", "three");
        assertThat(handedOn()).isEmpty();

        assertThat(turn()).isTrue();

        assertThat(handedOn()).isEqualTo("one two three");
        assertThat(waiting).isEmpty();
    }

    @Test
    void nothingIsReadWhileItWaitsAndThenWhatWasAskedFor() {
        comes("request");

        connection.read();
        assertThat(reads).isZero();

        var _ = turn();
        assertThat(reads).isEqualTo(1);
        connection.read();
        assertThat(reads).isEqualTo(2);
    }

    @Test
    void whatWaitedOnAConnectionThatEndsIsReleasedAndTakesNobodysTurn() {
        var piece = piece("request");
        var _ = connection.writeOneInbound(piece);

        var _ = connection.close();

        assertThat(piece.refCnt()).isZero();
        assertThat(turn()).isFalse();
        assertThat(handedOn()).isEmpty();
    }

    @Test
    void inAPauseNothingIsReadNorHandedOn() {
        isFree = true;
        TurnTaking.pause(connection.pipeline(), PAUSE);
        connection.read();
        pass(PAUSE - 1);
        assertThat(reads).isZero();

        pass(1);
        assertThat(reads).isEqualTo(1);
        comes("request");
        assertThat(handedOn()).isEqualTo("request");
    }

    @Test
    void whatWasReadAlreadyWaitsForTheEndOfThePauseAndThenForItsTurn() {
        isFree = true;
        TurnTaking.pause(connection.pipeline(), PAUSE);
        comes("request");
        pass(PAUSE - 1);
        assertThat(handedOn()).isEmpty();

        isFree = false;
        pass(1);
        assertThat(handedOn()).isEmpty();

        assertThat(turn()).isTrue();
        assertThat(handedOn()).isEqualTo("request");
    }

    @Test
    void aPauseThatBeginsWithWhatIsHandedOnHoldsTheRest() {
        comes("one", "two");
        connection.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                TurnTaking.pause(context.pipeline(), PAUSE);
                context.pipeline().remove(this);
                context.fireChannelRead(message);
            }
        });

        assertThat(turn()).isTrue();
        assertThat(handedOn()).isEqualTo("one");

        isFree = true;
        pass(PAUSE);
        assertThat(handedOn()).isEqualTo("two");
    }

    @Test
    void aConnectionThatEndsInAPauseStaysEnded() {
        TurnTaking.pause(connection.pipeline(), PAUSE);
        var piece = piece("request");
        var _ = connection.writeOneInbound(piece);
        var _ = connection.close();
        assertThat(piece.refCnt()).isZero();

        pass(PAUSE);

        assertThat(reads).isZero();
        assertThat(handedOn()).isEmpty();
    }

    @Test
    void theTimeOfAHeadThatWaitsIsNotUp() {
        connection.pipeline().addLast(new HeadGuard(new HeadDeadline(Duration.ofSeconds(10))));
        comes("GET /mcp HT");

        pass(25_000);
        assertThat(connection.isOpen()).isTrue();

        assertThat(turn()).isTrue();
        assertThat(handedOn()).isEqualTo("GET /mcp HT");
        pass(1000);
        assertThat(connection.isOpen()).as("the rest of it does not come").isFalse();
    }
}
