package io.penstock.mcp.line;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.caller.Caller;
import io.penstock.mcp.call.Call;
import io.penstock.mcp.call.Calls;
import io.penstock.wire.Arrival.Target;
import io.penstock.wire.Envelope;
import io.penstock.wire.Envelopes;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.SseEvent;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One open line: takes messages in, each as a call of its own, and gives out what comes of them and what the server says by itself. */
public final class Line {

    /** Why a line ends by itself. */
    public static final String OVER = "The session has ended: connect again";

    /** What goes out last, where the session has ended: a client of a line may know nothing of sessions, and begins one with its next line. */
    static final SseEvent LAST = SseEvent.comment(OVER);

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String INITIALIZED = "notifications/initialized";

    private final String id;
    private final Calls calls;
    private final Target target;
    private final Lines lines;
    private final AtomicReference<Agreement> agreed = new AtomicReference<>(new Agreement());
    private final Load load = new Load();
    private final Inbox<Work> inbox = new Inbox<>();
    private final UnderWay underWay;
    private final Hearing hearing;

    /** @param opener the permitted call that the line was opened by */
    Line(String id, Calls calls, Call opener, Lines lines) {
        this.id = id;
        this.calls = calls;
        this.lines = lines;
        this.target = Objects.requireNonNull(opener.target());
        this.underWay = new UnderWay(calls, agreed::get, opener);
        this.hearing = new Hearing(calls, agreed::get, opener.request(), target);
    }

    /**
     * Something to do that gives messages, and the line's last event where they are the last.
     *
     * @param first whether what comes after it waits for it
     * @param dropped runs where it is never done, because the line ends before
     */
    private record Work(Flux<SseEvent> messages, boolean first, Runnable dropped) {}

    String id() {
        return id;
    }

    /**
     * All that goes out, at the reader's pace, for one subscriber: the line is open for as long as that one stays. Completes where the session
     * has ended. Error: {@code TooSlow}.
     *
     * @param first goes out before everything else, when the line is open already
     */
    public Flux<SseEvent> messages(SseEvent... first) {
        Flux<SseEvent> open = inbox.items()
                .concatMap(work -> work.first() ? begun(work) : Mono.just(work.messages()), 1)
                .flatMap(messages -> messages, Integer.MAX_VALUE)
                .takeUntil(LAST::equals)
                .startWith(first)
                .doOnDiscard(Work.class, work -> work.dropped().run());
        return Outbox.of(Flux.usingWhen(
                        Mono.fromSupplier(() -> lines.add(this)),
                        _ -> open,
                        _ -> ended(),
                        (_, _) -> ended(),
                        _ -> ended()))
                .doOnError(TooSlow.class, _ -> lines.closedFull());
    }

    /** A server need not take requests before it has heard {@code notifications/initialized}; nor does it say anything before. */
    private Mono<Flux<SseEvent>> begun(Work work) {
        return work.messages()
                .take(PATIENCE)
                .any(LAST::equals)
                .map(over -> over ? Flux.just(LAST) : hearing.messages());
    }

    static SseEvent event(String message) {
        return new SseEvent(null, "message", message, null, null);
    }

    private Mono<Void> ended() {
        return Mono.defer(() -> {
                    lines.remove(this);
                    return underWay.abandon();
                })
                .timeout(PATIENCE)
                .onErrorComplete();
    }

    /**
     * Takes a message in. Empty when it is permitted; what comes of it goes out on the line. Error: a {@code Refusal}, and nothing comes
     * of it.
     *
     * @param call gets the head that the message implies
     */
    public Mono<Void> say(Call call, Caller caller, byte[] body) {
        return Mono.defer(() -> {
            Envelope message = Envelopes.read(body);
            call.present(call.request(), message); // for the answer, should the head be refused
            var agreement = agreed.get();
            call.present(Heads.message(call.request(), message, agreement), message);
            Reason overload =
                    message.kind() == Envelope.Kind.REQUEST ? lines.pressure().refuse() : null;
            if (overload != null) {
                return Mono.error(new Refusal(overload)); // answers and what gives a call up are heard always
            }
            if (underWay.cancelled(message, body)) {
                return Mono.empty();
            }
            return calls.permit(call, caller, Mono.just(body))
                    .doOnNext(permit -> take(new Said(call, permit), agreement))
                    .doOnError(_ -> calls.over(call))
                    .then();
        });
    }

    private void take(Said said, Agreement before) {
        var kind = said.message().kind();
        load.enter(kind);
        var agreement = said.is("initialize") ? anew() : before;
        var answering = new Answering(calls, agreement, said, lines.callLimit());
        var answer = answering
                .messages()
                .concatWith(Flux.defer(() -> answering.isLate() ? ending(agreement) : Flux.empty()));
        var messages = underWay.run(said, answer).doFinally(_ -> load.leave(kind));
        if (!inbox.offer(new Work(messages, said.is(INITIALIZED), () -> calls.over(said.call())))) {
            load.leave(kind);
            throw Load.full();
        }
    }

    /** Another {@code initialize} on the same line begins anew: the session before is ended, which nobody else would do, and heard no more. */
    private Agreement anew() {
        var next = new Agreement();
        var before = agreed.getAndSet(next);
        if (before.leave()) {
            var _ = inbox.offer(new Work(ending(before), false, () -> {}));
        }
        hearing.leave();
        return next;
    }

    private Flux<SseEvent> ending(Agreement agreement) {
        return underWay.end(agreement).onErrorComplete().thenMany(Flux.empty());
    }

    /** Puts a message of the gateway's own on the line; one that finds no room is lost. */
    public void tell(byte[] message) {
        var _ = inbox.offer(new Work(Flux.just(event(new String(message, UTF_8))), false, () -> {}));
    }
}
