package io.penstock.credential;

import io.penstock.access.Permit;
import reactor.core.publisher.Mono;

/** Puts the upstream's own credential to a permitted call. */
public interface Wallet {

    /**
     * A call to many upstreams carries nothing: each share of it ({@link Permit#towards}) is equipped by itself. Never empty. Error:
     * {@code Unavailable} where the stored credential does not open, or as {@link AccessTokens.Source#of} says; there is no fallback.
     */
    Mono<Outbound> equip(Permit permit);
}
