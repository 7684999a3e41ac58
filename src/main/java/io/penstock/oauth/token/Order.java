package io.penstock.oauth.token;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.OAuthConfig.Grant;
import io.penstock.oauth.server.AuthorizationServer;

/** Whose token is wanted, and where it is got. */
record Order(TokenKey key, Gateway gateway, Grant grant, AuthorizationServer server) {

    static Order of(Gateway gateway, Grant grant, AuthorizationServer server, String user) {
        return new Order(TokenKey.of(gateway, grant, server, user), gateway, grant, server);
    }
}
