package io.penstock.api.entrance;

import io.penstock.ingress.Requests;
import io.penstock.wire.Limit;
import io.penstock.wire.Request;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;

/** The head of an exchange's request as the callers and the audit trail know it, and what its answer's head says of limits. */
public final class Heads {

    private static final String KEY = Request.class.getName();

    private Heads() {}

    /** The same object for the same exchange, so that its correlation id is the same wherever it is told. */
    public static Request of(ServerWebExchange exchange) {
        return (Request) exchange.getAttributes().computeIfAbsent(KEY, key -> read(exchange));
    }

    /** Says in the answer how the caller stands to a limit, where there is one to speak of. */
    public static void tell(ServerWebExchange exchange, @Nullable Limit limit) {
        if (limit != null) {
            var headers = exchange.getResponse().getHeaders();
            headers.set(Limit.POLICY_FIELD, limit.policy());
            headers.set(Limit.STATE_FIELD, limit.state());
        }
    }

    private static Request read(ServerWebExchange exchange) {
        return Requests.of(ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest()));
    }
}
