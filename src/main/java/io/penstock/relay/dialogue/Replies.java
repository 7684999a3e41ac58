package io.penstock.relay.dialogue;

import reactor.core.publisher.Mono;

/** Answers what an upstream asks in between. */
interface Replies {

    /** For eras in which an upstream asks nothing. */
    Replies NONE = _ -> Mono.empty();

    /** Completes when the reply was sent, or could not be; never errors. */
    Mono<Void> reply(Message.Asked asked);
}
