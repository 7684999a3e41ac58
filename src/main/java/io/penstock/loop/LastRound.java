package io.penstock.loop;

import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Mono;

/** A round that is done once more when the application stops: after the web server took its last call, before the rounds end. */
public final class LastRound implements SmartLifecycle {

    private static final int PHASE = DEFAULT_PHASE - 3072;

    private final String name;
    private final Mono<Void> round;
    private final Rounds rounds;
    private volatile boolean running;

    /** @param name names it in metrics */
    public LastRound(String name, Mono<Void> round, Rounds rounds) {
        this.name = name;
        this.round = round;
        this.rounds = rounds;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        var _ = rounds.detach(name, round);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
