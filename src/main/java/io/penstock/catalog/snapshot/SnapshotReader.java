package io.penstock.catalog.snapshot;

import reactor.core.publisher.Mono;

/** Reads what routing needs, and makes the next snapshot of it. */
interface SnapshotReader {

    /** All of it, for the snapshot that follows this one; the same where nothing differs. Never empty. Error: the database's. */
    Mono<Snapshot> read(Snapshot before);

    /** Only what is wanted; the rest is taken to be as it was. Never empty. Error: the database's. */
    Mono<Snapshot> read(Snapshot before, Wanted wanted);
}
