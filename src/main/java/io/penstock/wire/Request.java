package io.penstock.wire;

import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The head of an HTTP request as it arrived, after the checks of the listening server.
 *
 * @param method the HTTP method, upper case
 * @param path the raw path, without the query
 * @param peer the socket's remote address; forwarding headers never change it
 * @param correlationId names this request in logs, errors and the audit trail
 */
public record Request(String method, String path, HttpHeaders headers, InetSocketAddress peer, String correlationId) {

    /** The header's single value; null where it is absent. The listening server refuses doubled ones that matter. */
    public @Nullable String header(CharSequence name) {
        return headers.get(name);
    }

    /** Headers hold credentials, so they are not printed. */
    @Override
    public String toString() {
        return method + " " + path + " " + correlationId;
    }
}
