package io.penstock.access.tenure;

import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Ends the open streams of a replica that stops, before the web server waits for its calls: their clients go on at another one. */
@Component
final class Departure implements SmartLifecycle {

    private final Tenures tenures;
    private volatile boolean running;

    Departure(Tenures tenures) {
        this.tenures = tenures;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        tenures.leave();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** The first that is stopped; the web server's phases are below. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }
}
