package io.penstock.ingress;

import io.netty.channel.ChannelException;
import io.penstock.wire.Refusal;
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
        return new Request(
                request.method().name(), path(request.uri()), request.requestHeaders(), peer(request), correlationId());
    }

    /** A request target without its query. */
    static String path(String uri) {
        int query = uri.indexOf('?');
        return query < 0 ? uri : uri.substring(0, query);
    }

    /**
     * What it means that a body could not be read: {@code TooSlow} where it did not come in the time that the server gives it, otherwise
     * the error itself.
     */
    public static Throwable unread(Throwable error) {
        // the server's own time-out is a type of its package; nothing else that ends a body is a ChannelException
        return error instanceof ChannelException ? new Refusal(new Refusal.Reason.TooSlow()) : error;
    }

    /** The head of one message on a connection that one request opened: the same, under a correlation id of its own. */
    public static Request within(Request opener) {
        return new Request(opener.method(), opener.path(), opener.headers(), opener.peer(), correlationId());
    }

    private static InetSocketAddress peer(HttpServerRequest request) {
        return Objects.requireNonNull(request.remoteAddress(), "The connection has no IP address");
    }

    /** Not a secret: it names a request in logs, so it need not be unguessable. */
    static String correlationId() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }
}
