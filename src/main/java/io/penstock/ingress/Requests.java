package io.penstock.ingress;

import io.penstock.wire.Request;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import reactor.netty.http.server.HttpServerRequest;

/** Takes the head of a request from the server. */
public final class Requests {

    private Requests() {}

    /** The request's head, under a new correlation id. */
    public static Request of(HttpServerRequest request) {
        String uri = request.uri();
        int query = uri.indexOf('?');
        return new Request(
                request.method().name(),
                query < 0 ? uri : uri.substring(0, query),
                request.requestHeaders(),
                peer(request),
                correlationId());
    }

    private static InetSocketAddress peer(HttpServerRequest request) {
        return Objects.requireNonNull(request.remoteAddress(), "The connection has no IP address");
    }

    /** Not a secret: it names a request in logs, so it need not be unguessable. */
    private static String correlationId() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }
}
