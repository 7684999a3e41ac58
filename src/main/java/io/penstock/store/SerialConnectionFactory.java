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
 * Opens connections one after the other. A server that goes on after it stood still would else have to open all those first that were given up
 * meanwhile, and turn others away, before the one that somebody waits for (decision 0030).
 */
final class SerialConnectionFactory implements ConnectionFactory {

    private final ConnectionFactory connections;

    /** The end of the one that is being opened; null where none is. */
    private final AtomicReference<Sinks.@Nullable Empty<Void>> opening = new AtomicReference<>();

    SerialConnectionFactory(ConnectionFactory connections) {
        this.connections = connections;
    }

    @Override
    public Publisher<? extends Connection> create() {
        return Mono.defer(this::next);
    }

    private Mono<Connection> next() {
        Sinks.Empty<Void> mine = Sinks.empty();
        var before = opening.compareAndExchange(null, mine);
        return before == null
                ? Mono.<Connection>from(connections.create()).doFinally(_ -> end(mine))
                : before.asMono().then(Mono.defer(this::next));
    }

    private void end(Sinks.Empty<Void> mine) {
        opening.set(null);
        var _ = mine.tryEmitEmpty(); // nobody else ends it
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return connections.getMetadata();
    }
}
