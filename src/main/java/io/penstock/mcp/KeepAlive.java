package io.penstock.mcp;

import io.penstock.loop.Beats;
import io.penstock.loop.Wheel;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.SseEvent;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Comments on a stream of events, so that proxies between do not take a quiet stream for a dead one; with each the caller is identified
 * and the call checked again, so that a token which was revoked or has expired ends its streams, and so does a right that was taken away.
 */
final class KeepAlive {

    private static final SseEvent COMMENT = SseEvent.comment("");

    private KeepAlive() {}

    /**
     * The events at the reader's pace, one asked for at a time, with a comment once a round until they or the caller's right to them end. Who
     * is not ready for a comment is checked all the same.
     */
    static Flux<SseEvent> on(Flux<SseEvent> events, Mono<?> caller, Wheel wheel) {
        return strictly(events, caller, wheel).onErrorResume(KeepAlive::unwelcome, error -> Flux.empty());
    }

    /** As {@link #on}, but it says so when the caller's right has ended. Error: why they may not. */
    static Flux<SseEvent> strictly(Flux<SseEvent> events, Mono<?> caller, Wheel wheel) {
        return new Beats<>(events, welcome(caller).thenReturn(COMMENT), wheel);
    }

    /** Only a plain no ends the stream; that nobody could tell just now does not. */
    private static Mono<?> welcome(Mono<?> caller) {
        return caller.onErrorComplete(error -> !unwelcome(error));
    }

    private static boolean unwelcome(Throwable error) {
        return error instanceof Refusal refusal
                && (isNobody(refusal)
                        || refusal.reason() instanceof Reason.NotFound
                        || refusal.reason() instanceof Reason.Forbidden);
    }

    /** Whether the caller is nobody any more, for anything. */
    static boolean isNobody(Refusal refusal) {
        return refusal.reason() instanceof Reason.Unauthenticated || refusal.reason() instanceof Reason.PasswordExpired;
    }
}
