package io.penstock.audit;

import io.penstock.loop.Rounds;
import org.springframework.context.SmartLifecycle;

/** Writes what is still noted when the application stops: after the web server took its last call, before the rounds end. */
final class LastNotes implements SmartLifecycle {

    private static final int PHASE = DEFAULT_PHASE - 3072;

    private final R2dbcTrail trail;
    private final Rounds rounds;
    private volatile boolean running;

    LastNotes(R2dbcTrail trail, Rounds rounds) {
        this.trail = trail;
        this.rounds = rounds;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        var _ = rounds.detach("audit.last-notes", trail.writeNotes());
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
