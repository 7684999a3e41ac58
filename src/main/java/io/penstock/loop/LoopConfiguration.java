package io.penstock.loop;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;

@Configuration(proxyBeanMethods = false)
class LoopConfiguration {

    /** Just under the time that Spring gives a phase to stop, so that what was left behind is named. */
    private static final Duration PATIENCE = Duration.ofSeconds(29);

    @Bean
    LoopRounds rounds(MeterRegistry meters) {
        return new LoopRounds(meters, Schedulers.parallel(), PATIENCE);
    }
}
