package io.penstock.mcp.call;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The MCP endpoints.
 *
 * @param keepAlive how often a comment goes out on a stream of events and its caller is identified again
 * @param streamsPerCaller how many open-ended streams (GET, {@code subscriptions/listen}) one caller may have on this replica
 */
@Validated
@ConfigurationProperties("penstock.mcp")
public record McpSettings(
        @NotNull @DefaultValue("15s") Duration keepAlive,
        @DefaultValue("100") int streamsPerCaller) {}
