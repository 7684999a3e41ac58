package io.penstock.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A database that is slow to answer BEGIN, and a caller who does not wait for it. */
@ParameterizedClass
@EnumSource(Databases.class)
class CancelledBeginningTests {

    private final ConnectionPool pool;
    private final AtomicInteger beginning = new AtomicInteger();

    CancelledBeginningTests(Databases databases) {
        pool = new ConnectionPool(ConnectionPoolConfiguration.builder(
                        new SlowToBegin(databases.newAddress().connections(), beginning))
                .maxSize(1)
                .build());
    }

    @AfterEach
    void close() {
        pool.dispose();
    }

    @Test
    void theConnectionComesBack() {
        Transactions transactions = new SpringTransactions(new R2dbcTransactionManager(pool), new EagerRounds());

        cancelledWhileBeginning(transactions.run(Mono.just("work")));

        await().untilAsserted(() ->
                assertThat(pool.getMetrics().orElseThrow().acquiredSize()).isZero());
        StepVerifier.create(transactions.run(Mono.just("next")))
                .expectNext("next")
                .verifyComplete();
    }

    private void cancelledWhileBeginning(Mono<String> transaction) {
        StepVerifier.create(transaction)
                .then(() -> await().until(() -> beginning.get() == 1))
                .thenCancel()
                .verify();
    }

    private record SlowToBegin(ConnectionFactory connections, AtomicInteger beginning) implements ConnectionFactory {

        @Override
        public Publisher<? extends Connection> create() {
            return Mono.from(connections.create()).map(this::slow);
        }

        private Connection slow(Connection connection) {
            InvocationHandler handler = (proxy, method, arguments) -> {
                Object answer = method.invoke(connection, arguments);
                return method.getName().equals("beginTransaction")
                        ? Mono.delay(Duration.ofMillis(300))
                                .doOnSubscribe(begin -> beginning.incrementAndGet())
                                .then(Mono.from((Publisher<?>) answer))
                        : answer;
            };
            return (Connection) Proxy.newProxyInstance(
                    Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, handler);
        }

        @Override
        public ConnectionFactoryMetadata getMetadata() {
            return connections.getMetadata();
        }
    }
}
