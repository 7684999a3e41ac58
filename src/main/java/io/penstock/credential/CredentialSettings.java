package io.penstock.credential;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * How the credential of a gateway is put in the place of another one.
 *
 * @param grace {@code CREDENTIAL_GRACE}: how long a gateway's credential of before a change is kept, so that it can be taken back, 1m to 30d
 * @param refusals {@code CREDENTIAL_ROLLBACK_REFUSALS}: after how many calls within a minute that were refused with the new one a replica
 *     takes the one before back by itself, 1 to 10000; 0: never
 */
@ConfigurationProperties("penstock.credential")
public record CredentialSettings(
        @DefaultValue("1h") Duration grace,
        @DefaultValue("5") int refusals) {

    public CredentialSettings {
        if (grace.compareTo(Duration.ofMinutes(1)) < 0 || grace.compareTo(Duration.ofDays(30)) > 0) {
            throw new InvalidConfigurationPropertyValueException(
                    "CREDENTIAL_GRACE", grace, "It must be from 1m to 30d, for example 1h.");
        }
        if (refusals < 0 || refusals > 10_000) {
            throw new InvalidConfigurationPropertyValueException(
                    "CREDENTIAL_ROLLBACK_REFUSALS", refusals, "It must be from 0 to 10000.");
        }
    }
}
