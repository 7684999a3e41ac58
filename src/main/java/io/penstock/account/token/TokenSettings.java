package io.penstock.account.token;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * How long API tokens live, and how many there may be.
 *
 * @param lifetime {@code API_TOKEN_LIFETIME}: how long an API token lives whose {@code expires_at} is not given, up to
 *     {@code API_TOKEN_MAX_LIFETIME}
 * @param maxLifetime {@code API_TOKEN_MAX_LIFETIME}: how far ahead {@code expires_at} may be, up to 3660 days
 * @param mostPerUser {@code MAX_API_TOKENS_PER_USER}: how many a user may have, 1 to 10000
 */
@ConfigurationProperties("penstock.tokens")
public record TokenSettings(
        @DefaultValue("90d") Duration lifetime,
        @DefaultValue("366d") Duration maxLifetime,
        @DefaultValue("100") int mostPerUser) {

    private static final Duration LONGEST = Duration.ofDays(3660);
    private static final int MOST = 10_000;

    public TokenSettings {
        if (!maxLifetime.isPositive() || maxLifetime.compareTo(LONGEST) > 0) {
            throw new InvalidConfigurationPropertyValueException(
                    "API_TOKEN_MAX_LIFETIME", maxLifetime, "It must be up to 3660d, like 366d.");
        }
        if (!lifetime.isPositive() || lifetime.compareTo(maxLifetime) > 0) {
            throw new InvalidConfigurationPropertyValueException(
                    "API_TOKEN_LIFETIME", lifetime, "It must be up to API_TOKEN_MAX_LIFETIME, like 90d.");
        }
        if (mostPerUser < 1 || mostPerUser > MOST) {
            throw new InvalidConfigurationPropertyValueException(
                    "MAX_API_TOKENS_PER_USER", mostPerUser, "It must be from 1 to " + MOST + ".");
        }
    }
}
