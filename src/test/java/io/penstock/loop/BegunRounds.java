package io.penstock.loop;

import java.time.Duration;
import reactor.core.publisher.Mono;

/** Begins each round once, at once. */
public final class BegunRounds implements Rounds {

    @Override
    public void repeat(String name, Duration pause, Mono<Void> round) {
        var _ = round.subscribe();
    }

    @Override
    public <T> Mono<T> detach(String name, Mono<T> work) {
        return work;
    }
}
