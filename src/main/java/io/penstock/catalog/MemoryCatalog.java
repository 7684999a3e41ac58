package io.penstock.catalog;

import io.penstock.loop.Beforehand;
import io.penstock.loop.Rounds;
import io.penstock.loop.Turns;
import io.penstock.store.Changes;
import io.penstock.store.Changes.Topic;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Keeps the snapshot and reads it again when something changed, one read at a time. A failed read leaves the snapshot as it is.
 */
@Component
final class MemoryCatalog implements Catalog, SmartLifecycle {

    private static final Set<Topic> TOPICS = EnumSet.of(Topic.ALL, Topic.GATEWAYS, Topic.FEATURES, Topic.SERVERS);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private final SnapshotReader reader;
    private final Turns<Snapshot> reads;
    private final Changes changes;
    private final Rounds rounds;
    private final Sinks.Empty<Void> ready = Sinks.empty();
    private final Sinks.Many<Snapshot> swapped = Sinks.many().multicast().directBestEffort();
    private volatile Snapshot snapshot = Snapshot.EMPTY;
    private volatile boolean running;

    MemoryCatalog(SnapshotReader reader, Changes changes, Rounds rounds) {
        this.reader = reader;
        this.reads = new Turns<>(Mono.defer(reader::read).doOnNext(this::swap));
        this.changes = changes;
        this.rounds = rounds;
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
        return reads.join();
    }

    @Override
    public Mono<Snapshot> read() {
        return Mono.defer(reader::read);
    }

    @Override
    public Mono<Void> ready() {
        return ready.asMono();
    }

    private void swap(Snapshot latest) {
        snapshot = latest;
        var _ = swapped.tryEmitNext(latest);
        var _ = ready.tryEmitEmpty();
    }

    /** Listens before the read that it begins with, so that nothing falls between them. Fails with a read, and is then begun again. */
    Mono<Void> follow() {
        return Flux.merge(1, changes.announced(), Mono.just(Topic.ALL))
                .filter(TOPICS::contains)
                .onBackpressureLatest()
                .concatMap(_ -> refresh(), 0)
                .then();
    }

    /** A gateway that knows no routes must not begin to listen. */
    @Override
    public void start() {
        var _ = Beforehand.await(refresh(), "The gateways could not be read from the database");
        running = true;
        rounds.repeat("catalog", AFTER_FAILURE, follow());
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before the rounds and the listening server. */
    @Override
    public int getPhase() {
        return 0;
    }
}
