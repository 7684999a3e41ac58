package io.penstock.api;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.penstock.wire.Request;
import java.net.InetSocketAddress;
import java.util.UUID;
import org.springframework.web.server.ServerWebExchange;

/** The head of an exchange's request as the callers and the audit trail know it. */
final class Heads {

    private static final String KEY = Request.class.getName();

    private Heads() {}

    /** The same object for the same exchange, so that its correlation id is the same wherever it is told. */
    static Request of(ServerWebExchange exchange) {
        return (Request) exchange.getAttributes().computeIfAbsent(KEY, key -> read(exchange));
    }

    private static Request read(ServerWebExchange exchange) {
        var request = exchange.getRequest();
        var headers = new DefaultHttpHeaders();
        request.getHeaders().forEach(headers::add);
        var peer = request.getRemoteAddress();
        return new Request(
                request.getMethod().name(),
                request.getURI().getRawPath(),
                headers,
                peer == null ? InetSocketAddress.createUnresolved("unknown", 0) : peer,
                UUID.randomUUID().toString());
    }
}
