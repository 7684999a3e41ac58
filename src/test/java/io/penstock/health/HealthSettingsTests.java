package io.penstock.health;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class HealthSettingsTests {

    @Configuration
    @EnableConfigurationProperties(HealthSettings.class)
    static class Context {}

    private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Context.class);

    @Test
    void aNumberIsSeconds() {
        runner.withPropertyValues("penstock.health.check-interval=5", "penstock.health.unhealthy-threshold=2")
                .run(context -> {
                    var settings = context.getBean(HealthSettings.class);
                    assertThat(settings.checkInterval()).hasSeconds(5);
                    assertThat(settings.unhealthyThreshold()).isEqualTo(2);
                });
    }

    @Test
    void aValueOutOfRangeStopsTheStartAndNamesTheVariable() {
        runner.withPropertyValues("penstock.health.check-interval=0")
                .run(context ->
                        assertThat(context).getFailure().rootCause().hasMessageContaining("HEALTH_CHECK_INTERVAL"));
        runner.withPropertyValues("penstock.health.unhealthy-threshold=0")
                .run(context ->
                        assertThat(context).getFailure().rootCause().hasMessageContaining("UNHEALTHY_THRESHOLD"));
    }
}
