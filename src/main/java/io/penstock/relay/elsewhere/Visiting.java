package io.penstock.relay.elsewhere;

import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import io.penstock.wire.RpcError;
import io.penstock.wire.SseEvent;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A request that was handed over, on the side that carries it out. */
final class Visiting {

    private static final Logger LOG = LoggerFactory.getLogger(Visiting.class);

    private final Line line;
    private final String correlationId;
    private final Window window;
    private final Sinks.Empty<Void> stop = Sinks.empty();

    Visiting(Line line, String correlationId, ElsewhereSettings settings) {
        this.line = line;
        this.correlationId = correlationId;
        window = new Window(settings.windowEvents(), settings.windowBytes());
    }

    Line line() {
        return line;
    }

    /** Carries it out and tells the other side all of it; empty at the end. */
    Mono<Void> carriedOut(Supplier<Mono<Reply>> work) {
        return Mono.defer(work)
                .onErrorResume(this::refused)
                .flatMap(this::tell)
                .doOnDiscard(Reply.Events.class, events -> events.source().dispose())
                .takeUntilOther(stop.asMono());
    }

    /** What the other side says. */
    void hear(Frame.ToVisited frame) {
        switch (frame) {
            case Frame.Asked asked -> {} // it is being carried out
            case Frame.Credit(int events, int bytes) -> window.leave(events, bytes);
            case Frame.Cancelled cancelled -> stop();
        }
    }

    /** Ends it without a word. */
    void stop() {
        var _ = stop.tryEmitEmpty();
    }

    /** Ends it, and says why. */
    Mono<Void> breakOff(String why) {
        Mono<Void> said = line.say(new Frame.Broken(false, why));
        stop();
        return said;
    }

    private Mono<Reply> refused(Throwable error) {
        RpcError told;
        if (error instanceof Refusal refusal) {
            told = RpcError.of(refusal.reason());
        } else {
            LOG.error("Call {} of another replica failed", correlationId, error);
            told = RpcError.bug(correlationId);
        }
        return Mono.just(new Reply.Json(told.status(), told.bytes(null), null));
    }

    private Mono<Void> tell(Reply reply) {
        return switch (reply) {
            case Reply.Json json -> say(new Frame.Answered(json.status(), json.body(), json.session()));
            case Reply.Empty empty -> say(new Frame.Answered(empty.status(), null, null));
            case Reply.Events events ->
                say(new Frame.Opened(events.session()))
                        .thenMany(events.events().concatMap(this::tell, 1))
                        .then(say(new Frame.Ended()))
                        .onErrorResume(this::brokeOff);
        };
    }

    private Mono<Void> tell(SseEvent event) {
        return window.enter(Frame.Happened.weight(event)).then(say(new Frame.Happened(event)));
    }

    private Mono<Void> brokeOff(Throwable error) {
        if (error instanceof Refusal refusal) {
            return say(new Frame.Broken(
                    refusal.reason() instanceof Reason.UpstreamTimedOut,
                    refusal.reason().detail()));
        }
        LOG.error("The answer to call {} of another replica broke off", correlationId, error);
        return say(new Frame.Broken(false, "The replica that held the stream failed"));
    }

    /** What is lost on the way is noticed at the other side, so nobody waits for it here. */
    private Mono<Void> say(Frame frame) {
        return Mono.fromRunnable(() -> {
            var _ = line.say(frame);
        });
    }
}
