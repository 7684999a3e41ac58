package io.penstock.oauth.registration;

import io.penstock.catalog.OAuthConfig.ClientAuth;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What this gateway wants to be registered as.
 *
 * @param redirect where users come back to; null where no user agrees
 */
record Registration(@Nullable String redirect, ClientAuth auth) {

    List<String> redirects() {
        return redirect == null ? List.of() : List.of(redirect);
    }

    List<String> grants() {
        return redirect == null ? List.of("client_credentials") : List.of("authorization_code", "refresh_token");
    }
}
