package io.penstock.api;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.access.limit.RateLimits;
import io.penstock.access.limit.SomeLimits;
import io.penstock.catalog.HeaderRules;
import io.penstock.ingress.IngressSettings;
import io.penstock.oauth.exchange.ExchangeSettings;
import io.penstock.oauth.registration.ClientDocument;
import org.springdoc.core.configuration.SpringDocConfiguration;
import org.springdoc.core.properties.SpringDocConfigProperties;
import org.springdoc.webflux.core.configuration.SpringDocWebFluxConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.http.codec.autoconfigure.CodecsAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.HttpHandlerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.error.ErrorWebFluxAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Import;

/**
 * The edge on a real server, with what it uses in memory. Neither this nor the world is annotated as a configuration: the development start
 * has the tests on its class path and must not find them.
 */
@Import({World.class, HeaderRules.class, ClientDocument.class})
@EnableConfigurationProperties({ExchangeSettings.class, IngressSettings.class})
@ComponentScan({"io.penstock.api", "io.penstock.egress"})
@ImportAutoConfiguration({
    ApplicationAvailabilityAutoConfiguration.class,
    WebFluxAutoConfiguration.class,
    HttpHandlerAutoConfiguration.class,
    NettyReactiveWebServerAutoConfiguration.class,
    CodecsAutoConfiguration.class,
    JacksonAutoConfiguration.class,
    ErrorWebFluxAutoConfiguration.class,
    SpringDocConfiguration.class,
    SpringDocConfigProperties.class,
    SpringDocWebFluxConfiguration.class
})
class Edge {

    @Bean
    MeterRegistry meters() {
        return new SimpleMeterRegistry();
    }

    @Bean
    RateLimits limits() {
        return SomeLimits.none();
    }
}
