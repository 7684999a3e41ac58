package io.penstock.api;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Which header fields may be stored, to be sent to upstreams later (RFC 9110, 5.1 and 5.5). */
final class HeaderTexts {

    static final String NAME =
            "must be a header name of letters, digits and hyphens, and none that HTTP, MCP or the gateway sets itself";
    static final String VALUE = "must be printable ASCII without a space at either end";

    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^`|~0-9A-Za-z-]+");
    private static final Pattern PRINTABLE = Pattern.compile("[!-~]([ -~]*[!-~])?");

    private static final Set<String> OURS = Set.of(
            "host",
            "content-length",
            "transfer-encoding",
            "connection",
            "keep-alive",
            "te",
            "trailer",
            "upgrade",
            "expect",
            "content-type",
            "content-encoding",
            "accept",
            "accept-encoding",
            "cookie",
            "last-event-id",
            "forwarded",
            "traceparent",
            "tracestate");

    private HeaderTexts() {}

    static boolean isName(String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        return TOKEN.matcher(name).matches()
                && !OURS.contains(lower)
                && !lower.startsWith("mcp-")
                && !lower.startsWith("proxy-")
                && !lower.startsWith("x-forwarded-");
    }

    /** Whether a client's header of that name may be passed on: never one that says who the client is. */
    static boolean isPassable(String name) {
        return isName(name) && !name.equalsIgnoreCase("authorization");
    }

    static boolean isValue(String value) {
        return PRINTABLE.matcher(value).matches();
    }
}
