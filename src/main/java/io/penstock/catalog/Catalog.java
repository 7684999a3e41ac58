package io.penstock.catalog;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The snapshot that calls are routed by. */
public interface Catalog {

    /** The current snapshot; memory only. Before the first read of the database it is empty. */
    Snapshot snapshot();

    /** The snapshot, now and whenever another takes its place, until cancelled; who is slow gets the latest. */
    Flux<Snapshot> snapshots();

    /** Reads the database again now and swaps the snapshot; a call for a gateway that is not in memory may ask for this once. */
    Mono<Snapshot> refresh();

    /** What the snapshot would be if the surrounding transaction were committed. Never empty. Error: that of the database. */
    Mono<Snapshot> read();

    /** Completes once the first snapshot was read. */
    Mono<Void> ready();
}
