package io.penstock.caller.proxy;

import io.penstock.egress.AddressRange;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Whether a proxy in front says who calls, and which one.
 *
 * @param clientAuthEnabled {@code MCP_CLIENT_AUTH_ENABLED}: whether every client has to show a credential of its own. {@code false} together
 *     with {@code TRUST_PROXY_AUTH=true} is the trusted proxy mode; alone it changes nothing but a warning at start
 * @param trusted {@code TRUST_PROXY_AUTH}: whether the proxies of {@code TRUSTED_PROXY_CIDRS} are believed who calls, once
 *     {@code MCP_CLIENT_AUTH_ENABLED} is {@code false}
 * @param userHeader {@code PROXY_USER_HEADER}: the header in which the proxy names the user; from anywhere else it is dropped
 * @param trustedCidrs {@code TRUSTED_PROXY_CIDRS}: the addresses of the proxies, as ranges; the socket's address counts, never a header
 * @param anonymousEnabled {@code PROXY_ANONYMOUS_ENABLED}: whether a request of a trusted proxy that names no user is served as
 *     {@code anonymous}, who reads what is public and changes nothing; {@code false} answers 401
 * @param groupsHeader {@code PROXY_GROUPS_HEADER}: the header in which the proxy lists the user's groups; empty: none
 * @param groupsFormat {@code PROXY_GROUPS_FORMAT}: how the groups are listed there: {@code commas}, names with commas between them, or
 *     {@code base64-json}, a JSON array in Base64, as Istio writes a claim that is a list
 * @param addressHeader {@code PROXY_ADDRESS_HEADER}: the one header that is believed about the client's address behind trusted proxies,
 *     {@code X-Forwarded-For}, {@code Forwarded} or another that the proxy writes
 */
@ConfigurationProperties("penstock.proxy")
public record ProxySettings(
        @DefaultValue("true") boolean clientAuthEnabled,
        @DefaultValue("false") boolean trusted,
        @DefaultValue("X-Authenticated-User") String userHeader,
        @DefaultValue({"127.0.0.0/8", "::1/128"}) List<String> trustedCidrs,
        @DefaultValue("true") boolean anonymousEnabled,
        @DefaultValue("") String groupsHeader,
        @DefaultValue("commas") GroupsFormat groupsFormat,
        @DefaultValue("X-Forwarded-For") String addressHeader) {

    /** How a header lists groups. */
    enum GroupsFormat {
        COMMAS,
        BASE64_JSON
    }

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]+(-[A-Za-z0-9]+)*");
    private static final int LONGEST_NAME = 64;

    /** Headers that mean something else already. */
    private static final Set<String> TAKEN = Set.of(
            "authorization",
            "cookie",
            "host",
            "connection",
            "upgrade",
            "te",
            "trailer",
            "expect",
            "keep-alive",
            "transfer-encoding",
            "accept",
            "origin",
            "if-match",
            "idempotency-key",
            "last-event-id",
            "traceparent",
            "tracestate");

    private static final List<String> TAKEN_BEGINNINGS =
            List.of("content-", "accept-", "mcp-", "sec-", "proxy-", "access-control-", "x-proxy-");

    public ProxySettings {
        trustedCidrs = List.copyOf(trustedCidrs);
        header("PROXY_USER_HEADER", userHeader);
        header("PROXY_ADDRESS_HEADER", addressHeader);
        if (!groupsHeader.isEmpty()) {
            header("PROXY_GROUPS_HEADER", groupsHeader);
        }
        if (groupsHeader.equalsIgnoreCase(userHeader)) {
            throw wrong("PROXY_GROUPS_HEADER", "It must be another header than PROXY_USER_HEADER.");
        }
        if (addressHeader.equalsIgnoreCase(userHeader) || addressHeader.equalsIgnoreCase(groupsHeader)) {
            throw wrong("PROXY_ADDRESS_HEADER", "It must be another header than those of the user and the groups.");
        }
        var ranges = ranges(trustedCidrs);
        if (trusted && ranges.isEmpty()) {
            throw wrong(
                    "TRUSTED_PROXY_CIDRS",
                    "With TRUST_PROXY_AUTH=true it must name the addresses of the proxies, like 127.0.0.0/8,10.1.2.3/32.");
        }
        if (trusted && ranges.stream().anyMatch(range -> range.prefix() == 0)) {
            throw wrong(
                    "TRUSTED_PROXY_CIDRS",
                    "It would trust everybody: name the addresses of the proxies, like 127.0.0.0/8,10.1.2.3/32.");
        }
    }

    /** Whether trusted proxies say who calls. */
    boolean on() {
        return trusted && !clientAuthEnabled;
    }

    List<AddressRange> ranges() {
        return ranges(trustedCidrs);
    }

    private static List<AddressRange> ranges(List<String> cidrs) {
        try {
            return cidrs.stream().map(AddressRange::parse).toList();
        } catch (IllegalArgumentException e) {
            throw wrong("TRUSTED_PROXY_CIDRS", e.getMessage() + ".");
        }
    }

    /** @throws InvalidConfigurationPropertyValueException where the name can be none of a header of its own */
    static void header(String setting, String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (name.length() > LONGEST_NAME
                || !NAME.matcher(name).matches()
                || TAKEN.contains(lower)
                || TAKEN_BEGINNINGS.stream().anyMatch(lower::startsWith)) {
            throw wrong(
                    setting,
                    "It must be the name of a header that means nothing else, of letters, digits and hyphens, like X-Authenticated-User.");
        }
    }

    static InvalidConfigurationPropertyValueException wrong(String setting, String reason) {
        return new InvalidConfigurationPropertyValueException(setting, null, reason);
    }
}
