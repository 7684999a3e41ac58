package io.penstock.audit;

import io.penstock.audit.Chain.Link;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Where chains are read: the database, or an export. */
interface Ledger {

    /** All chains, the oldest first. */
    Flux<Chain> chains();

    /** The entries of a chain, by place. */
    Flux<Link> links(UUID chain);

    /** How many entries have no place yet. */
    Mono<Long> unchained();
}
