package io.penstock.health;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.convert.DurationUnit;

/**
 * How upstreams are looked after.
 *
 * @param checkInterval {@code HEALTH_CHECK_INTERVAL}: how often an upstream is checked, in seconds, 1 to 86400; a gateway may have its own
 * @param unhealthyThreshold {@code UNHEALTHY_THRESHOLD}: how many checks in a row fail before a healthy upstream counts as unhealthy, 1 to
 *     1000
 * @param concurrency how many upstreams one process checks at a time, 1 to 1000
 * @param poll how often it is looked for due checks
 * @param longestBackOff the longest pause between checks of an unhealthy upstream, unless its interval is longer
 * @param discoveryInterval how old what is known of an upstream's tools, resources and prompts may be
 * @param discoveryTimeout how long reading them may take
 */
@ConfigurationProperties("penstock.health")
record HealthSettings(
        @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("60")
        Duration checkInterval,

        @DefaultValue("3") int unhealthyThreshold,
        @DefaultValue("16") int concurrency,
        @DefaultValue("500ms") Duration poll,
        @DefaultValue("5m") Duration longestBackOff,
        @DefaultValue("10m") Duration discoveryInterval,
        @DefaultValue("30s") Duration discoveryTimeout) {

    HealthSettings {
        require(
                "HEALTH_CHECK_INTERVAL",
                checkInterval,
                checkInterval.toSeconds() >= 1 && checkInterval.toDays() <= 1,
                "It must be from 1 to 86400 seconds.");
        require("UNHEALTHY_THRESHOLD", unhealthyThreshold, within(unhealthyThreshold), "It must be from 1 to 1000.");
        require("penstock.health.concurrency", concurrency, within(concurrency), "It must be from 1 to 1000.");
        requirePositive("penstock.health.poll", poll);
        requirePositive("penstock.health.longest-back-off", longestBackOff);
        requirePositive("penstock.health.discovery-interval", discoveryInterval);
        requirePositive("penstock.health.discovery-timeout", discoveryTimeout);
    }

    private static boolean within(int value) {
        return value >= 1 && value <= 1000;
    }

    private static void requirePositive(String name, Duration value) {
        require(name, value, value.isPositive(), "It must be longer than nothing, like 30s.");
    }

    private static void require(String name, Object value, boolean right, String wanted) {
        if (!right) {
            throw new InvalidConfigurationPropertyValueException(name, value, wanted);
        }
    }
}
