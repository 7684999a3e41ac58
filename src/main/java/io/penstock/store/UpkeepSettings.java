package io.penstock.store;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * How the keys of the vault are changed while the gateway runs.
 *
 * @param rewrapInterval {@code AUTH_ENCRYPTION_REWRAP_INTERVAL}: how often is looked for values that another key sealed than the one that
 *     seals now, 1s to 1d
 * @param keysetInterval {@code AUTH_ENCRYPTION_KEYSET_INTERVAL}: how often the keyset file is looked at, 1s to 1d
 */
@ConfigurationProperties("penstock.vault.upkeep")
record UpkeepSettings(
        @DefaultValue("1m") Duration rewrapInterval,
        @DefaultValue("10s") Duration keysetInterval) {

    UpkeepSettings {
        require("AUTH_ENCRYPTION_REWRAP_INTERVAL", rewrapInterval);
        require("AUTH_ENCRYPTION_KEYSET_INTERVAL", keysetInterval);
    }

    private static void require(String name, Duration interval) {
        if (interval.compareTo(Duration.ofSeconds(1)) < 0 || interval.compareTo(Duration.ofDays(1)) > 0) {
            throw new InvalidConfigurationPropertyValueException(
                    name, interval, "It must be from 1s to 1d, for example 1m.");
        }
    }
}
