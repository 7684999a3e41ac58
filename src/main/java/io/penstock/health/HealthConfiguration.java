package io.penstock.health;

import io.penstock.catalog.Features;
import io.penstock.catalog.Gateways;
import io.penstock.loop.Rounds;
import io.penstock.oauth.Connected;
import io.penstock.relay.Dialogues;
import io.penstock.relay.breaker.Breakers;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the care of upstreams together, and begins it. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(HealthSettings.class)
class HealthConfiguration {

    @Bean
    Prognosis prognosis(HealthSettings settings) {
        return new Prognosis(settings, () -> ThreadLocalRandom.current().nextDouble());
    }

    @Bean
    DialogueHealth health(
            Dialogues dialogues,
            Features features,
            Gateways gateways,
            Rounds rounds,
            HealthSettings settings,
            Prognosis prognosis,
            Breakers breakers) {
        var chart = new Chart(gateways, prognosis);
        return new DialogueHealth(
                dialogues, features, chart, new Stocktaking(settings.discoveryTimeout()), rounds, breakers);
    }

    @Bean
    Connected firstDiscovery(DialogueHealth health, Rounds rounds) {
        return new FirstDiscovery(health, rounds);
    }

    @Bean
    SmartInitializingSingleton healthChecks(
            Gateways gateways, Health health, Rounds rounds, HealthSettings settings, Prognosis prognosis) {
        var round = new CheckRound(gateways, health, rounds, settings, prognosis);
        return () -> rounds.repeat("health checks", settings.poll(), round.round());
    }
}
