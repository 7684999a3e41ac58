package io.penstock.caller.session;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.penstock.ingress.IngressSettings;
import io.penstock.wire.Request;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether another site may have made a browser send a request: the browser then adds the cookie, whoever asked for it. What changes nothing
 * may be asked for by anybody, because its answer cannot be read there.
 */
public final class Forgery {

    private static final String SITE = "sec-fetch-site";
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
    private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

    private final String base;
    private final Set<String> allowed;

    public Forgery(IngressSettings ingress) {
        base = ingress.url("");
        allowed = Set.copyOf(ingress.allowedOrigins());
    }

    /** Whether that may be so. */
    public boolean suspected(Request request) {
        if (SAFE.contains(request.method()) && !isUpgrade(request)) {
            return false;
        }
        String origin = request.header(HttpHeaderNames.ORIGIN);
        if (origin != null) {
            return !isOwn(origin, request.header(HttpHeaderNames.HOST)) && !allowed.contains(origin);
        }
        String site = request.header(SITE);
        return site != null && !OWN_SITES.contains(site);
    }

    private boolean isOwn(String origin, @Nullable String host) {
        return origin.equals(base) || origin.equals("https://" + host) || origin.equals("http://" + host);
    }

    /** What opens a WebSocket can be followed by anything. */
    private static boolean isUpgrade(Request request) {
        return request.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
    }
}
