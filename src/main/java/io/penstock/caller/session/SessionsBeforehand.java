package io.penstock.caller.session;

import io.penstock.loop.Beforehand;
import io.penstock.loop.Rounds;
import java.time.Duration;
import org.springframework.context.SmartLifecycle;

/** Reads the sessions before the gateway listens, and keeps them current from then on. */
final class SessionsBeforehand implements SmartLifecycle {

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private final LiveSessions live;
    private final Rounds rounds;
    private volatile boolean running;

    SessionsBeforehand(LiveSessions live, Rounds rounds) {
        this.live = live;
        this.rounds = rounds;
    }

    @Override
    public void start() {
        var _ = Beforehand.await(live.refresh(), "The sessions could not be read from the database");
        running = true;
        rounds.repeat("sessions", AFTER_FAILURE, live.follow());
        rounds.repeat("sessions.seen", LiveSessions.BETWEEN_FLUSHES, live.flush());
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before the rounds and the listening server. */
    @Override
    public int getPhase() {
        return 0;
    }
}
