package io.penstock.catalog.snapshot;

import java.util.Collection;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The snapshot that calls are routed by. */
public interface Catalog {

    /** The current snapshot; memory only. Before the first read of the database it is empty. */
    Snapshot snapshot();

    /** The snapshot, now and whenever another takes its place, until cancelled; who is slow gets the latest. */
    Flux<Snapshot> snapshots();

    /** Reads the database again now and swaps the snapshot. Never empty. Error: that of the database. */
    Mono<Snapshot> refresh();

    /**
     * As {@link #refresh()}, of what has changed as far as it is known here, and of gateways and virtual servers of these ids, names or slugs:
     * for a call to one that is not in memory.
     */
    Mono<Snapshot> refresh(Collection<String> names);

    /** What the snapshot would be if the surrounding transaction were committed. Never empty. Error: that of the database. */
    Mono<Snapshot> read();

    /** Completes once the first snapshot was read. */
    Mono<Void> ready();
}
