package io.penstock.caller.flow;

import io.penstock.caller.session.CookiePolicy;
import io.penstock.loop.Rounds;
import io.penstock.store.Errands;
import io.penstock.store.Transactions;
import io.penstock.vault.Vault;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;

/** Puts flows together. */
@Configuration(proxyBeanMethods = false)
class FlowConfiguration {

    private static final Duration TIDYING = Duration.ofMinutes(10);

    @Bean
    Flows flows(DatabaseClient database, Transactions transactions, Vault vault, Errands errands, Rounds rounds) {
        var flows = new R2dbcFlows(database, transactions, vault);
        rounds.repeat("flows.forget", TIDYING, errands.inRounds("flows.forget", TIDYING, flows.forget()));
        return flows;
    }

    @Bean
    Papers papers(Vault vault) {
        return new Papers(vault, InstantSource.system());
    }

    @Bean
    FlowCookies flowCookies(CookiePolicy policy) {
        return new FlowCookies(policy);
    }
}
