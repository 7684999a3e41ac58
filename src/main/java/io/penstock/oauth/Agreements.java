package io.penstock.oauth;

import io.penstock.catalog.Gateway;
import io.penstock.oauth.grant.Granted;
import io.penstock.oauth.server.AuthorizationServer;
import reactor.core.publisher.Mono;

/** What users agreed to, as the tokens that calls carry. */
public interface Agreements {

    /** Who gives and takes the tokens, as a digest: those that another server, or another client got, are no good. */
    String authority(Gateway gateway, AuthorizationServer server);

    /**
     * Keeps what a user just agreed to, in the place of whatever there was, in the surrounding transaction where there is one; every replica
     * uses it from then on. Empty when kept. Error: the database's.
     */
    Mono<Void> keep(Gateway gateway, AuthorizationServer server, String user, Granted granted);

    /** Whether what is kept for the user is of that server. False also where nothing is. */
    Mono<Boolean> areOf(Gateway gateway, AuthorizationServer server, String user);
}
