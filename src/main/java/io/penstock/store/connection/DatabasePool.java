package io.penstock.store.connection;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import reactor.core.scheduler.Schedulers;

/** The connections that everybody shares. */
public final class DatabasePool {

    private static final Duration ACQUIRE = Duration.ofSeconds(5);

    /** Longer than a server is waited for that says nothing, which ends it: the driver leaves a connection open whose opening is given up. */
    private static final Duration OPENING = DatabaseAddress.LONGEST_SILENCE.plusSeconds(1);

    private static final Duration IDLE = Duration.ofMinutes(10);
    private static final Duration LIFE = Duration.ofMinutes(30);

    private DatabasePool() {}

    /** One connection stays open, because the embedded database closes its file with the last. */
    public static ConnectionPool of(DatabaseAddress address, int maxConnections) {
        return new ConnectionPool(ConnectionPoolConfiguration.builder(
                        new SerialConnectionFactory(address.connections(), OPENING, Schedulers.parallel()))
                .name("database")
                .initialSize(0)
                .minIdle(1)
                .maxSize(maxConnections)
                .maxAcquireTime(ACQUIRE)
                .maxValidationTime(ACQUIRE)
                .maxIdleTime(IDLE)
                .maxLifeTime(LIFE)
                .validationDepth(ValidationDepth.LOCAL)
                .build());
    }
}
