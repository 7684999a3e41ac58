package io.penstock.oauth.exchange;

import io.penstock.caller.Caller;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.OAuthConfig;
import io.penstock.oauth.server.AuthorizationServer;
import java.util.UUID;

/** A token that a caller's call needs. */
record Wanted(Gateway gateway, OAuthConfig config, AuthorizationServer server, Caller caller) {

    /**
     * Whose a token is: it is shared by the calls that come with the same token of their own, and by no others. What a user may do with one
     * token is not what they may do with another.
     *
     * @param credential that of the gateway, which says as which client the server is asked
     * @param digest of the caller's token
     */
    record Key(UUID credential, AuthorizationServer server, String user, String digest) {}

    Key key() {
        return new Key(gateway.auth().id(), server, caller.user(), caller.digest());
    }
}
