package io.penstock.oauth.token;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Connections of a database that goes away and comes back. */
final class FaultyConnections implements ConnectionFactory {

    /** How many were asked for in vain. */
    final AtomicInteger refused = new AtomicInteger();

    /** How many were given. */
    final AtomicInteger given = new AtomicInteger();

    volatile boolean away;

    private final ConnectionFactory good;

    FaultyConnections(ConnectionFactory good) {
        this.good = good;
    }

    @Override
    public Publisher<? extends Connection> create() {
        return Mono.defer(() -> {
            if (away) {
                refused.incrementAndGet();
                return Mono.error(new R2dbcTransientResourceException("The database is away"));
            }
            given.incrementAndGet();
            return Mono.<Connection>from(good.create());
        });
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return good.getMetadata();
    }
}
