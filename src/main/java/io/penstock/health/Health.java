package io.penstock.health;

import io.penstock.caller.Caller;
import io.penstock.catalog.Features;
import io.penstock.catalog.Gateway;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** Looks after one gateway, now. Both write what they saw to the store and complete though the caller hangs up. */
public interface Health {

    /** Checks it. Never errors because the upstream does: the gateway comes back with its new status. */
    Mono<Gateway> check(Gateway gateway);

    /** Greets it and writes nothing down. Empty when it answered. Error: {@code UpstreamFailed} or {@code UpstreamTimedOut} with the reason. */
    Mono<Void> greet(Gateway gateway);

    /**
     * Reads what it offers, for whoever has just checked it. What is read already will do where its upstream says nothing else until that is
     * done. Error: {@code UpstreamFailed} or {@code UpstreamTimedOut} with the reason. Of an upstream that is called in each user's own name
     * nothing is read, since no user has asked for it: what is known of it stays.
     *
     * @param gateway as the check left it
     */
    Mono<Discovery> discover(Gateway gateway);

    /**
     * The same because the caller wants it, and so from now on, in the caller's name where the upstream is called so: what it shows to the
     * caller is what it offers. Error: also {@code NeedsAuthorization}.
     */
    Mono<Discovery> discover(Gateway gateway, Caller caller);

    /** Whether this replica lets calls through to it: {@code closed} where it does, {@code half_open} for a few, {@code open} for none. */
    String circuit(UUID gateway);

    /** What a discovery changed. */
    record Discovery(Features.Outcome tools, Features.Outcome resources, Features.Outcome prompts) {}
}
