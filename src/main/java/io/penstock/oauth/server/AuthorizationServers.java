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
}
