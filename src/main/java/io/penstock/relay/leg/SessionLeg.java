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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A session over streamable HTTP (2025 revisions); one without an id where the upstream keeps none. */
final class SessionLeg implements Leg {

    private final Line line;
    private final Session session;
    private final Ids ids;
    private final Rounds rounds;

    SessionLeg(Line line, Session session, Ids ids, Rounds rounds) {
        this.line = line;
        this.session = session;
        this.ids = ids;
        this.rounds = rounds;
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
    }

    @Override
    public Greeting greeting() {
        return session.greeting();
    }

    Session session() {
        return session;
    }

    @Override
    public Flux<Message> ask(Message.Asked request) {
        return Flux.defer(() -> {
            var exchange = Exchange.of(request, ids.next(), Params::withoutEnvelope);
            var trail = new Trail();
            return follow(line.post(line.uri(), session::mark, exchange.sent()), exchange, trail)
                    .takeUntil(Message.Response.class::isInstance)
                    .transform(answers -> Abandoned.tell(answers, exchange, line, rounds, this::tell));
        });
    }

    /** Reads one stream; where it ends or breaks before the response, another one goes on from there. */
    private Flux<Message> follow(Flux<Heard> heard, Exchange exchange, Trail trail) {
        return heard.concatMap(next -> take(next, exchange, trail), 0)
                .onErrorResume(BrokenOff.class, broken -> resume(exchange, trail, broken.refusal()))
                .concatWith(Flux.defer(() -> exchange.isAnswered()
                        ? Flux.empty()
                        : resume(
                                exchange,
                                trail,
                                line.faults().unanswered(exchange.sent().method()))));
    }

    private Flux<Message> resume(Exchange exchange, Trail trail, Refusal otherwise) {
        String last = trail.last();
        if (last == null || !trail.again()) {
            return Flux.error(otherwise);
        }
        Consumer<HttpHeaders> own = headers -> {
            session.mark(headers);
            headers.set("Last-Event-ID", last);
        };
        return Mono.delay(trail.pause())
                .thenMany(Flux.defer(() -> follow(line.get(own, exchange.sent()), exchange, trail)));
    }

    private Flux<Message> take(Heard heard, Exchange exchange, Trail trail) {
        String what = exchange.sent().method();
        return switch (heard) {
            case Heard.Began _, Heard.Named _ -> Flux.empty();
            case Heard.Mark mark -> {
                trail.mark(mark);
                yield Flux.empty();
            }
            case Heard.Said said -> {
                trail.moved();
                yield said(said.message(), exchange);
            }
            case Heard.Taken _ -> Flux.error(line.faults().broken(what, "without a response"));
            case Heard.Refused refused ->
                trail.isResumed() ? Flux.error(line.faults().unanswered(what)) : refused(refused, exchange);
        };
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
        if (session.id() != null && refused.isAboutSession() && !outcome) {
            return Flux.error(new Refusal(new Reason.SessionEnded("The upstream has ended the session")));
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
        return hand(
                new Message.Told(
                        notification.method(),
                        Params.of(notification.params()).withoutEnvelope().json()),
                notification.method());
    }

    private Mono<Void> hand(Message message, String what) {
        return line.post(line.uri(), session::mark, message)
                .next()
                .onErrorMap(BrokenOff.class, BrokenOff::refusal)
                .flatMap(heard -> heard instanceof Heard.Refused refused
                        ? Mono.error(line.faults().status(refused.status(), what))
                        : Mono.empty());
    }

    @Override
    public Flux<Message> listen(Interests interests) {
        return Flux.empty();
    }

    @Override
    public Mono<Void> close() {
        return session.id() == null ? Mono.empty() : line.delete(session::mark);
    }
}
