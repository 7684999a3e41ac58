package io.penstock.relay.bridge;

import java.time.Instant;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;

/** The states of held sessions as rows. */
interface HeldSessions {

    /** The state; a new session's where nothing was written yet. Never empty. Error: the database's. */
    Mono<HeldState> find(String key);

    /** Changes the state, whoever else does at the same time, and gives what it is then. Never empty. Error: the database's. */
    Mono<HeldState> change(String key, Instant expires, UnaryOperator<HeldState> change);

    /** Empty when it is gone. Error: the database's. */
    Mono<Void> forget(String key);

    /** One round: forgets the sessions that are over by themselves. */
    Mono<Void> forgetExpired();
}
