package io.penstock.store;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Once a database could not be reached, opens one connection at a time, and lets the others wait for how that ends: a server that goes on after it
 * stood still would else have to open all those first that were given up meanwhile, before the one that somebody waits for.
 */
final class ProbingConnectionFactory implements ConnectionFactory {

    private final ConnectionFactory connections;
    private final AtomicReference<Sinks.@Nullable Empty<Void>> probe = new AtomicReference<>();
    private volatile boolean away;

    ProbingConnectionFactory(ConnectionFactory connections) {
        this.connections = connections;
    }

    @Override
    public Publisher<? extends Connection> create() {
        return Mono.defer(this::reach);
    }

    private Mono<Connection> reach() {
        if (!away) {
            return open();
        }
        Sinks.Empty<Void> mine = Sinks.empty();
        var running = probe.compareAndExchange(null, mine);
        return running == null
                ? open().doFinally(_ -> end(mine))
                : running.asMono().then(Mono.defer(this::reach));
    }

    private void end(Sinks.Empty<Void> mine) {
        probe.set(null);
        var _ = mine.tryEmitEmpty(); // nobody else ends it
    }

    /** Who gives it up has waited in vain. */
    private Mono<Connection> open() {
        return Mono.<Connection>from(connections.create())
                .doOnNext(_ -> away = false)
                .doOnError(_ -> away = true)
                .doOnCancel(() -> away = true);
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return connections.getMetadata();
    }
}
