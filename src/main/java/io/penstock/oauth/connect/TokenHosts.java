package io.penstock.oauth.connect;

import io.penstock.oauth.Providers;
import java.net.URI;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Which hosts may redeem the codes that users bring back from others. A code of a client without a secret is worth the user's agreement to
 * whoever has it: an address to agree at beside somebody else's address for tokens, in a configuration or in metadata, would be a theft
 * (RFC 9700, 4.4).
 */
final class TokenHosts {

    private final Set<String> pairs = new HashSet<>();

    TokenHosts(ConnectSettings settings) {
        settings.tokenHosts().forEach(pair -> pairs.add(pair.toLowerCase(Locale.ROOT)));
        for (var provider : Providers.list()) {
            String authorize = provider.authorizationUrl();
            String token = provider.tokenUrl();
            if (authorize != null && token != null && !provider.needsDomain()) {
                pairs.add(pair(host(URI.create(authorize)), host(URI.create(token))));
            }
        }
    }

    /** Whether both are of one authorization server: on one host, on a host and another below it, or on two that are known to be one. */
    boolean areOne(URI authorize, URI token) {
        String agreeing = host(authorize);
        String giving = host(token);
        return agreeing.equals(giving)
                || isBelow(agreeing, giving)
                || isBelow(giving, agreeing)
                || pairs.contains(pair(agreeing, giving));
    }

    /** As the setting names two hosts that are one server. */
    static String pair(URI authorize, URI token) {
        return pair(host(authorize), host(token));
    }

    private static String pair(String authorize, String token) {
        return authorize + "=" + token;
    }

    private static boolean isBelow(String host, String other) {
        return other.indexOf('.') > 0 && host.endsWith("." + other);
    }

    private static String host(URI url) {
        return url.getHost().toLowerCase(Locale.ROOT);
    }
}
