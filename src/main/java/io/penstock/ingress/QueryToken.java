package io.penstock.ingress;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The access token of a WebSocket's handshake, which browsers can only put into the query: it becomes the header that it would have been,
 * before anything sees the address that might log it. On other paths it is nothing but a part of the query.
 */
final class QueryToken {

    private static final String NAME = "token=";

    /** What a bearer token is made of (RFC 6750, 2.1). */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    private QueryToken() {}

    /** Takes every token out of the query. The first one becomes the header {@code Authorization}, where there is none. */
    static void move(HttpRequest request) {
        String uri = request.uri();
        int query = uri.indexOf('?');
        if (query < 0 || !isSocket(uri.substring(0, query))) {
            return;
        }
        String token = null;
        var rest = new StringBuilder();
        for (String parameter : uri.substring(query + 1).split("&", -1)) {
            if (!parameter.startsWith(NAME)) {
                rest.append(rest.isEmpty() ? "?" : "&").append(parameter);
            } else if (token == null) {
                token = parameter.substring(NAME.length());
            }
        }
        if (token != null) {
            request.setUri(uri.substring(0, query) + rest);
            present(request, token);
        }
    }

    private static void present(HttpRequest request, @Nullable String token) {
        var headers = request.headers();
        boolean upgrade = headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
        if (upgrade
                && token != null
                && !headers.contains(HttpHeaderNames.AUTHORIZATION)
                && TOKEN.matcher(token).matches()) {
            headers.set(HttpHeaderNames.AUTHORIZATION, "Bearer " + token);
        }
    }

    private static boolean isSocket(String path) {
        if (path.equals("/ws")) {
            return true;
        }
        int from = path.startsWith("/servers/") ? "/servers/".length() : "/gateways/".length();
        return (path.startsWith("/servers/") || path.startsWith("/gateways/"))
                && path.endsWith("/ws")
                && path.indexOf('/', from) == path.length() - "/ws".length();
    }
}
