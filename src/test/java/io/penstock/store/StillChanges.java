package io.penstock.store;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Under which nothing ever changes. */
public class StillChanges implements Changes {

    @Override
    public Mono<Void> announce(Notice notice) {
        return Mono.empty();
    }

    @Override
    public Flux<Notice> notices() {
        return Flux.never();
    }

    @Override
    public void swapped(Topic topic) {
        // nobody follows
    }

    @Override
    public Flux<Topic> swaps() {
        return Flux.never();
    }
}
