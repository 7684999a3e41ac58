package io.penstock.audit;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * The audit trail.
 *
 * @param strangers how many refusals a minute it keeps of one address, or IPv6 network, from which somebody calls without being identified,
 *     1 to 10000; how many more there were is in the next one that it keeps
 * @param refusals how many refusals a minute it keeps of one user, 1 to 10000; how many more there were is in the next one that it keeps
 */
@ConfigurationProperties("penstock.audit")
public record AuditSettings(
        @DefaultValue("60") int strangers,
        @DefaultValue("120") int refusals) {

    private static final int MOST = 10_000;

    public AuditSettings {
        check("penstock.audit.strangers", strangers);
        check("penstock.audit.refusals", refusals);
    }

    private static void check(String setting, int most) {
        if (most < 1 || most > MOST) {
            throw new InvalidConfigurationPropertyValueException(
                    setting, most, "It must be a number from 1 to " + MOST + ".");
        }
    }
}
