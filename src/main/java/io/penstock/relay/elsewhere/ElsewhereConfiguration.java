package io.penstock.relay.elsewhere;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.loop.Rounds;
import io.penstock.store.Switchboard;
import java.time.Duration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;

/** Puts the way to the other replicas together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ElsewhereSettings.class)
class ElsewhereConfiguration {

    private static final Duration AFTER_HEARING = Duration.ofSeconds(1);

    @Bean
    SwitchboardReplicas replicas(
            Switchboard switchboard, Rounds rounds, ElsewhereSettings settings, MeterRegistry meters) {
        var replicas = new SwitchboardReplicas(switchboard, rounds, settings, Schedulers.parallel());
        rounds.repeat("replicas.hear", AFTER_HEARING, replicas.hears());
        rounds.repeat("replicas.beat", settings.beat(), replicas.beats());
        Gauge.builder("penstock.replicas.open", replicas, SwitchboardReplicas::open)
                .description("Requests that this replica has handed over, or carries out for others")
                .register(meters);
        FunctionCounter.builder("penstock.replicas.losses", switchboard, Switchboard::losses)
                .description("Times at which something between replicas may have been lost")
                .register(meters);
        return replicas;
    }
}
