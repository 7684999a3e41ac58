package io.penstock.relay.leg;

import io.penstock.credential.Outbound;
import reactor.core.publisher.Mono;

/** The open legs of this replica: found again by party and gateway, opened where there is none, closed when nobody used them for long. */
public interface Legs {

    /**
     * The party's leg to the upstream. The era is what was last seen, probed where nothing was, and probed again where it fails. Never
     * empty. Error: {@code UpstreamFailed} or {@code UpstreamTimedOut} with the cause in words.
     */
    Mono<Leg> to(Outbound outbound, Party party);

    /** Closes all legs of the party, on all gateways, and forgets its sessions for all replicas. Never errors. */
    Mono<Void> end(String partyKey);

    /** Closes the legs that the party has on this replica. Never errors. */
    Mono<Void> endHere(String partyKey);
}
