package io.penstock.catalog.snapshot;

import java.util.Collection;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A catalog whose snapshot is what the test says. */
public final class SwappedCatalog implements Catalog {

    private final Sinks.Many<Snapshot> swaps = Sinks.many().replay().latest();
    private Snapshot current;

    public SwappedCatalog(Snapshot first) {
        swap(first);
    }

    public void swap(Snapshot next) {
        current = next;
        swaps.emitNext(next, Sinks.EmitFailureHandler.FAIL_FAST);
    }

    @Override
    public Snapshot snapshot() {
        return current;
    }

    @Override
    public Flux<Snapshot> snapshots() {
        return swaps.asFlux();
    }

    @Override
    public Mono<Snapshot> refresh() {
        return Mono.just(current);
    }

    @Override
    public Mono<Snapshot> refresh(Collection<String> names) {
        return refresh();
    }

    @Override
    public Mono<Snapshot> read() {
        return refresh();
    }

    @Override
    public Mono<Void> ready() {
        return Mono.empty();
    }
}
