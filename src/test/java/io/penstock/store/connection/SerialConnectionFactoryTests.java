package io.penstock.store.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** One connection is opened at a time. */
class SerialConnectionFactoryTests {

    private static final ConnectionFactoryMetadata SCRIPTED = () -> "scripted";
    private static final Connection CONNECTION = (Connection) Proxy.newProxyInstance(
            Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (_, _, _) -> null);

    private static final Duration LIMIT = Duration.ofSeconds(13);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final List<Sinks.One<Connection>> asked = new ArrayList<>();
    private final SerialConnectionFactory connections = new SerialConnectionFactory(
            new ConnectionFactory() {
                @Override
                public Publisher<? extends Connection> create() {
                    return Mono.defer(() -> {
                        Sinks.One<Connection> answer = Sinks.one();
                        asked.add(answer);
                        return answer.asMono();
                    });
                }

                @Override
                public ConnectionFactoryMetadata getMetadata() {
                    return SCRIPTED;
                }
            },
            LIMIT,
            time);

    private TestSubscriber<Connection> ask() {
        TestSubscriber<Connection> who = TestSubscriber.create();
        connections.create().subscribe(who);
        return who;
    }

    private void refuse(int which) {
        asked.get(which)
                .tryEmitError(new R2dbcNonTransientResourceException("away"))
                .orThrow();
    }

    private void accept(int which) {
        asked.get(which).tryEmitValue(CONNECTION).orThrow();
    }

    @Test
    void theNextBeginsWhenTheOneBeforeIsThere() {
        var first = ask();
        var second = ask();
        assertThat(asked).hasSize(1);

        accept(0);
        assertThat(asked).hasSize(2);
        accept(1);
        assertThat(List.of(first, second)).allMatch(TestSubscriber::isTerminatedComplete);
        assertThat(connections.getMetadata()).isEqualTo(SCRIPTED);
    }

    @Test
    void oneThatFailsDoesSoForAllWhoWaitBehindIt() {
        var both = List.of(ask(), ask());
        refuse(0);
        assertThat(both).allSatisfy(who -> assertThat(who.expectTerminalError()).hasMessage("away"));
        assertThat(asked).hasSize(1);

        var third = ask();
        accept(1);
        assertThat(third.isTerminatedComplete()).isTrue();
    }

    @Test
    void theNextBeginsWhenTheOneBeforeIsGivenUp() {
        var first = ask();
        ask();

        first.cancel();
        assertThat(asked).hasSize(2);
    }

    @Test
    void whoGivesUpWhileWaitingIsNotAskedFor() {
        ask();
        ask().cancel();

        accept(0);
        assertThat(asked).hasSize(1);
    }

    @Test
    void oneThatTakesTooLongIsGivenUp() {
        var first = ask();
        time.advanceTimeBy(LIMIT.minusMillis(1));
        var second = ask();
        assertThat(first.isTerminated()).isFalse();

        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(List.of(first, second))
                .allSatisfy(who -> assertThat(who.expectTerminalError()).isInstanceOf(TimeoutException.class));
    }
}
