package io.penstock.relay.bridge;

import io.penstock.loop.Rounds;
import io.penstock.relay.leg.Legs;
import io.penstock.relay.session.Session;
import io.penstock.relay.session.SessionTokens;
import java.time.Duration;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Ends sessions, and what an ended one has on this replica, whichever one it was ended on. */
@Component
final class EndedSessions {

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private final SessionTokens tokens;
    private final RunningCalls running;
    private final HeldStates states;
    private final Legs legs;
    private final Notes notes;
    private final Rounds rounds;

    EndedSessions(
            SessionTokens tokens, RunningCalls running, HeldStates states, Legs legs, Notes notes, Rounds rounds) {
        this.tokens = tokens;
        this.running = running;
        this.states = states;
        this.legs = legs;
        this.notes = notes;
        this.rounds = rounds;
        rounds.repeat("relay.sessions.ended", AFTER_FAILURE, follow());
    }

    /**
     * Ends a session with all that is under way in it, on all replicas, though whoever ends it does not wait for that. Empty when it is done
     * here. Error: the database's.
     */
    Mono<Void> end(Session.Held session) {
        return Mono.defer(() -> rounds.detach("relay.end", ending(session)));
    }

    private Mono<Void> ending(Session.Held session) {
        return tokens.end(session)
                .then(Mono.<Void>fromRunnable(() -> leave(session.key())))
                .then(Mono.defer(() -> notes.tell(new Note.Ended(session.key()))))
                .then(Mono.defer(() -> legs.end(SessionsFront.party(session).key())))
                .then(Mono.defer(() -> states.forget(session.key())));
    }

    /** Empty once the session has ended. What it has here ends then, too: the note that would end it may not have come. */
    Mono<Void> of(Session.Held session) {
        return tokens.ended(session).doOnSuccess(_ -> endHere(session.key()));
    }

    /** Endless: ends here what was ended elsewhere. */
    private Mono<Void> follow() {
        return notes.told()
                .ofType(Note.Ended.class)
                .doOnNext(note -> endHere(note.session()))
                .then();
    }

    private void endHere(String key) {
        leave(key);
        var _ = rounds.detach("relay.ended", legs.endHere(SessionsFront.PARTY + key));
    }

    /** Whoever would open another leg ends before the legs do. */
    private void leave(String key) {
        running.endAll(key);
        states.end(key);
    }
}
