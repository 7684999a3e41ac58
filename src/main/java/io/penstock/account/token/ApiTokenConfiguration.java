package io.penstock.account.token;

import io.penstock.caller.Directory;
import io.penstock.caller.proxy.ClientAddresses;
import io.penstock.loop.Rounds;
import io.penstock.store.Changes;
import io.penstock.store.Revocations;
import io.penstock.store.Transactions;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.scheduler.Schedulers;

/** Puts API tokens together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TokenSettings.class)
class ApiTokenConfiguration {

    private static final Duration BETWEEN_WRITES = Duration.ofSeconds(10);

    @Bean
    R2dbcTokens apiTokens(DatabaseClient database, Transactions transactions, Changes changes, TokenSettings settings) {
        return new R2dbcTokens(database, transactions, changes, settings.mostPerUser());
    }

    @Bean
    HeldTokens heldTokens(R2dbcTokens tokens, Changes changes, Rounds rounds) {
        return new HeldTokens(tokens.all(), changes, rounds, Schedulers.parallel());
    }

    @Bean
    TokenUses tokenUses(DatabaseClient database, Transactions transactions, Rounds rounds) {
        var uses = new TokenUses(database, transactions, InstantSource.system());
        rounds.repeat("tokens.uses", BETWEEN_WRITES, uses.write());
        return uses;
    }

    @Bean
    TokenAuthenticator tokenAuthenticator(
            HeldTokens tokens,
            TokenUses uses,
            Revocations revocations,
            ClientAddresses addresses,
            Directory directory) {
        return new TokenAuthenticator(tokens, uses, revocations, addresses, directory, InstantSource.system());
    }
}
