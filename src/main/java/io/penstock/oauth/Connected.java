package io.penstock.oauth;

import io.penstock.catalog.Gateway;
import reactor.core.publisher.Mono;

/** Wants to know when a user has connected an account. */
@FunctionalInterface
public interface Connected {

    /**
     * To be called once the user's token for the gateway is stored. What comes of it goes on by itself: completes at once, and never errors.
     *
     * @param user who agreed, as callers are named
     */
    Mono<Void> connected(Gateway gateway, String user);
}
