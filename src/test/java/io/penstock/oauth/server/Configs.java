package io.penstock.oauth.server;

import io.penstock.catalog.OAuthConfig;
import io.penstock.catalog.OAuthConfig.ClientAuth;
import io.penstock.catalog.OAuthConfig.Grant;
import io.penstock.vault.Secret;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Configurations that leave something to be found out. */
final class Configs {

    private Configs() {}

    /** @param issuer null for one that the upstream names */
    static OAuthConfig of(Grant grant, @Nullable String issuer, @Nullable String client) {
        return of(grant, issuer, null, client, List.of());
    }

    static OAuthConfig of(
            Grant grant,
            @Nullable String issuer,
            @Nullable String token,
            @Nullable String client,
            List<String> scopes) {
        boolean known = client != null && (issuer != null || token != null);
        return new OAuthConfig(
                grant,
                null,
                issuer == null ? null : URI.create(issuer),
                token == null ? null : URI.create(token),
                null,
                null,
                null,
                client,
                known ? new Secret("secret") : null,
                null,
                known ? ClientAuth.CLIENT_SECRET_BASIC : ClientAuth.NONE,
                scopes,
                null,
                null,
                null);
    }
}
