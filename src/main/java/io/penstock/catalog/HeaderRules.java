package io.penstock.catalog;

import static java.util.Map.entry;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Which header names and values an operator may have sent to an upstream (RFC 9110, 5.1 and 5.5). */
@Component
public final class HeaderRules {

    private static final int NAME_LIMIT = 128;
    private static final int VALUE_LIMIT = 8192;
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    private static final String FRAMING = "it says where an HTTP message ends or how its connection is used";
    private static final String FIXED = "the MCP transport fixes it";
    private static final String IDENTITY = "it names a user to whoever trusts it";
    private static final String TRACING = "the gateway writes it for its traces";
    private static final String COOKIE = "cookies belong to browsers, and clients' cookies never reach an upstream";

    private static final Map<String, String> NAMES = Map.ofEntries(
            entry("host", "it follows from the url"),
            entry("content-length", FRAMING),
            entry("transfer-encoding", FRAMING),
            entry("te", FRAMING),
            entry("trailer", FRAMING),
            entry("connection", FRAMING),
            entry("keep-alive", FRAMING),
            entry("upgrade", FRAMING),
            entry("expect", FRAMING),
            entry("http2-settings", FRAMING),
            entry("content-type", FIXED),
            entry("content-encoding", FIXED),
            entry("accept", FIXED),
            entry("accept-encoding", FIXED),
            entry("last-event-id", FIXED),
            entry("cookie", COOKIE),
            entry("cookie2", COOKIE),
            entry("set-cookie", COOKIE),
            entry("forwarded", IDENTITY),
            entry("via", IDENTITY),
            entry("remote-user", IDENTITY),
            entry("x-remote-user", IDENTITY),
            entry("x-real-ip", IDENTITY),
            entry("x-authenticated-user", IDENTITY),
            entry("traceparent", TRACING),
            entry("tracestate", TRACING),
            entry("baggage", TRACING));

    private static final Map<String, String> PREFIXES = Map.of(
            "mcp-",
            "it belongs to the MCP transport",
            "proxy-",
            "it is meant for a proxy on the way",
            "x-forwarded-",
            IDENTITY,
            "x-auth-request-",
            IDENTITY);

    private static final String ASSERTION = "a proxy says by it who the user is, as a token says it";

    /** What clients, and proxies before this gateway, show to this gateway alone; an upstream may have one of its own. */
    private static final Map<String, String> CLIENTS_ONLY = Map.ofEntries(
            entry("authorization", "the client's own token never reaches an upstream"),
            entry("cf-access-jwt-assertion", ASSERTION),
            entry("cf-access-token", ASSERTION),
            entry("cf-authorization", ASSERTION),
            entry("x-amzn-oidc-accesstoken", ASSERTION),
            entry("x-amzn-oidc-data", ASSERTION),
            entry("x-amzn-oidc-identity", ASSERTION),
            entry("x-goog-iap-jwt-assertion", ASSERTION),
            entry("x-pomerium-jwt-assertion", ASSERTION));

    private static final Map<String, String> CLIENTS_ONLY_PREFIXES = Map.of(
            "x-upstream-", "the gateway's credential is the only one that reaches an upstream",
            "x-goog-authenticated-user-", ASSERTION,
            "x-ms-token-", ASSERTION,
            "x-ms-client-principal", ASSERTION);

    private final Set<String> identityHeaders;

    /**
     * The rules of a gateway behind such proxies.
     *
     * @param user the header in which a proxy names the user
     * @param groups that of the groups; empty for none, as {@code proof}
     * @param proof that of the proxy's assertion
     */
    public HeaderRules(
            @Value("${penstock.proxy.user-header:X-Authenticated-User}") String user,
            @Value("${penstock.proxy.groups-header:}") String groups,
            @Value("${penstock.proxy.proof.header:}") String proof) {
        this.identityHeaders = Stream.of(user, groups, proof)
                .filter(name -> !name.isBlank())
                .map(name -> folded(name.strip()))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Why a credential may not be sent in a header of that name; null where it may. */
    public @Nullable String refusedName(String name) {
        if (name.isEmpty() || name.length() > NAME_LIMIT || !name.chars().allMatch(HeaderRules::inToken)) {
            return "is not a header name: use 1 to " + NAME_LIMIT + " of the characters A-Z a-z 0-9 " + TOKEN_MARKS;
        }
        var reason = reserved(folded(name));
        return reason == null ? null : "must not be " + name + ": " + reason;
    }

    /** Why a client's header of that name may not be passed on; null where it may. */
    public @Nullable String refusedPassthrough(String name) {
        var refused = refusedName(name);
        var folded = folded(name);
        var reason = reason(CLIENTS_ONLY, CLIENTS_ONLY_PREFIXES, folded);
        return refused != null || reason == null ? refused : "must not be " + name + ": " + reason;
    }

    /** Why a header may not have that value; null where it may. The answer does not repeat the value. */
    public @Nullable String refusedValue(String value) {
        if (value.isEmpty() || value.length() > VALUE_LIMIT) {
            return "must have 1 to " + VALUE_LIMIT + " characters";
        }
        if (!value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c <= '~'))) {
            return "must be visible ASCII characters, spaces and tabs, without line breaks";
        }
        return value.strip().length() == value.length() ? null : "must not begin or end with a space or tab";
    }

    private @Nullable String reserved(String folded) {
        return identityHeaders.contains(folded) ? IDENTITY : reason(NAMES, PREFIXES, folded);
    }

    private static @Nullable String reason(Map<String, String> names, Map<String, String> prefixes, String folded) {
        for (var prefix : prefixes.entrySet()) {
            if (folded.startsWith(prefix.getKey())) {
                return prefix.getValue();
            }
        }
        return names.get(folded);
    }

    /** Servers exist that read {@code X_Real_IP} and {@code X.Real.IP} as {@code X-Real-IP}. */
    private static String folded(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-').replace('.', '-');
    }

    private static boolean inToken(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || TOKEN_MARKS.indexOf(c) >= 0;
    }
}
