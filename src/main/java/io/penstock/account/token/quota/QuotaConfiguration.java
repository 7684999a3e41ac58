package io.penstock.account.token.quota;

import io.penstock.account.token.HeldTokens;
import io.penstock.loop.Rounds;
import io.penstock.store.Errands;
import io.penstock.store.Transactions;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.scheduler.Schedulers;

/** Puts the quotas together. */
@Configuration(proxyBeanMethods = false)
class QuotaConfiguration {

    private static final Duration BETWEEN_RETURNS = Duration.ofSeconds(1);
    private static final Duration CLEANUP = Duration.ofHours(1);

    @Bean
    TokenQuotas tokenQuotas(
            DatabaseClient database, Transactions transactions, HeldTokens tokens, Errands errands, Rounds rounds) {
        var windows = new QuotaWindows(database, transactions);
        var quotas = new TokenQuotas(tokens::limited, windows, rounds, InstantSource.system(), Schedulers.parallel());
        rounds.repeat("tokens.quota.return", BETWEEN_RETURNS, quotas.giveBack());
        rounds.repeat(
                "tokens.quota.forget", CLEANUP, errands.inRounds("tokens.quota.forget", CLEANUP, windows.forget()));
        return quotas;
    }
}
