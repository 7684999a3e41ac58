package io.penstock.caller;

import io.penstock.wire.Request;
import reactor.core.publisher.Mono;

/** Tells who is calling. */
public interface Callers {

    /** The caller; never empty. Error: {@link io.penstock.wire.Refusal.Reason.Unauthenticated}, also where nothing was presented. */
    Mono<Caller> identify(Request request);
}
