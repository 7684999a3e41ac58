package io.penstock.ingress;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import io.netty.util.NetUtil;
import io.penstock.wire.HeaderNames;
import io.penstock.wire.Refusal.Reason;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What every request must be before a route sees it: one reading of its framing, headers, host, origin and path. Two parties that read a
 * request differently are what smuggling, rebinding and forged identities are made of.
 */
final class Admission {

    /** Headers that decide something: a second one would be a second opinion. */
    private static final List<AsciiString> SINGLE = List.of(
            HttpHeaderNames.HOST,
            HttpHeaderNames.AUTHORIZATION,
            HttpHeaderNames.CONTENT_LENGTH,
            HttpHeaderNames.TRANSFER_ENCODING,
            HttpHeaderNames.CONTENT_TYPE,
            HttpHeaderNames.ORIGIN,
            HttpHeaderNames.IF_MATCH,
            AsciiString.cached("idempotency-key"),
            HeaderNames.LAST_EVENT,
            HeaderNames.SESSION,
            HeaderNames.VERSION,
            HeaderNames.METHOD,
            HeaderNames.NAME);

    private final Set<String> hosts;
    private final Set<String> origins;

    /**
     * @param hosts host names without port, lower case
     * @param origins browser origins besides the request's own host
     */
    Admission(Set<String> hosts, Set<String> origins) {
        this.hosts = Set.copyOf(hosts);
        this.origins = Set.copyOf(origins);
    }

    /** The reason to refuse the request; null where it may pass. */
    @Nullable
    Reason refuse(HttpRequest request) {
        var headers = request.headers();
        for (var name : SINGLE) {
            if (headers.contains(name) && isRepeated(headers, name)) {
                return new Reason.Malformed("The header " + name + " is there more than once");
            }
        }
        Reason reason = framing(request, headers);
        reason = reason == null ? names(headers) : reason;
        reason = reason == null ? path(request.uri()) : reason;
        reason = reason == null ? host(request.uri(), headers.get(HttpHeaderNames.HOST)) : reason;
        return reason == null ? origin(headers) : reason;
    }

    private static boolean isRepeated(HttpHeaders headers, AsciiString name) {
        var values = headers.valueCharSequenceIterator(name);
        var _ = values.next();
        return values.hasNext();
    }

    private static @Nullable Reason framing(HttpRequest request, HttpHeaders headers) {
        String encoding = headers.get(HttpHeaderNames.TRANSFER_ENCODING);
        if (encoding == null) {
            return null;
        }
        if (!encoding.equalsIgnoreCase("chunked")
                || headers.contains(HttpHeaderNames.CONTENT_LENGTH)
                || request.protocolVersion().compareTo(HttpVersion.HTTP_1_1) < 0) {
            return new Reason.Malformed(
                    "Transfer-Encoding may only be \"chunked\", on HTTP/1.1, without Content-Length");
        }
        return null;
    }

    /** {@code X_User} and {@code X-User} are one header to many servers (CVE-2025-64484). */
    private static @Nullable Reason names(HttpHeaders headers) {
        for (var it = headers.iteratorCharSequence(); it.hasNext(); ) {
            if (AsciiString.indexOf(it.next().getKey(), '_', 0) >= 0) {
                return new Reason.Malformed("Header names with an underscore are not taken");
            }
        }
        return null;
    }

    private static @Nullable Reason path(String uri) {
        if (!RequestPath.isPlain(uri)) {
            return new Reason.Malformed(
                    "The request path must start with / and hold no encoded or doubled separators and no dot segments");
        }
        return null;
    }

    private @Nullable Reason host(String uri, @Nullable String host) {
        if (host == null || !mayPass(uri, hostname(host))) {
            return new Reason.Malformed(
                    "The Host header names no host of this gateway; operators set BASE_URL or APP_DOMAIN");
        }
        return null;
    }

    /** Load balancers ask for health by address. */
    private boolean mayPass(String uri, String name) {
        return hosts.contains(name) || (Shedding.isHealth(uri) && isAddress(name));
    }

    /** An address cannot be made to point elsewhere, as a name can. */
    static boolean isAddress(String hostname) {
        return NetUtil.isValidIpV4Address(hostname)
                || (hostname.startsWith("[") && hostname.endsWith("]") && NetUtil.isValidIpV6Address(hostname));
    }

    /** The name in a {@code Host} header, lower case. */
    static String hostname(String host) {
        int end = host.startsWith("[") ? host.indexOf(']') + 1 : host.indexOf(':');
        return (end <= 0 ? host : host.substring(0, end)).toLowerCase(java.util.Locale.ROOT);
    }

    private @Nullable Reason origin(HttpHeaders headers) {
        String origin = headers.get(HttpHeaderNames.ORIGIN);
        if (origin == null || origins.contains(origin)) {
            return null;
        }
        String host = headers.get(HttpHeaderNames.HOST);
        if (origin.equals("http://" + host) || origin.equals("https://" + host)) {
            return null;
        }
        return new Reason.ForeignOrigin("This origin may not call; operators name it in ALLOWED_ORIGINS");
    }

    /** The host names that settings and the listening address make, lower case. */
    static Set<String> hosts(IngressSettings settings, boolean loopbackOnly) {
        var hosts = new TreeSet<String>();
        if (settings.baseUrl().getHost() != null) {
            hosts.add(settings.baseUrl().getHost().toLowerCase(java.util.Locale.ROOT));
        }
        settings.domains().forEach(domain -> hosts.add(domain.toLowerCase(java.util.Locale.ROOT)));
        if (loopbackOnly) {
            hosts.addAll(Set.of("localhost", "127.0.0.1", "[::1]"));
        }
        return hosts;
    }
}
