package io.penstock.access.limit;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * How many calls may be made, each as {@code 600/1m}, {@code 10/s}, or a number of calls a minute; {@code 0} is no limit. Each replica counts
 * for itself.
 *
 * @param caller the calls of one user, REST and MCP together
 * @param credential the calls with one token, REST and MCP together
 * @param team the MCP calls to the gateways of one team, whoever makes them
 * @param tool {@code TOOL_RATE_LIMIT}: the calls of one tool, whoever makes them
 * @param toolPerCaller the calls of one tool by one user
 * @param tools tools with limits of their own instead, each by {@code PENSTOCK_LIMITS_TOOLS_0_NAME}, {@code _0_GATEWAY}, {@code _0_RATE} and
 *     {@code _0_RATEPERCALLER}, counted from 0
 * @param address the requests of one address to what asks for no credential: sign-in, metadata, documentation
 * @param endedSessions the MCP sessions that one user ends: until it would have been over by itself, each one that was ended is kept in memory,
 *     on every replica
 */
@ConfigurationProperties("penstock.limits")
record LimitSettings(
        @DefaultValue("0") Rate caller,
        @DefaultValue("0") Rate credential,
        @DefaultValue("0") Rate team,
        @DefaultValue("0") Rate tool,
        @DefaultValue("0") Rate toolPerCaller,
        @DefaultValue List<OfTool> tools,
        @DefaultValue("600/1m") Rate address,
        @DefaultValue("20000/1d") Rate endedSessions) {

    LimitSettings {
        tools = List.copyOf(tools);
    }

    /**
     * A tool with limits of its own.
     *
     * @param name what its upstream calls it, or its name here, which begins with its gateway's slug
     * @param gateway the name or slug of the gateway that it comes from; null for every gateway with such a tool
     * @param rate the calls of it, whoever makes them
     * @param ratePerCaller the calls of it by one user
     */
    record OfTool(
            @DefaultValue("") String name,
            @Nullable String gateway,
            @DefaultValue("0") Rate rate,
            @DefaultValue("0") Rate ratePerCaller) {

        OfTool {
            if (name.isBlank()) {
                throw new InvalidConfigurationPropertyValueException(
                        "penstock.limits.tools", name, "Each needs the name of its tool.");
            }
        }
    }
}
