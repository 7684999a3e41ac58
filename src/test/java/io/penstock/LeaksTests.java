package io.penstock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetectorFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LeaksTests {

    private static final String DROPPED = "LeaksTests.drop(";

    @Test
    void whatIsDroppedIsFound() {
        assertThat(ResourceLeakDetectorFactory.instance().newResourceLeakDetector(ByteBuf.class))
                .isInstanceOf(Leaks.class);
        drop();

        await().atMost(Duration.ofSeconds(20)).until(() -> {
            System.gc();
            var _ = ByteBufAllocator.DEFAULT.buffer().release(); // what was collected is told as the next one is made
            return Leaks.FOUND.removeIf(leak -> leak.contains(DROPPED));
        });
    }

    private static void drop() {
        var _ = ByteBufAllocator.DEFAULT.buffer();
    }

    @Test
    void aBufferInTheHandsOfOurCodeIsOurs() {
        assertThat(Leaks.ours("""
                Recent access records:
                #1:
                \tio.netty.buffer.AdvancedLeakAwareByteBuf.readInt(AdvancedLeakAwareByteBuf.java:437)
                \tio.r2dbc.postgresql.message.backend.DataRow.decode(DataRow.java:92)
                Created at:
                \tio.netty.buffer.AbstractByteBufAllocator.buffer(AbstractByteBufAllocator.java:116)
                \tio.penstock.egress.Egress.send(Egress.java:30)
                \tio.r2dbc.postgresql.PostgresqlResult.map(PostgresqlResult.java:80)
                """)).isTrue();
    }

    @Test
    void aBufferThatOurCodeReachesThroughADriverIsTheDrivers() {
        assertThat(Leaks.ours("""
                Recent access records:
                #1:
                \tio.netty.buffer.AdvancedLeakAwareByteBuf.readInt(AdvancedLeakAwareByteBuf.java:437)
                \tio.r2dbc.postgresql.PostgresqlRow.get(PostgresqlRow.java:70)
                \tio.penstock.store.R2dbcRevocations.read(R2dbcRevocations.java:40)
                Created at:
                \tio.r2dbc.postgresql.client.SSLSessionHandlerAdapter.channelRead(SSLSessionHandlerAdapter.java:85)
                """)).isFalse();
    }

    @Test
    void aBufferThatTheWatchHandedOnToTheDriverIsTheDrivers() {
        assertThat(Leaks.ours("""
                Recent access records:
                #1:
                \tio.netty.util.ReferenceCountUtil.release(ReferenceCountUtil.java:90)
                \treactor.netty.channel.FluxReceive.drainReceiver(FluxReceive.java:300)
                \tio.penstock.store.connection.SilentServer.channelRead(SilentServer.java:71)
                \tio.r2dbc.postgresql.client.SSLSessionHandlerAdapter.channelRead(SSLSessionHandlerAdapter.java:85)
                Created at:
                \tio.netty.channel.uring.IoUringIoHandler.run(IoUringIoHandler.java:188)
                """)).isFalse();
    }

    @Test
    void aBufferThatOurCodeNeverSawIsNotOurs() {
        assertThat(Leaks.ours(
                        "Created at:\n\tio.netty.channel.uring.IoUringIoHandler.run(IoUringIoHandler.java:188)\n"))
                .isFalse();
    }
}
