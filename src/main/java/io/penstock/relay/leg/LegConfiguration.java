package io.penstock.relay.leg;

import com.github.benmanes.caffeine.cache.Ticker;
import io.penstock.egress.Egress;
import io.penstock.loop.Rounds;
import io.penstock.relay.RelaySettings;
import io.penstock.relay.line.Limits;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the legs together. */
@Configuration(proxyBeanMethods = false)
class LegConfiguration {

    @Bean
    Legs legs(Egress egress, RelaySettings settings, Rounds rounds) {
        var limits = new Limits(settings.answerTimeout(), settings.callLimit(), settings.maxAnswer());
        var openings = new Openings(new Eras(Ticker.systemTicker()), rounds);
        return new KeptLegs(egress.client(), egress.streams(), limits, openings, rounds);
    }
}
