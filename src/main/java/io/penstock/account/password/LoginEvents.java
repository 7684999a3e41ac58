package io.penstock.account.password;

import io.penstock.account.Position;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** What was tried with passwords, from where, and how it ended. */
public interface LoginEvents {

    /** What was tried. */
    enum Kind {
        LOGIN,
        PASSWORD_CHANGE
    }

    /** How it ended. Whoever tried is told the first or not; the rest is for administrators. */
    enum Outcome {
        SUCCESS,
        WRONG_PASSWORD,
        LOCKED,
        SWITCHED_OFF
    }

    /**
     * One try.
     *
     * @param address where it came from
     * @param agent what it said it came with; null where it said nothing
     */
    record Event(
            UUID id,
            Instant at,
            Kind kind,
            Outcome outcome,
            String address,
            @Nullable String agent) {}

    /** Those of a user, newest first. */
    Flux<Event> of(String user, int limit, @Nullable Position before);
}
