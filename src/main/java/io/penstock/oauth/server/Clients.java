package io.penstock.oauth.server;

import io.penstock.catalog.OAuthConfig;
import io.penstock.oauth.server.AuthorizationServer.Client;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** As whom this gateway asks servers that it was given no client id for. */
public interface Clients {

    /**
     * A client with how long it is one.
     *
     * @param left null for as long as nobody takes it away
     */
    record Known(Client client, @Nullable Duration left) {}

    /**
     * Never empty. Error: {@link Undiscovered}, with what would make it one.
     *
     * @param given addresses that the operator wrote
     */
    Mono<Known> of(OAuthConfig config, Metadata metadata, List<URI> given);

    /**
     * Another client than that one, which the server says that it does not know. Empty where that one was not registered by this gateway, or
     * another one is not to be had now. Error: {@link Undiscovered}.
     */
    default Mono<Known> instead(Client unknown, OAuthConfig config, Metadata metadata, List<URI> given) {
        return Mono.empty();
    }

    /**
     * Tells of servers for which this gateway became a client by itself whether it still is that one; read once for all of them. Never empty.
     * Error: the database's.
     */
    default Mono<Predicate<AuthorizationServer>> current() {
        return Mono.just(_ -> true);
    }
}
