package io.penstock.oauth.token;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.OAuthConfig;

/** Whose token is wanted, and what it is got with. */
record Order(TokenKey key, Gateway gateway, OAuthConfig config) {

    static Order of(Gateway gateway, OAuthConfig config, String user) {
        return new Order(TokenKey.of(gateway, config, user), gateway, config);
    }
}
