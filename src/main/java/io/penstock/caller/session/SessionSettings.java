package io.penstock.caller.session;

import io.penstock.vault.Secret;
import io.penstock.vault.Strength;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.validation.annotation.Validated;

/**
 * The sessions of those who signed in with a browser.
 *
 * @param secretKey {@code SECRET_KEY}: what session cookies are sealed with, at least 32 random characters, the same on all replicas; needed
 *     with {@code MCP_AUTH_ENABLED=true}. Without that, users of this gateway's own sign in with their passwords in browsers where it is
 *     set, and only programs do where it is empty. Another value ends all sessions
 * @param secureCookies {@code SECURE_COOKIES}: whether browsers send the cookies over TLS alone: {@code true}, {@code false} for development
 *     without TLS, or {@code auto}, which is {@code true} unless {@code BASE_URL} is plain http on this machine
 * @param idleLimit {@code MCP_AUTH_SESSION_IDLE_LIMIT}: how long a session may go unused; it ends a minute later at most
 * @param absoluteLimit {@code MCP_AUTH_SESSION_ABSOLUTE_LIMIT}: how long a session lasts at most
 */
@Validated
@ConfigurationProperties("penstock.session")
public record SessionSettings(
        @DefaultValue("") Secret secretKey,
        @DefaultValue("auto") Secure secureCookies,

        @DurationMin(minutes = 2) @DurationMax(days = 90) @DefaultValue("1h")
        Duration idleLimit,

        @DurationMin(minutes = 2) @DurationMax(days = 90) @DefaultValue("12h")
        Duration absoluteLimit) {

    /** Whether cookies are for TLS alone. */
    public enum Secure {
        AUTO,
        TRUE,
        FALSE
    }

    /** The key material. @throws InvalidConfigurationPropertyValueException where it is missing or weak */
    Secret strongKey() {
        String weakness = Strength.weakness(secretKey);
        if (weakness != null) {
            throw new InvalidConfigurationPropertyValueException("SECRET_KEY", null, weakness);
        }
        return secretKey;
    }
}
