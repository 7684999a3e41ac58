package io.penstock.mcp;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.ingress.IngressSettings;
import io.penstock.wire.HeaderNames;
import io.penstock.wire.Limit;
import io.penstock.wire.Mirrors;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.reactivestreams.Publisher;
import org.springframework.stereotype.Component;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Lets pages of {@code ALLOWED_ORIGINS} call the MCP endpoints and read what they answer (Fetch, "CORS protocol"): with tokens, never with
 * cookies. Other origins are refused before a route sees them.
 */
@Component
final class CrossOrigin {

    private static final String METHODS = "GET, POST, DELETE";
    private static final String SECONDS = "600";

    private static final String EXPOSED = String.join(
            ", ",
            "Mcp-Session-Id",
            "MCP-Protocol-Version",
            "WWW-Authenticate",
            "Retry-After",
            Limit.POLICY_FIELD,
            Limit.STATE_FIELD,
            "X-Correlation-Id");

    private static final List<CharSequence> SENT = List.of(
            HttpHeaderNames.ACCEPT,
            HttpHeaderNames.AUTHORIZATION,
            HttpHeaderNames.CONTENT_TYPE,
            HeaderNames.LAST_EVENT,
            HeaderNames.METHOD,
            HeaderNames.NAME,
            HeaderNames.VERSION,
            HeaderNames.SESSION,
            HeaderNames.TRACE_PARENT,
            HeaderNames.TRACE_STATE);

    private final Set<String> allowed;

    CrossOrigin(IngressSettings ingress) {
        this.allowed = Set.copyOf(ingress.allowedOrigins());
    }

    /** The same answers, as those pages may read them; and an answer to a browser that asks first. */
    BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> readable(
            BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> answers) {
        return (request, response) -> {
            var headers = request.requestHeaders();
            String origin = headers.get(HttpHeaderNames.ORIGIN);
            if (origin == null || !allowed.contains(origin)) {
                return answers.apply(request, response);
            }
            response.addHeader(HttpHeaderNames.VARY, "Origin")
                    .header(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            return isPreflight(request)
                    ? preflight(headers, response)
                    : answers.apply(request, response.header(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED));
        };
    }

    private static boolean isPreflight(HttpServerRequest request) {
        return request.method().name().equals("OPTIONS")
                && request.requestHeaders().contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
    }

    private static Publisher<Void> preflight(HttpHeaders headers, HttpServerResponse response) {
        return response.status(204)
                .header(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, METHODS)
                .header(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, sent(headers))
                .header(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, SECONDS)
                .send();
    }

    /** What MCP clients send, with those headers of tools that this one asks for: there is no list of them. */
    private static String sent(HttpHeaders headers) {
        String asked = headers.get(HttpHeaderNames.ACCESS_CONTROL_REQUEST_HEADERS, "");
        var ofTools = Stream.of(asked.split(","))
                .map(name -> name.trim().toLowerCase(Locale.ROOT))
                .filter(name -> name.startsWith(Mirrors.PARAMETER));
        return Stream.concat(SENT.stream(), ofTools).collect(Collectors.joining(", "));
    }
}
