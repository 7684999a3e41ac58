package io.penstock.audit;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.loop.LastRound;
import io.penstock.loop.Rounds;
import io.penstock.store.Transactions;
import io.penstock.store.sealed.SealedColumn;
import io.penstock.store.sealed.SealedColumns;
import io.penstock.vault.Vault;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AuditSettings.class)
class AuditConfiguration {

    private static final int QUEUE = 10_000;
    private static final Duration BETWEEN_BATCHES = Duration.ofMillis(200);
    private static final Duration BETWEEN_LINKS = Duration.ofSeconds(1);
    private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);

    @Bean
    Notes auditNotes(MeterRegistry meters) {
        return new Notes(QUEUE, meters);
    }

    @Bean
    R2dbcTrail trail(
            DatabaseClient client, Transactions transactions, Notes notes, Rounds rounds, AuditSettings settings) {
        var ofStrangers = new Few(settings.strangers(), "from the same network", Ticker.systemTicker());
        var ofCallers = new Few(settings.refusals(), "of the same caller", Ticker.systemTicker());
        var trail = new R2dbcTrail(client, transactions, Clock.systemUTC(), notes, ofStrangers, ofCallers);
        rounds.repeat("audit.notes", BETWEEN_BATCHES, trail.writeNotes());
        rounds.repeat("audit.dropped", BETWEEN_WARNINGS, Mono.fromRunnable(notes::tellDropped));
        return trail;
    }

    @Bean
    Proof proof(DatabaseClient client, Transactions transactions, Vault vault, Rounds rounds) {
        var ledger = new R2dbcLedger(client, transactions, vault);
        rounds.repeat("audit.chain", BETWEEN_LINKS, ledger.extend());
        return new ChainedProof(ledger, vault);
    }

    @Bean
    SealedColumns sealedHeads() {
        return () -> List.of(new SealedColumn.Lasting(
                "audit_chains",
                "head_sealed",
                "id",
                UUID.class,
                List.of(),
                row -> Chain.context(Objects.requireNonNull(row.get("id", UUID.class)))));
    }

    @Bean
    LastRound lastNotes(R2dbcTrail trail, Rounds rounds) {
        return new LastRound("audit.last-notes", trail.writeNotes(), rounds);
    }
}
