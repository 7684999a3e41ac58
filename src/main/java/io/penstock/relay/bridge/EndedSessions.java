package io.penstock.relay.bridge;

import io.penstock.loop.Rounds;
import io.penstock.relay.leg.Legs;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** Closes the legs that an ended session has on this replica, whichever one it was ended on. */
@Component
final class EndedSessions {

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    EndedSessions(Notes notes, Legs legs, Rounds rounds) {
        var ended = notes.told()
                .ofType(Note.Ended.class)
                .doOnNext(note -> {
                    var _ = rounds.detach("relay.ended", legs.endHere(SessionsFront.PARTY + note.session()));
                })
                .then();
        rounds.repeat("relay.sessions.ended", AFTER_FAILURE, ended);
    }
}
