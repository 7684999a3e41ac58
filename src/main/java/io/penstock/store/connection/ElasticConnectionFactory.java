package io.penstock.store.connection;

import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Gives a driver that blocks its callers (r2dbc-h2) threads of its own, so that whoever subscribes is never blocked. */
final class ElasticConnectionFactory implements ConnectionFactory {

    /** More than the pool's connections can occupy at once, so that a holder of a row lock never queues behind one who waits for it. */
    private static final int THREADS = 64;

    private static final Scheduler ELASTIC =
            Schedulers.newBoundedElastic(THREADS, 100_000, "embedded-database", 60, true);

    private final ConnectionFactory blocking;

    ElasticConnectionFactory(ConnectionFactory blocking) {
        this.blocking = blocking;
    }

    @Override
    public Publisher<? extends Connection> create() {
        return Mono.from(blocking.create())
                .<Connection>map(ElasticConnection::new)
                .subscribeOn(ELASTIC);
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return blocking.getMetadata();
    }

    static <T> Mono<T> one(Publisher<T> blocking) {
        return Mono.from(blocking).subscribeOn(ELASTIC);
    }

    static <T> Flux<T> many(Publisher<T> blocking) {
        return Flux.from(blocking).subscribeOn(ELASTIC);
    }

    /** A batch whose results are read off the event loop. */
    record ElasticBatch(Batch blocking) implements Batch {

        @Override
        public Batch add(String sql) {
            var _ = blocking.add(sql);
            return this;
        }

        @Override
        public Publisher<ElasticResult> execute() {
            return many(blocking.execute()).map(ElasticResult::new);
        }
    }
}
