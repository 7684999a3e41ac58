package io.penstock.store;

import io.penstock.loop.Rounds;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** Detaches as the loop does, and repeats nothing. */
final class EagerRounds implements Rounds {

    @Override
    public void repeat(String name, Duration pause, Mono<Void> round) {
        throw new UnsupportedOperationException(name);
    }

    @Override
    public <T> Mono<T> detach(String name, Mono<T> work) {
        Mono<T> result = work.cache();
        var _ = result.subscribe(value -> {}, failure -> {});
        return result;
    }
}
