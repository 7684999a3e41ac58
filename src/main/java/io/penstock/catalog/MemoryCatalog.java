package io.penstock.catalog;

import io.penstock.loop.Rounds;
import io.penstock.store.Changes;
import io.penstock.store.Changes.Topic;
import io.penstock.store.MemoryCopy;
import java.util.EnumSet;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Keeps the snapshot, and tells who follows it of each that takes its place. */
@Component
final class MemoryCatalog extends MemoryCopy<Snapshot> implements Catalog {

    private final SnapshotReader reader;
    private final Sinks.Empty<Void> ready = Sinks.empty();
    private final Sinks.Many<Snapshot> swapped = Sinks.many().multicast().directBestEffort();
    private volatile Snapshot snapshot = Snapshot.EMPTY;

    MemoryCatalog(SnapshotReader reader, Changes changes, Rounds rounds) {
        super("gateways", EnumSet.of(Topic.GATEWAYS, Topic.FEATURES, Topic.SERVERS), changes, rounds);
        this.reader = reader;
    }

    @Override
    public Snapshot snapshot() {
        return snapshot;
    }

    /** Subscribed before the present one is looked at, so that none falls between. */
    @Override
    public Flux<Snapshot> snapshots() {
        return Flux.merge(swapped.asFlux().onBackpressureLatest(), Mono.fromSupplier(this::snapshot))
                .onBackpressureLatest();
    }

    @Override
    public Mono<Snapshot> refresh() {
        return readAgain();
    }

    @Override
    public Mono<Snapshot> read() {
        return readAll();
    }

    @Override
    public Mono<Void> ready() {
        return ready.asMono();
    }

    @Override
    protected Mono<Snapshot> readAll() {
        return Mono.defer(reader::read);
    }

    @Override
    protected void replace(Snapshot latest) {
        snapshot = latest;
        var _ = swapped.tryEmitNext(latest);
        var _ = ready.tryEmitEmpty();
    }
}
