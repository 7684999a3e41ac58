package io.penstock.mcp.line;

import io.penstock.loop.Mishaps;
import io.penstock.mcp.call.Call;
import io.penstock.mcp.call.Calls;
import io.penstock.wire.Arrival.Target;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import io.penstock.wire.Request;
import io.penstock.wire.SseEvent;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What a server says of its own accord: the stream that a client of streamable HTTP would have opened with GET, opened again when it ends. */
final class Hearing {

    private static final Logger LOG = LoggerFactory.getLogger(Hearing.class);
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final Calls calls;
    private final Supplier<Agreement> agreed;
    private final Request opener;
    private final Target target;

    /** By what the stream that is open is ended; null while there is none. */
    private final AtomicReference<Sinks.@Nullable Empty<Void>> open = new AtomicReference<>();

    private volatile @Nullable String lastEvent;
    private volatile boolean deaf;

    /**
     * @param agreed what the line goes by now
     * @param opener the head of the line's own request
     */
    Hearing(Calls calls, Supplier<Agreement> agreed, Request opener, Target target) {
        this.calls = calls;
        this.agreed = agreed;
        this.opener = opener;
        this.target = target;
    }

    /**
     * Completes where the server has no such stream, when the line leaves its session, after the line's last event where the session has
     * ended, and at once where the stream is open already. Never errors.
     */
    Flux<SseEvent> messages() {
        return Flux.defer(() -> {
            Sinks.Empty<Void> end = Sinks.empty();
            if (!open.compareAndSet(null, end)) {
                return Flux.empty();
            }
            deaf = false;
            return Flux.defer(this::once)
                    .repeatWhen(ends -> ends.takeWhile(_ -> !deaf).delayElements(PAUSE))
                    .takeUntilOther(end.asMono())
                    .doFinally(_ -> open.compareAndSet(end, null));
        });
    }

    /** Ends the stream: the next one is another session's, and has nothing to go on after. */
    void leave() {
        var end = open.getAndSet(null);
        if (end != null) {
            var _ = end.tryEmitEmpty();
        }
        lastEvent = null;
    }

    private Flux<SseEvent> once() {
        var agreement = agreed.get();
        var call = Call.onLine(Heads.bodiless("GET", opener, agreement, lastEvent), target);
        return calls.carry(call, Mono.empty()).flatMapMany(this::read).onErrorResume(error -> {
            if (!(error instanceof Refusal)) {
                Mishaps.log(LOG, "Stream of call " + call.request().correlationId(), error);
            }
            deaf = error instanceof Refusal refusal && isFinal(refusal.reason());
            boolean ended = error instanceof Refusal refusal && refusal.reason() instanceof Reason.SessionEnded;
            return ended && agreement.lost(call.request()) ? Flux.just(Line.LAST) : Flux.empty();
        });
    }

    private Flux<SseEvent> read(Reply reply) {
        if (reply instanceof Reply.Events events) {
            return events.events().mapNotNull(this::message).map(Line::event);
        }
        deaf = true;
        return Flux.empty();
    }

    private @Nullable String message(SseEvent event) {
        if (event.id() != null) {
            lastEvent = SseEvent.resumed(event.id());
        }
        boolean message = event.event() == null || event.event().equals("message");
        return message && event.data() != null && !event.data().isEmpty() ? event.data() : null;
    }

    /** That it could not be reached just now, or that there are too many streams, may change. */
    private static boolean isFinal(Reason reason) {
        return !(reason instanceof Reason.UpstreamFailed
                || reason instanceof Reason.UpstreamTimedOut
                || reason instanceof Reason.Unavailable
                || reason instanceof Reason.TooMany);
    }
}
