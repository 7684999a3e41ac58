package io.penstock.api.entrance;

import io.penstock.ingress.Requests;
import io.penstock.wire.Request;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;

/** The head of an exchange's request as the callers and the audit trail know it. */
public final class Heads {

    private static final String KEY = Request.class.getName();

    private Heads() {}

    /** The same object for the same exchange, so that its correlation id is the same wherever it is told. */
    public static Request of(ServerWebExchange exchange) {
        return (Request) exchange.getAttributes().computeIfAbsent(KEY, key -> read(exchange));
    }

    private static Request read(ServerWebExchange exchange) {
        return Requests.of(ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest()));
    }
}
