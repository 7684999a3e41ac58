package io.penstock.caller;

import reactor.core.publisher.Mono;

/** How many calls a credential is good for. */
@FunctionalInterface
public interface Quotas {

    /**
     * Takes one call of the caller's quotas. Empty: go on. Error: {@link io.penstock.wire.Refusal.Reason.TooMany} until the window ends;
     * {@link io.penstock.wire.Refusal.Reason.Unavailable} where nobody can tell what is left.
     */
    Mono<Void> spend(Caller caller);
}
