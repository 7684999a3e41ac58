package io.penstock.relay.leg;

import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.loop.Rounds;
import io.penstock.relay.line.BrokenOff;
import io.penstock.relay.line.Codes;
import io.penstock.relay.line.Heard;
import io.penstock.relay.line.Line;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A session over streamable HTTP (2025 revisions); one without an id where the upstream keeps none. */
final class SessionLeg implements Leg {

    private static final int SERVER_ERROR = 500;

    private final Line line;
    private final Session session;
    private final Ids ids;
    private final Rounds rounds;
    private final Subscriptions subscriptions = new Subscriptions(this::ask);

    private final SessionStream unrelated;

    /** An upstream takes one such stream in a session, so all who listen share it; it is read as fast as the slowest of them reads. */
    private final Flux<Message> stream;

    private final Overheard overheard;

    private final Set<Exchange> open = ConcurrentHashMap.newKeySet();
    private volatile boolean shared;

    SessionLeg(Line line, Session session, Ids ids, Rounds rounds) {
        this.line = line;
        this.session = session;
        this.ids = ids;
        this.rounds = rounds;
        this.unrelated = new SessionStream(line, session, this::answer);
        this.stream = unrelated.messages().publish(1).refCount();
        this.overheard = new Overheard(unrelated, stream);
    }

    /**
     * An open session.
     *
     * @param id the upstream's; null where it keeps none
     */
    record Session(Greeting greeting, @Nullable String id) {

        void mark(HttpHeaders headers) {
            headers.set("MCP-Protocol-Version", greeting.version().text());
            if (id != null) {
                headers.set("Mcp-Session-Id", id);
            }
        }

        /** Marks a stream that goes on where another one ended. */
        void mark(HttpHeaders headers, @Nullable String last) {
            mark(headers);
            if (last != null) {
                headers.set("Last-Event-ID", last);
            }
        }

        /** Whether an upstream refuses because it has forgotten the session, so that nothing was carried out in it. */
        boolean isLost(Heard.Refused refused) {
            return id != null && refused.isAboutSession();
        }
    }

    @Override
    public Greeting greeting() {
        return session.greeting();
    }

    Session session() {
        return session;
    }

    /** Others may use the session too from now on. */
    void share() {
        shared = true;
    }

    boolean isShared() {
        return shared;
    }

    @Override
    public Flux<Message> ask(Message.Asked request) {
        return ask(request, (_, answers) -> answers);
    }

    @Override
    public Flux<Message> askListening(Message.Asked request) {
        return ask(request, overheard::during);
    }

    private Flux<Message> ask(Message.Asked request, BiFunction<Exchange, Flux<Message>, Flux<Message>> course) {
        return Flux.defer(() -> {
            var exchange = Exchange.of(request, ids.next(), Params::withoutEnvelope);
            return course.apply(exchange, read(exchange, new Trail()))
                    .transform(answers -> Abandoned.tell(answers, exchange, line, rounds, this::tell))
                    .doOnSubscribe(_ -> open.add(exchange))
                    .doFinally(_ -> open.remove(exchange));
        });
    }

    /** Reads the answer; where its stream ends or breaks before the response, another one goes on from there. */
    private Flux<Message> read(Exchange exchange, Trail trail) {
        String what = exchange.sent().method();
        return Flux.defer(() -> trail.isResumed()
                        ? line.get(headers -> session.mark(headers, trail.last()), exchange.sent())
                                .onErrorResume(SessionLeg::mayPass, _ -> Flux.empty())
                        : line.post(line.uri(), session::mark, exchange.sent()))
                .concatMap(heard -> take(heard, exchange, trail), 0)
                .onErrorResume(
                        BrokenOff.class, broken -> trail.last() == null ? Flux.error(broken.refusal()) : Flux.empty())
                .repeatWhen(ends -> ends.takeWhile(_ -> !exchange.isAnswered())
                        .concatMap(_ -> trail.last() == null
                                ? Mono.error(line.faults().unanswered(what))
                                : trail.next(line.faults().unanswered(what))));
    }

    private Flux<Message> take(Heard heard, Exchange exchange, Trail trail) {
        String what = exchange.sent().method();
        return switch (heard) {
            case Heard.Named _ -> Flux.empty();
            case Heard.Began _ -> {
                trail.began();
                yield Flux.empty();
            }
            case Heard.Mark mark -> {
                trail.mark(mark);
                yield Flux.empty();
            }
            case Heard.Said said -> {
                trail.moved();
                yield said(said.message(), exchange);
            }
            case Heard.Taken _ -> Flux.error(line.faults().broken(what, "without a response"));
            case Heard.Refused refused when !trail.isResumed() -> refused(refused, exchange);
            case Heard.Refused refused ->
                refused.status() >= SERVER_ERROR
                        ? Flux.empty()
                        : Flux.error(line.faults().unanswered(what));
        };
    }

    /** Whether a stream that cannot be opened again just now may be opened later: it was not reached, or whoever is in between is at fault. */
    private static boolean mayPass(Throwable error) {
        return error instanceof Refusal refusal && refusal.reason() instanceof Reason.UpstreamFailed;
    }

    private Flux<Message> said(Message message, Exchange exchange) {
        if (Pings.isPing(message) && message instanceof Message.Asked asked) {
            return answer(asked, Pings.PONG).onErrorComplete().thenMany(Flux.empty());
        }
        return Mono.justOrEmpty(exchange.seen(message)).flux();
    }

    private Flux<Message> refused(Heard.Refused refused, Exchange exchange) {
        var failure = refused.failure();
        boolean outcome = failure != null
                && exchange.id().equals(failure.id())
                && (refused.status() == 400 || failure.code() == Codes.METHOD_NOT_FOUND);
        if (session.isLost(refused) && !outcome) {
            return Flux.error(Lost.session());
        }
        if (failure != null && (refused.status() == 400 || refused.status() == 404)) {
            return Mono.justOrEmpty(exchange.seen(failure.to(exchange.id()))).flux();
        }
        return Flux.error(line.faults().status(refused.status(), exchange.sent().method()));
    }

    @Override
    public Mono<Void> answer(Message.Asked asked, Message.Response response) {
        return hand(response.to(asked.id()), "a response");
    }

    @Override
    public Mono<Void> tell(Message.Told notification) {
        var params = Params.of(notification.params()).withoutEnvelope();
        return hand(new Message.Told(notification.method(), params.json()), notification.method());
    }

    private Mono<Void> hand(Message message, String what) {
        return line.hand(line.uri(), session::mark, message)
                .flatMap(heard ->
                        heard instanceof Heard.Refused refused ? Mono.error(refusal(refused, what)) : Mono.empty());
    }

    private Refusal refusal(Heard.Refused refused, String what) {
        return session.isLost(refused) ? Lost.session() : line.faults().status(refused.status(), what);
    }

    @Override
    public Flux<Message> listen(Interests interests, Runnable stands) {
        return Flux.defer(
                () -> subscriptions.during(interests, stream.mapNotNull(this::beside), unrelated.open(), stands));
    }

    /** Progress comes under the token that the client gave, and of its calls under way only (2025-11-25, Progress). */
    private @Nullable Message beside(Message message) {
        return message instanceof Message.Told told && Exchange.isProgress(told)
                ? open.stream()
                        .filter(exchange -> !exchange.isAnswered())
                        .map(exchange -> exchange.seen(told))
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null)
                : message;
    }

    @Override
    public Mono<Void> close() {
        return session.id() == null ? Mono.empty() : line.delete(session::mark);
    }
}
