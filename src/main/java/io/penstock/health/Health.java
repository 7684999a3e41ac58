package io.penstock.health;

import io.penstock.catalog.Features;
import io.penstock.catalog.Gateway;
import reactor.core.publisher.Mono;

/** Looks after one gateway, now. Both write what they saw to the store and complete though the caller hangs up. */
public interface Health {

    /** Checks it. Never errors because the upstream does: the gateway comes back with its new status. */
    Mono<Gateway> check(Gateway gateway);

    /** Reads what it offers. Error: {@code UpstreamFailed} or {@code UpstreamTimedOut} with the reason. */
    Mono<Discovery> discover(Gateway gateway);

    /** What a discovery changed. */
    record Discovery(Features.Outcome tools, Features.Outcome resources, Features.Outcome prompts) {}
}
