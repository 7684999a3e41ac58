package io.penstock.relay.bulkhead;

import io.penstock.wire.Reply;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A call that its client may give up, before it is sent and after. */
final class Revocable {

    private static final Mono<Reply> NOTHING =
            Mono.fromSupplier(() -> new Reply.Events(Flux.empty(), Disposables.disposed(), null));

    private enum State {
        WAITING,
        SENT,
        OVER
    }

    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private final Sinks.Empty<Void> over = Sinks.empty();

    /** What the events come from. */
    private final Disposable.Swap source = Disposables.swap();

    private volatile boolean kept;

    /**
     * The call, which is answered by nothing from when it is given up.
     *
     * @param placed gives the call its place, in which it is sent
     * @param ended runs when there is nothing to give up any more
     */
    Mono<Reply> carry(Mono<Reply> call, UnaryOperator<Mono<Reply>> placed, Runnable ended) {
        Mono<Reply> sent = Mono.defer(() -> state.compareAndSet(State.WAITING, State.SENT) ? call : Mono.empty());
        return placed.apply(sent)
                .map(reply -> kept(reply, ended))
                .takeUntilOther(over.asMono())
                .switchIfEmpty(NOTHING)
                .doFinally(_ -> {
                    if (!kept) {
                        ended.run();
                    }
                });
    }

    private Reply kept(Reply reply, Runnable ended) {
        if (!(reply instanceof Reply.Events events)) {
            return reply;
        }
        kept = true;
        source.update(Disposables.composite(events.source(), ended::run));
        return new Reply.Events(
                events.events().takeUntilOther(over.asMono()).doFinally(_ -> ended.run()), source, events.session());
    }

    /** Gives it up if it was not sent yet; false where it was, or is over. */
    boolean withdraw() {
        boolean withdrawn = state.compareAndSet(State.WAITING, State.OVER);
        if (withdrawn) {
            var _ = over.tryEmitEmpty();
        }
        return withdrawn;
    }

    /** Gives it up, whatever it is at. */
    void end() {
        state.set(State.OVER);
        var _ = over.tryEmitEmpty();
        source.dispose(); // the reply may have come just now, and be read by nobody
    }
}
