package io.penstock.api.entrance;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Gives every answer the headers that keep browsers and caches from misusing it; a route may set its own instead. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class ResponseHeaders implements WebFilter {

    public static final String POLICY = "Content-Security-Policy";
    public static final String REFERRER_POLICY = "Referrer-Policy";

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        exchange.getResponse().beforeCommit(() -> Mono.fromRunnable(() -> add(exchange)));
        return chain.filter(exchange);
    }

    private static void add(ServerWebExchange exchange) {
        var headers = exchange.getResponse().getHeaders();
        addIfAbsent(headers, POLICY, "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
        addIfAbsent(headers, HttpHeaders.CACHE_CONTROL, "no-store");
        addIfAbsent(headers, "Cross-Origin-Resource-Policy", "same-origin");
        addIfAbsent(headers, REFERRER_POLICY, "no-referrer");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("X-Frame-Options", "DENY");
        headers.set("X-Correlation-Id", Heads.of(exchange).correlationId());
    }

    private static void addIfAbsent(HttpHeaders headers, String name, String value) {
        if (!headers.containsHeader(name)) {
            headers.set(name, value);
        }
    }
}
