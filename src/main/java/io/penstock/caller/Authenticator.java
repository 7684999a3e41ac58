package io.penstock.caller;

import io.penstock.wire.Request;
import reactor.core.publisher.Mono;

/** Recognises callers by one kind of access token. */
public interface Authenticator {

    /** Whether the token is of this kind. */
    boolean isOfItsKind(String token);

    /**
     * The caller who presents a token of this kind. Never empty. Error: {@link io.penstock.wire.Refusal.Reason.Unauthenticated}, or
     * {@link io.penstock.wire.Refusal.Reason.Unavailable} where nobody can tell now.
     *
     * @param request what the token came with
     */
    Mono<Caller> authenticate(String token, Request request);
}
