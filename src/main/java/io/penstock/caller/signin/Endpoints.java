package io.penstock.caller.signin;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where a provider is talked to.
 *
 * @param logout where browsers end its own session; null where that is not known
 * @param namesItself whether it says that its answers carry {@code iss} (RFC 9207, 3)
 */
record Endpoints(
        URI authorize, URI token, URI jwks, @Nullable URI logout, boolean namesItself) {

    Endpoints withLogout(URI other) {
        return new Endpoints(authorize, token, jwks, other, namesItself);
    }
}
