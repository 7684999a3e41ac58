package io.penstock.mcp;

import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.SseEvent;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Comments on a stream of events, so that proxies between do not take a quiet stream for a dead one; with each the caller is identified
 * and the call checked again, so that a token which was revoked or has expired ends its streams, and so does a right that was taken away.
 */
final class KeepAlive {

    private static final SseEvent COMMENT = SseEvent.comment("");

    private KeepAlive() {}

    /** The events at the reader's pace, one asked for at a time, with a comment every so often until they or the caller's right to them end. */
    static Flux<SseEvent> on(Flux<SseEvent> events, Mono<?> caller, Duration every, Scheduler timer) {
        return strictly(events, caller, every, timer).onErrorResume(KeepAlive::unwelcome, error -> Flux.empty());
    }

    /** As {@link #on}, but it says so when the caller's right has ended. Error: why they may not. */
    static Flux<SseEvent> strictly(Flux<SseEvent> events, Mono<?> caller, Duration every, Scheduler timer) {
        return Flux.defer(() -> {
            var ended = Sinks.<Void>empty();
            var comments = Flux.interval(every, timer)
                    .onBackpressureDrop()
                    .concatMap(tick -> welcome(caller).thenReturn(COMMENT), 1)
                    .takeUntilOther(ended.asMono());
            return Flux.merge(1, events.doFinally(_ -> end(ended)), comments);
        });
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

    private static void end(Sinks.Empty<Void> ended) {
        var _ = ended.tryEmitEmpty();
    }
}
