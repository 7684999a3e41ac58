package io.penstock.store;

import io.penstock.loop.Rounds;
import io.penstock.vault.Vault;
import io.penstock.vault.Weaknesses;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ValidationDepth;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.ReactiveTransactionManager;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DatabaseSettings.class)
class StoreConfiguration {

    private static final Duration ACQUIRE = Duration.ofSeconds(5);

    /** Longer than a server is waited for that says nothing, which ends it: the driver leaves a connection open whose opening is given up. */
    private static final Duration OPENING = DatabaseAddress.LONGEST_SILENCE.plusSeconds(1);

    private static final Duration IDLE = Duration.ofMinutes(10);
    private static final Duration LIFE = Duration.ofMinutes(30);
    private static final Duration SLOW_POLL = Duration.ofSeconds(30);
    private static final Duration CLEANUP = Duration.ofHours(1);
    private static final Duration AFTER_LISTENING = Duration.ofSeconds(1);

    @Bean
    DatabaseAddress databaseAddress(DatabaseSettings settings) {
        return settings.address();
    }

    @Bean
    Weaknesses databaseWeaknesses(DatabaseAddress address) {
        return address::weaknesses;
    }

    /** Whoever asks for connections finds the schema in place. */
    @Bean(destroyMethod = "dispose")
    ConnectionPool connectionFactory(DatabaseAddress address, DatabaseSettings settings, Vault vault) {
        Schema.prepare(address, vault);
        return pool(address, settings.maxConnections());
    }

    @Bean
    DatabaseClient databaseClient(ConnectionFactory connections) {
        return DatabaseClient.create(connections);
    }

    @Bean
    R2dbcTransactionManager transactionManager(ConnectionFactory connections) {
        return new R2dbcTransactionManager(connections);
    }

    @Bean
    Transactions transactions(ReactiveTransactionManager manager, Rounds rounds) {
        return new SpringTransactions(manager, rounds);
    }

    @Bean
    Changes changes(
            DatabaseAddress address,
            ConnectionPool pool,
            DatabaseClient client,
            Transactions transactions,
            Rounds rounds) {
        Noticeboard board = new Noticeboard();
        rounds.repeat(
                "store.poll", SLOW_POLL, Mono.fromRunnable(() -> board.post(Changes.Notice.any(Changes.Topic.ALL))));
        return switch (address) {
            case DatabaseAddress.Embedded embedded -> new LocalChanges(board, transactions);
            case DatabaseAddress.Server _ -> {
                var changes = new PostgresChanges(board, client, line(pool));
                rounds.repeat("store.listen", AFTER_LISTENING, changes.listen());
                yield changes;
            }
        };
    }

    @Bean
    Switchboard switchboard(
            DatabaseAddress address, ConnectionPool pool, DatabaseClient client, Vault vault, Rounds rounds) {
        String self = name();
        return switch (address) {
            case DatabaseAddress.Embedded embedded -> new LocalSwitchboard(self);
            case DatabaseAddress.Server _ -> {
                var switchboard = new PostgresSwitchboard(self, vault, client, line(pool));
                rounds.repeat("store.switchboard.send", AFTER_LISTENING, switchboard.sends());
                rounds.repeat("store.switchboard.hear", AFTER_LISTENING, switchboard.hears());
                rounds.repeat("store.switchboard.tidy", SLOW_POLL, switchboard.tidy());
                yield switchboard;
            }
        };
    }

    /** Sixteen hexadecimal digits: nobody knows it before it is told. */
    static String name() {
        return HexFormat.of().toHexDigits(new SecureRandom().nextLong());
    }

    /** Takes the pool, although it reads by JDBC, so that the schema is there. */
    @Bean
    Revocations revocations(
            @SuppressWarnings("unused") ConnectionPool pool,
            DatabaseAddress address,
            DatabaseClient client,
            Transactions transactions,
            Changes changes,
            Errands errands,
            Rounds rounds) {
        var revocations =
                new R2dbcRevocations(client, transactions, changes, Clock.systemUTC(), Schema.revoked(address));
        rounds.repeat("store.revocations", AFTER_LISTENING, revocations.follow());
        rounds.repeat(
                "store.revocations.forget",
                CLEANUP,
                revocations.forgetHere().then(errands.inRounds("revocations.forget", CLEANUP, revocations.forget())));
        return revocations;
    }

    @Bean
    Keepsakes keepsakes(DatabaseClient client, Errands errands, Rounds rounds) {
        var keepsakes = new R2dbcKeepsakes(client);
        rounds.repeat(
                "store.keepsakes.forget", CLEANUP, errands.inRounds("keepsakes.forget", CLEANUP, keepsakes.forget()));
        return keepsakes;
    }

    @Bean
    Census census(DatabaseClient client) {
        return new R2dbcCensus(client);
    }

    @Bean
    IdempotencyKeys idempotencyKeys(DatabaseClient client, Errands errands, Rounds rounds) {
        var keys = new R2dbcIdempotencyKeys(client);
        rounds.repeat(
                "store.idempotency.forget", CLEANUP, errands.inRounds("idempotency.forget", CLEANUP, keys.forget()));
        return keys;
    }

    /** A connection to PostgreSQL that is not the pool's, opened in turn with those that are. */
    static Mono<PostgresqlConnection> line(ConnectionPool pool) {
        return Mono.from(pool.unwrap().create()).cast(PostgresqlConnection.class);
    }

    /** One connection stays open, because the embedded database closes its file with the last. */
    static ConnectionPool pool(DatabaseAddress address, int maxConnections) {
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
