package io.penstock;

import java.time.Clock;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What all features share: their settings are found by a scan, and one clock tells them the time. */
@Configuration(proxyBeanMethods = false)
@ConfigurationPropertiesScan
class Wiring {

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
