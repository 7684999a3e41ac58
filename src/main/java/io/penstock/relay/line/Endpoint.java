package io.penstock.relay.line;

import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The address for POSTs that an HTTP+SSE upstream names (2024-11-05, Transports). */
public final class Endpoint {

    private static final int LONGEST = 8192;

    private Endpoint() {}

    /** Throws {@code UpstreamFailed} where it is on another origin than the registered one: the credential would follow it there. */
    public static URI resolve(Line line, @Nullable String named) {
        URI registered = line.gateway().url();
        URI uri = parse(line, registered, named == null ? "" : named.strip());
        if (!origin(uri).equals(origin(registered)) || uri.getRawUserInfo() != null) {
            throw line.faults().broken("GET", "with an endpoint on another origin than url, which is not followed");
        }
        String credential = line.credentialQuery();
        return credential == null ? uri : URI.create(uri + (uri.getRawQuery() == null ? "?" : "&") + credential);
    }

    private static URI parse(Line line, URI registered, String named) {
        try {
            if (!named.isEmpty() && named.length() <= LONGEST) {
                URI uri = registered.resolve(named);
                if (uri.getHost() != null && uri.getRawFragment() == null) {
                    return uri;
                }
            }
        } catch (IllegalArgumentException e) {
            // falls through: it is no URI
        }
        throw line.faults().broken("GET", "with an endpoint that is no address");
    }

    private static String origin(URI uri) {
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
        return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + ":" + port;
    }
}
