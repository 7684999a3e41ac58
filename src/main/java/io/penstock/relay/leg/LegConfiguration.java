package io.penstock.relay.leg;

import com.github.benmanes.caffeine.cache.Ticker;
import io.penstock.access.tenure.Tenures;
import io.penstock.loop.Rounds;
import io.penstock.relay.RelaySettings;
import io.penstock.relay.bulkhead.Bulkheads;
import io.penstock.relay.line.Limits;
import io.penstock.relay.line.Line;
import io.penstock.relay.line.Ways;
import io.penstock.store.Keepsakes;
import io.penstock.store.sealed.SealedColumn;
import io.penstock.store.sealed.SealedColumns;
import io.penstock.vault.Vault;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/** Puts the legs together. */
@Configuration(proxyBeanMethods = false)
class LegConfiguration {

    @Bean
    Openings openings(Rounds rounds) {
        return new Openings(rounds, Ticker.systemTicker());
    }

    @Bean
    @Primary
    Legs legs(KeptLegs kept, Bulkheads bulkheads, Tenures tenures) {
        return new PlacedLegs(kept, bulkheads, tenures);
    }

    @Bean
    SealedColumns sealedSessions() {
        return () -> List.of(new SealedColumn.Lasting(
                "upstream_sessions",
                "sealed",
                "digest",
                String.class,
                List.of(),
                row -> SharedSessions.context(Objects.requireNonNull(row.get("digest", String.class)))));
    }

    @Bean
    KeptLegs keptLegs(
            Ways ways,
            RelaySettings settings,
            Openings openings,
            Rounds rounds,
            Keepsakes keepsakes,
            Prelude prelude,
            Vault vault,
            Clock clock) {
        var limits = new Limits(settings.answerTimeout(), settings.callLimit(), settings.maxAnswer());
        var shared = new SharedSessions(keepsakes, vault, clock, settings.sessionLifetime());
        return new KeptLegs(
                credential -> new Line(ways, credential, limits),
                new SharedOpenings(openings, shared, prelude, rounds),
                rounds,
                Ticker.systemTicker());
    }
}
