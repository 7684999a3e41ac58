package io.penstock.api.gateways;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Settings of the REST edge.
 *
 * @param discoveryBudget {@code DISCOVERY_BUDGET}: how long a registration waits for the first look at the upstream, which goes on
 *     without it; 0s to 30s
 * @param adminEnabled {@code MCPGATEWAY_ADMIN_API_ENABLED}: whether there are the paths below {@code /admin}, for operators: sessions,
 *     revocations, connections, vault, posture, support bundle; without them these answer 404
 * @param consoleEnabled {@code MCPGATEWAY_UI_ENABLED}: whether there is the console, below {@code /console}: pages that use the REST API
 *     and may do what their user may
 */
@ConfigurationProperties("penstock.api")
public record ApiSettings(
        @DefaultValue("2s") Duration discoveryBudget,
        @DefaultValue("true") boolean adminEnabled,
        @DefaultValue("true") boolean consoleEnabled) {

    private static final Duration LONGEST = Duration.ofSeconds(30);

    public ApiSettings {
        if (discoveryBudget.isNegative() || discoveryBudget.compareTo(LONGEST) > 0) {
            throw new InvalidConfigurationPropertyValueException(
                    "DISCOVERY_BUDGET", discoveryBudget, "it must be between 0s and 30s, for example 2s");
        }
    }
}
