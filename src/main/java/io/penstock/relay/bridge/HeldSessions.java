package io.penstock.relay.bridge;

import java.time.Instant;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;

/** The states of held sessions as rows. */
interface HeldSessions {

    /** The state; a new session's where nothing was written yet. Never empty. Error: the database's. */
    Mono<HeldState> find(String key);

    /**
     * What a state is now.
     *
     * @param anew whether it was written: false where it was so already
     */
    record Changed(HeldState state, boolean anew) {}

    /** Changes the state, whoever else does at the same time. Never empty. Error: the database's. */
    Mono<Changed> change(String key, Instant expires, UnaryOperator<HeldState> change);

    /** Empty when it is gone. Error: the database's. */
    Mono<Void> forget(String key);

    /** One round: forgets the sessions that are over by themselves. */
    Mono<Void> forgetExpired();
}
