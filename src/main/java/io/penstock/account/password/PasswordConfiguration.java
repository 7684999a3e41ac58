package io.penstock.account.password;

import io.penstock.account.Roles;
import io.penstock.account.Users;
import io.penstock.audit.Trail;
import io.penstock.loop.Rounds;
import io.penstock.store.Changes;
import io.penstock.store.Errands;
import io.penstock.store.Transactions;
import java.time.Duration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;

/** Puts signing in with passwords together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PasswordSettings.class)
class PasswordConfiguration {

    private static final Duration CLEANUP = Duration.ofHours(1);

    @Bean
    R2dbcLogins logins(
            DatabaseClient database,
            Transactions transactions,
            Changes changes,
            PasswordHashes hashes,
            PasswordSettings settings,
            Errands errands,
            Rounds rounds) {
        var logins = new R2dbcLogins(database, transactions, changes, hashes, settings);
        rounds.repeat("logins.forget", CLEANUP, errands.inRounds("logins.forget", CLEANUP, logins.forget()));
        return logins;
    }

    @Bean
    FirstAdmin firstAdmin(
            PasswordSettings settings,
            PasswordPolicy policy,
            PasswordHashes hashes,
            Users users,
            Roles roles,
            DatabaseClient database,
            Transactions transactions,
            Trail trail) {
        return new FirstAdmin(settings, policy, hashes, users, roles, database, transactions, trail);
    }
}
