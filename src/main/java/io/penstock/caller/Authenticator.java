package io.penstock.caller;

import io.penstock.wire.Request;
import reactor.core.publisher.Mono;

/** One way to recognise a caller. */
public interface Authenticator {

    /**
     * Recognises the caller by the request's head. Empty: the request carries nothing of this kind. Error: it does, and it is refused
     * ({@link io.penstock.wire.Refusal.Reason.Unauthenticated}); no other way is tried then.
     */
    Mono<Caller> authenticate(Request request);
}
