package io.penstock.audit;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * The audit trail.
 *
 * @param strangers how many refusals a minute it keeps of one address, or IPv6 network, from which somebody calls without being identified,
 *     1 to 10000; how many more there were is in the next one that it keeps
 */
@ConfigurationProperties("penstock.audit")
public record AuditSettings(@DefaultValue("60") int strangers) {

    private static final int MOST = 10_000;

    public AuditSettings {
        if (strangers < 1 || strangers > MOST) {
            throw new InvalidConfigurationPropertyValueException(
                    "penstock.audit.strangers", strangers, "It must be a number from 1 to " + MOST + ".");
        }
    }
}
