package io.penstock.relay.elsewhere;

import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import io.penstock.wire.SseEvent;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A request that was handed over, on the side that waits for the reply. */
final class Asking {

    private final Line line;
    private final ElsewhereSettings settings;
    private final Consumer<Asking> forget;
    private final Sinks.Empty<Void> accepted = Sinks.empty();
    private final Sinks.One<Reply> reply = Sinks.one();
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile boolean known;
    private Sinks.@Nullable Many<SseEvent> events;
    private int eventsRead;
    private int bytesRead;

    Asking(Line line, ElsewhereSettings settings, Consumer<Asking> forget) {
        this.line = line;
        this.settings = settings;
        this.forget = forget;
    }

    Line line() {
        return line;
    }

    /** Whether the other side has said that it knows of the conversation. */
    boolean known() {
        return known;
    }

    /** Empty when the request has arrived. */
    Mono<Void> accepted() {
        return accepted.asMono();
    }

    Mono<Reply> reply() {
        return reply.asMono();
    }

    /** What the other side says; in its order, on one thread at a time. */
    void hear(Frame.ToAsker frame) {
        known = true;
        var _ = accepted.tryEmitEmpty();
        switch (frame) {
            case Frame.Accepted accept -> {} // every first word says as much
            case Frame.Answered answer -> answered(answer);
            case Frame.Opened opened -> opened(opened.session());
            case Frame.Happened happened -> happened(happened.event());
            case Frame.Ended ended -> ended();
            case Frame.Broken broken -> broken(broken);
        }
    }

    private void answered(Frame.Answered answer) {
        if (end()) {
            var _ = reply.tryEmitValue(
                    answer.body() == null
                            ? new Reply.Empty(answer.status())
                            : new Reply.Json(answer.status(), answer.body(), answer.session()));
        }
    }

    private void opened(@Nullable String session) {
        Sinks.Many<SseEvent> sink = Sinks.many().unicast().onBackpressureBuffer();
        synchronized (this) {
            events = sink;
        }
        Flux<SseEvent> read = sink.asFlux().doOnNext(this::read).doOnCancel(this::cancel);
        var _ = reply.tryEmitValue(new Reply.Events(read, this::cancel, session));
    }

    private synchronized void happened(SseEvent event) {
        if (events != null) {
            var _ = events.tryEmitNext(event);
        }
    }

    private synchronized void ended() {
        if (end() && events != null) {
            var _ = events.tryEmitComplete();
        }
    }

    private void broken(Frame.Broken broken) {
        fail(new Refusal(
                broken.timedOut()
                        ? new Reason.UpstreamTimedOut(broken.detail())
                        : new Reason.UpstreamFailed(broken.detail(), null)));
    }

    /** Gives half of the window back at a time, so that not every event costs an answer. */
    private void read(SseEvent event) {
        eventsRead++;
        bytesRead += Frame.Happened.weight(event);
        boolean half = eventsRead * 2 >= settings.windowEvents() || bytesRead * 2 >= settings.windowBytes();
        if (half && !over.get()) {
            var _ = line.say(new Frame.Credit(eventsRead, bytesRead));
            eventsRead = 0;
            bytesRead = 0;
        }
    }

    /** Nobody waits any more: tells the other side. Nothing where it is over. */
    void cancel() {
        if (end()) {
            var _ = line.say(new Frame.Cancelled());
        }
    }

    /** Something was lost: ends it here and there. */
    void lose(Refusal refusal) {
        if (!over.get()) {
            var _ = line.say(new Frame.Cancelled());
            fail(refusal);
        }
    }

    /** Ends it here. Nothing where it is over. */
    void fail(Refusal refusal) {
        if (!end()) {
            return;
        }
        var _ = accepted.tryEmitError(refusal);
        var _ = reply.tryEmitError(refusal);
        synchronized (this) {
            if (events != null) {
                var _ = events.tryEmitError(refusal);
            }
        }
    }

    private boolean end() {
        boolean first = over.compareAndSet(false, true);
        if (first) {
            forget.accept(this);
        }
        return first;
    }
}
