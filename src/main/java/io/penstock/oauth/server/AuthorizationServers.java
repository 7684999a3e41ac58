package io.penstock.oauth.server;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.OAuthConfig;
import reactor.core.publisher.Mono;

/** Tells what the authorization servers of upstreams are. */
@FunctionalInterface
public interface AuthorizationServers {

    /**
     * The server that gives tokens for that gateway, as it is known when this is subscribed to; again and again for as long as the
     * configuration is that one. Never empty. Error: a {@code Refusal}: {@code Unavailable}, {@code UpstreamFailed}.
     */
    Mono<AuthorizationServer> of(Gateway gateway, OAuthConfig config);

    /**
     * As {@link #of}, with another client than that one, which the server says that it does not know. Empty where this gateway did not become
     * that client by itself, or another one is not to be had now. Error: as {@link #of}.
     */
    default Mono<AuthorizationServer> anew(Gateway gateway, OAuthConfig config, AuthorizationServer.Client unknown) {
        return Mono.empty();
    }

    /**
     * Finds out once more as whom this gateway asks where it became a client by itself and is not that one any more: another replica may have
     * become another. Error: the database's, and then what is known holds.
     */
    default Mono<Void> compareClients() {
        return Mono.empty();
    }
}
