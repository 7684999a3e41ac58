package io.penstock.mcp.call;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.validation.annotation.Validated;

/**
 * The MCP endpoints.
 *
 * @param keepAlive how often a comment goes out on a stream of events, up to 25 s
 * @param streamsPerCaller how many open-ended streams (GET, {@code subscriptions/listen}) one caller may have on this replica
 */
@Validated
@ConfigurationProperties("penstock.mcp")
public record McpSettings(
        @NotNull @DefaultValue("15s") Duration keepAlive,
        @Min(0) @DefaultValue("100") int streamsPerCaller) {

    /** Some proxies take a connection for dead that was quiet for half a minute. */
    private static final Duration LONGEST = Duration.ofSeconds(25);

    public McpSettings {
        if (!keepAlive.isPositive() || keepAlive.compareTo(LONGEST) > 0) {
            throw new InvalidConfigurationPropertyValueException(
                    "penstock.mcp.keep-alive",
                    keepAlive,
                    "It must be up to 25s: proxies between end a connection on which nothing comes.");
        }
    }
}
