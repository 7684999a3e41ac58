package io.penstock.loop;

import java.time.Duration;
import reactor.core.publisher.Mono;

/** Carries out what is detached when it is asked for, and repeats nothing. */
public final class NoRounds implements Rounds {

    @Override
    public void repeat(String name, Duration pause, Mono<Void> round) {}

    @Override
    public <T> Mono<T> detach(String name, Mono<T> work) {
        return work;
    }
}
