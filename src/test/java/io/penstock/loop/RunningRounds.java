package io.penstock.loop;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The rounds of an application that has started, without a Spring context. */
public final class RunningRounds implements Rounds, AutoCloseable {

    private final LoopRounds rounds =
            new LoopRounds(new SimpleMeterRegistry(), Schedulers.parallel(), Duration.ofSeconds(5));

    public RunningRounds() {
        rounds.start();
    }

    @Override
    public void repeat(String name, Duration pause, Mono<Void> round) {
        rounds.repeat(name, pause, round);
    }

    @Override
    public <T> Mono<T> detach(String name, Mono<T> work) {
        return rounds.detach(name, work);
    }

    @Override
    public boolean isStopping() {
        return rounds.isStopping();
    }

    public boolean closed() {
        return !rounds.isRunning();
    }

    @Override
    public void close() {
        rounds.stop();
    }
}
