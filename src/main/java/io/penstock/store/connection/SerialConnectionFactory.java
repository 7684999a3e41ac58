package io.penstock.store.connection;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Opens connections one after the other, all that the process has. A server that goes on after it stood still would else have to open all those first
 * that were given up meanwhile, and turn others away, before the one that somebody waits for (decision 0030).
 *
 * <p>An opening that takes longer than its limit ends with {@link java.util.concurrent.TimeoutException}. One that fails does so for all who
 * wait behind it: were each of them to try by itself, the last would know after minutes.
 */
final class SerialConnectionFactory implements ConnectionFactory {

    private final ConnectionFactory connections;
    private final Duration limit;
    private final Scheduler timers;

    /** The end of the one that is being opened; null where none is. */
    private final AtomicReference<Sinks.@Nullable Empty<Void>> opening = new AtomicReference<>();

    SerialConnectionFactory(ConnectionFactory connections, Duration limit, Scheduler timers) {
        this.connections = connections;
        this.limit = limit;
        this.timers = timers;
    }

    @Override
    public Publisher<? extends Connection> create() {
        return Mono.defer(this::next);
    }

    private Mono<Connection> next() {
        Sinks.Empty<Void> mine = Sinks.empty();
        var before = opening.compareAndExchange(null, mine);
        return before == null ? opened(mine) : before.asMono().then(Mono.defer(this::next));
    }

    private Mono<Connection> opened(Sinks.Empty<Void> mine) {
        return Mono.<Connection>from(connections.create())
                .timeout(limit, timers)
                .doOnSuccess(_ -> end(mine, null))
                .doOnError(failure -> end(mine, failure))
                .doOnCancel(() -> end(mine, null));
    }

    private void end(Sinks.Empty<Void> mine, @Nullable Throwable failure) {
        if (opening.compareAndSet(mine, null)) {
            var _ = failure == null ? mine.tryEmitEmpty() : mine.tryEmitError(failure); // nobody else ends it
        }
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return connections.getMetadata();
    }
}
