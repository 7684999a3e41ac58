package io.penstock.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.subscriber.TestSubscriber;

/** One connection at a time to a database that was away. */
class ProbingConnectionFactoryTests {

    private static final ConnectionFactoryMetadata SCRIPTED = () -> "scripted";
    private static final Connection CONNECTION = (Connection) Proxy.newProxyInstance(
            Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (_, _, _) -> null);

    private final List<Sinks.One<Connection>> asked = new ArrayList<>();
    private final ProbingConnectionFactory connections = new ProbingConnectionFactory(new ConnectionFactory() {
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
    });

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
    void asManyAtOnceAsAreWantedOfOneThatIsThere() {
        ask();
        ask();

        assertThat(asked).hasSize(2);
        assertThat(connections.getMetadata()).isEqualTo(SCRIPTED);
    }

    @Test
    void oneAfterTheOtherOfOneThatWasAwayUntilOneIsThere() {
        ask();
        refuse(0);
        var probing = ask();
        var second = ask();
        var third = ask();
        assertThat(asked).hasSize(2);

        refuse(1);
        assertThat(probing.expectTerminalError()).hasMessage("away");
        assertThat(asked).as("one of those who waited").hasSize(3);

        accept(2);
        assertThat(asked).as("and then all").hasSize(4);
        accept(3);
        assertThat(List.of(second, third)).allMatch(TestSubscriber::isTerminatedComplete);
    }

    @Test
    void whoGaveUpWasInVainToo() {
        ask().cancel();
        var probing = ask();
        ask();
        assertThat(asked).hasSize(2);

        probing.cancel();
        assertThat(asked).hasSize(3);
    }

    @Test
    void whoGivesUpWhileWaitingIsNotAskedFor() {
        ask();
        refuse(0);
        ask();
        ask().cancel();

        refuse(1);
        assertThat(asked).hasSize(2);
    }
}
