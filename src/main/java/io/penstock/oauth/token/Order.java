package io.penstock.oauth.token;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.OAuthConfig;
import io.penstock.catalog.OAuthConfig.Grant;
import io.penstock.oauth.server.AuthorizationServer;

/** Whose token is wanted, and where it is got. */
record Order(TokenKey key, Gateway gateway, OAuthConfig config, AuthorizationServer server) {

    static Order of(Gateway gateway, OAuthConfig config, AuthorizationServer server, String user) {
        return new Order(TokenKey.of(gateway, config.grant(), server, user), gateway, config, server);
    }

    Grant grant() {
        return config.grant();
    }

    /** The same token, as another client or of another server. */
    Order at(AuthorizationServer other) {
        return of(gateway, config, other, key.user());
    }
}
