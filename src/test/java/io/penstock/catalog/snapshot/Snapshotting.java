package io.penstock.catalog.snapshot;

import io.penstock.catalog.database.Stores;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** Reads all of the catalog, each time for the snapshot that follows the last one. */
public final class Snapshotting {

    private final SnapshotReader reader;
    private Snapshot last = Snapshot.EMPTY;

    private Snapshotting(SnapshotReader reader) {
        this.reader = reader;
    }

    public static Snapshotting of(DatabaseClient database) {
        return new Snapshotting(new R2dbcSnapshotReader(database, Stores.choices(database)));
    }

    public Mono<Snapshot> read() {
        return Mono.defer(() -> reader.read(last)).doOnNext(read -> last = read);
    }
}
