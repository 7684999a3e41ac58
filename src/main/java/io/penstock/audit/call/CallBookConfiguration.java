package io.penstock.audit.call;

import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.loop.LastRound;
import io.penstock.loop.Rounds;
import io.penstock.store.Errands;
import io.penstock.store.Transactions;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CallBookSettings.class)
class CallBookConfiguration {

    private static final int MOST = 50_000;
    private static final int MOST_OF_USER = 2_000;
    private static final Duration BETWEEN_CLEANUPS = Duration.ofHours(1);

    @Bean
    R2dbcCallBook callBook(
            DatabaseClient database,
            Transactions transactions,
            MeterRegistry meters,
            Rounds rounds,
            Errands errands,
            CallBookSettings settings) {
        var clock = InstantSource.system();
        var book = new R2dbcCallBook(
                database, transactions, new Tallies(MOST, MOST_OF_USER, clock, meters), clock, settings.records());
        rounds.repeat("calls.write", settings.pause(), book.write());
        rounds.repeat(
                "calls.forget",
                BETWEEN_CLEANUPS,
                errands.inRounds("calls.forget", BETWEEN_CLEANUPS, book.forget(settings.keep())));
        return book;
    }

    @Bean
    LastRound lastCalls(R2dbcCallBook book, Rounds rounds) {
        return new LastRound("calls.last", book.write(), rounds);
    }
}
