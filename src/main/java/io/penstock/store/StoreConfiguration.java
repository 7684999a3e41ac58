package io.penstock.store;

import io.penstock.loop.Rounds;
import io.penstock.store.connection.DatabaseAddress;
import io.penstock.store.connection.DatabasePool;
import io.penstock.store.connection.DatabaseSettings;
import io.penstock.vault.Vault;
import io.penstock.vault.Weaknesses;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Clock;
import java.time.Duration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.ReactiveTransactionManager;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DatabaseSettings.class)
class StoreConfiguration {

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
        return DatabasePool.of(address, settings.maxConnections());
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
    IdempotencyKeys idempotencyKeys(DatabaseClient client, Errands errands, Rounds rounds) {
        var keys = new R2dbcIdempotencyKeys(client);
        rounds.repeat(
                "store.idempotency.forget", CLEANUP, errands.inRounds("idempotency.forget", CLEANUP, keys.forget()));
        return keys;
    }
}
