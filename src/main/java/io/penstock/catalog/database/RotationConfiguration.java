package io.penstock.catalog.database;

import io.penstock.catalog.Rotations;
import io.penstock.loop.Rounds;
import io.penstock.store.Changes;
import io.penstock.store.Transactions;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;

@Configuration(proxyBeanMethods = false)
class RotationConfiguration {

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(10);

    @Bean
    Rotations rotations(
            DatabaseClient database,
            Transactions transactions,
            Changes changes,
            Sealing sealing,
            GatewayEvents events,
            Rounds rounds) {
        var rotations = new R2dbcRotations(database, transactions, changes, sealing, events);
        rounds.repeat("catalog.rotations", BETWEEN_LOOKS, rotations.expire());
        return rotations;
    }
}
