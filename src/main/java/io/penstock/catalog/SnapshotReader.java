package io.penstock.catalog;

import reactor.core.publisher.Mono;

/** Reads a whole snapshot. */
@FunctionalInterface
interface SnapshotReader {

    /** Never empty. Error: the database's, and then nothing was read. */
    Mono<Snapshot> read();
}
