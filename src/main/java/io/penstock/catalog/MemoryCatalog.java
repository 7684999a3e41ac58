package io.penstock.catalog;

import io.penstock.loop.Rounds;
import io.penstock.store.Changes;
import io.penstock.store.Changes.Topic;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Keeps the snapshot and reads it again when something changed. One read at a time: whoever asks during one gets the next, which begins
 * after it and so sees what was committed before the asking. A failed read leaves the snapshot as it is.
 */
@Component
final class MemoryCatalog implements Catalog, SmartLifecycle {

    private static final Set<Topic> TOPICS = EnumSet.of(Topic.ALL, Topic.GATEWAYS, Topic.FEATURES, Topic.SERVERS);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration FIRST_READ = Duration.ofSeconds(30);

    private final SnapshotReader reader;
    private final Changes changes;
    private final Rounds rounds;
    private final Sinks.Empty<Void> ready = Sinks.empty();
    private final Sinks.Many<Snapshot> swapped = Sinks.many().multicast().directBestEffort();
    private volatile Snapshot snapshot = Snapshot.EMPTY;
    private volatile boolean running;
    private @Nullable Mono<Snapshot> reading;
    private @Nullable Mono<Snapshot> next;

    MemoryCatalog(SnapshotReader reader, Changes changes, Rounds rounds) {
        this.reader = reader;
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
        return Mono.defer(this::join);
    }

    @Override
    public Mono<Void> ready() {
        return ready.asMono();
    }

    private synchronized Mono<Snapshot> join() {
        if (reading == null) {
            reading = read();
            return reading;
        }
        if (next == null) {
            next = reading.onErrorComplete().then(read()).cache();
        }
        return next;
    }

    /** Cached, so that it ends though whoever began it hangs up; over before its readers are told, so that they can ask again. */
    private Mono<Snapshot> read() {
        return Mono.defer(reader::read)
                .doOnNext(this::swap)
                .doOnTerminate(this::advance)
                .cache();
    }

    private void swap(Snapshot latest) {
        snapshot = latest;
        var _ = swapped.tryEmitNext(latest);
        var _ = ready.tryEmitEmpty();
    }

    private synchronized void advance() {
        reading = next;
        next = null;
    }

    /** Listens before the read that it begins with, so that nothing falls between them. Fails with a read, and is then begun again. */
    Mono<Void> follow() {
        return Flux.merge(1, changes.announced(), Mono.just(Topic.ALL))
                .filter(TOPICS::contains)
                .onBackpressureLatest()
                .concatMap(_ -> refresh(), 0)
                .then();
    }

    /** The one place that waits: a gateway that knows no routes must not begin to listen. */
    @Override
    public void start() {
        try {
            snapshot = refresh().toFuture().get(FIRST_READ.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw new IllegalStateException(
                    "The gateways could not be read from the database: " + failed.getCause(), failed);
        } catch (TimeoutException late) {
            throw new IllegalStateException(
                    "The gateways could not be read from the database within " + FIRST_READ, late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Stopped while the gateways were read", interrupted);
        }
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
