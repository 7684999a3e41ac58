package io.penstock.relay;

import io.penstock.loop.Rounds;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** Detaches as the loop does, and repeats nothing. */
public final class Detached implements Rounds {

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
