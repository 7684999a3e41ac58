package io.penstock.store.replicas;

import io.penstock.loop.Rounds;
import io.penstock.store.Census;
import io.penstock.store.Changes;
import io.penstock.store.Switchboard;
import io.penstock.store.Transactions;
import io.penstock.store.connection.DatabaseAddress;
import io.penstock.vault.Vault;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

@Configuration(proxyBeanMethods = false)
class ReplicasConfiguration {

    private static final Duration SLOW_POLL = Duration.ofSeconds(30);
    private static final Duration AFTER_LISTENING = Duration.ofSeconds(1);

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

    @Bean
    Census census(DatabaseClient client) {
        return new R2dbcCensus(client);
    }

    /** A connection to PostgreSQL that is not the pool's, opened in turn with those that are. */
    static Mono<PostgresqlConnection> line(ConnectionPool pool) {
        return Mono.from(pool.unwrap().create()).cast(PostgresqlConnection.class);
    }
}
