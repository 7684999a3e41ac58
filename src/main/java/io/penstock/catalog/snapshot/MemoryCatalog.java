package io.penstock.catalog.snapshot;

import io.penstock.loop.Rounds;
import io.penstock.store.Changes;
import io.penstock.store.Changes.Notice;
import io.penstock.store.Changes.Topic;
import io.penstock.store.MemoryCopy;
import java.util.Collection;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;
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
    private final Wants wants = new Wants();
    private volatile Snapshot snapshot = Snapshot.EMPTY;

    MemoryCatalog(SnapshotReader reader, Changes changes, Rounds rounds) {
        super("gateways", EnumSet.of(Topic.GATEWAYS, Topic.FEATURES, Topic.SERVERS), changes, rounds);
        this.reader = reader;
    }

    @Override
    public Snapshot snapshot() {
        return snapshot;
    }

    /** Subscribed before the present one is looked at, so that none falls between; and an older one that comes after a newer is that one. */
    @Override
    public Flux<Snapshot> snapshots() {
        return Flux.merge(swapped.asFlux().onBackpressureLatest(), Mono.fromSupplier(this::snapshot))
                .onBackpressureLatest()
                .map(_ -> snapshot);
    }

    @Override
    public Mono<Snapshot> refresh() {
        return Mono.defer(() -> {
            wants.addAll();
            return readAgain();
        });
    }

    @Override
    public Mono<Snapshot> refresh(Collection<String> names) {
        return Mono.defer(() -> {
            wants.add(names);
            return readAgain();
        });
    }

    @Override
    public Mono<Snapshot> read() {
        return Mono.defer(() -> reader.read(snapshot));
    }

    @Override
    public Mono<Void> ready() {
        return ready.asMono();
    }

    @Override
    protected void heard(Notice notice) {
        wants.add(notice);
    }

    /** What was said to have changed, or all of it; nothing where that was read with what somebody else asked for. */
    @Override
    protected Mono<Snapshot> readAll() {
        return Mono.defer(() -> {
            Wanted wanted = wants.take();
            return next(wanted).doOnError(_ -> wants.back(wanted));
        });
    }

    private Mono<Snapshot> next(@Nullable Wanted wanted) {
        if (wanted == null) {
            return reader.read(snapshot);
        }
        return wanted.isEmpty() ? Mono.just(snapshot) : reader.read(snapshot, wanted);
    }

    @Override
    protected boolean replace(Snapshot latest) {
        boolean differs = latest != snapshot;
        if (differs) {
            snapshot = latest;
            var _ = swapped.tryEmitNext(latest);
        }
        var _ = ready.tryEmitEmpty();
        return differs;
    }
}
