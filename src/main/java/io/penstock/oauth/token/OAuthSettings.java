package io.penstock.oauth.token;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.convert.DurationUnit;

/**
 * How long tokens for upstreams are kept.
 *
 * @param retentionDays {@code OAUTH_TOKEN_RETENTION_DAYS}: a token that nobody used for so long is renewed no more, and deleted when it
 *     has ended, in days, 1 to 3650
 * @param cleanupEnabled {@code OAUTH_CLEANUP_ENABLED}: whether ended tokens that nobody used for {@code OAUTH_TOKEN_RETENTION_DAYS} are deleted
 * @param cleanupIntervalHours {@code OAUTH_CLEANUP_INTERVAL_HOURS}: how often ended tokens are deleted, in hours, 1 to 720
 */
@ConfigurationProperties("penstock.oauth")
public record OAuthSettings(
        @DurationUnit(ChronoUnit.DAYS) @DefaultValue("90") Duration retentionDays,
        @DefaultValue("true") boolean cleanupEnabled,

        @DurationUnit(ChronoUnit.HOURS) @DefaultValue("24") Duration cleanupIntervalHours) {

    public OAuthSettings {
        require("OAUTH_TOKEN_RETENTION_DAYS", retentionDays.toDays(), 3650);
        require("OAUTH_CLEANUP_INTERVAL_HOURS", cleanupIntervalHours.toHours(), 720);
    }

    private static void require(String name, long value, int most) {
        if (value < 1 || value > most) {
            throw new InvalidConfigurationPropertyValueException(name, value, "It must be from 1 to " + most + ".");
        }
    }
}
