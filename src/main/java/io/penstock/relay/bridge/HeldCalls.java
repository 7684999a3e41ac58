package io.penstock.relay.bridge;

import io.penstock.access.Route;
import io.penstock.credential.Outbound;
import io.penstock.loop.Feed;
import io.penstock.loop.Rounds;
import io.penstock.relay.RelaySettings;
import io.penstock.relay.bridge.RunningCalls.Running;
import io.penstock.relay.leg.Leg;
import io.penstock.relay.leg.Legs;
import io.penstock.relay.resume.DurableStreams;
import io.penstock.relay.resume.DurableStreams.DurableStream;
import io.penstock.relay.session.Session;
import io.penstock.relay.session.SessionTokens;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import io.penstock.wire.RpcError;
import io.penstock.wire.SseEvent;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The calls of the sessions that the gateway holds, while they are under way. */
@Component
final class HeldCalls {

    private static final String LOG_LEVEL = "io.modelcontextprotocol/logLevel";

    /** A call that says nothing for longer is answered by a stream, which a client that loses its connection can come back for. */
    private static final Duration SILENCE = Duration.ofMillis(250);

    private final SessionTokens tokens;
    private final Legs legs;
    private final HeldStates states;
    private final Questions questions;
    private final HeldQuestions asking;
    private final Rounds rounds;
    private final DurableStreams streams;
    private final RunningCalls running;
    private final RelaySettings settings;
    private final Repeats repeats;

    HeldCalls(
            SessionTokens tokens,
            Legs legs,
            HeldStates states,
            Questions questions,
            HeldQuestions asking,
            Rounds rounds,
            DurableStreams streams,
            RunningCalls running,
            RelaySettings settings,
            Repeats repeats) {
        this.tokens = tokens;
        this.legs = legs;
        this.states = states;
        this.questions = questions;
        this.asking = asking;
        this.rounds = rounds;
        this.streams = streams;
        this.running = running;
        this.settings = settings;
        this.repeats = repeats;
    }

    /** The session's leg to the upstream that the call goes to, which the session knows it has used from then on. */
    Mono<Leg> leg(Outbound outbound, Session.Held session) {
        return found(outbound, session).delayUntil(_ -> demandOpen(session));
    }

    private Mono<Leg> found(Outbound outbound, Session.Held session) {
        var gateway = outbound.permit().gateway().id();
        return legs.to(outbound, SessionsFront.party(session))
                .map(leg -> TaskIds.over(leg, outbound.permit().route()))
                .delayUntil(_ -> states.current(session)
                        .filter(known -> !known.gateways().contains(gateway))
                        .flatMap(_ -> states.change(session, known -> known.using(gateway)))
                        .onErrorComplete()); // a call does without the database
    }

    /** Error: {@code SessionEnded} where it ended while a leg was opened, which nobody else would close. */
    private Mono<Void> demandOpen(Session.Held session) {
        return Mono.<Void>fromRunnable(() -> tokens.demandOpen(session)).doOnError(_ -> {
            var _ = rounds.detach(
                    "relay.ended", legs.end(SessionsFront.party(session).key()));
        });
    }

    /** Carries a request out. */
    Mono<Reply> call(Outbound outbound, Session.Held session, Message.Asked request) {
        return call(outbound, session, request, UnaryOperator.identity());
    }

    /**
     * Carries a request out.
     *
     * @param over what goes over the leg that it is carried out on
     */
    Mono<Reply> call(Outbound outbound, Session.Held session, Message.Asked request, UnaryOperator<Leg> over) {
        if (outbound.permit().route() instanceof Route.Many) {
            return Mono.error(new Refusal(new Reason.UnknownMethod(request.method())));
        }
        var original = Names.original(request, outbound.permit().route());
        String progress = HeldQuestions.progressToken(request);
        return found(outbound, session)
                .zipWith(states.current(session))
                .map(both -> {
                    String level = both.getT2().logLevel();
                    return new Exchange(
                            over.apply(repeats.over(both.getT1(), outbound.permit())),
                            levelled(original, level),
                            session.capabilities(),
                            progress,
                            Logs.from(level, Logs.ALL),
                            questions);
                })
                .flatMap(exchange -> reply(outbound, session, request, exchange));
    }

    /** A stateless upstream is told with each request which log messages are wanted. */
    private static Message.Asked levelled(Message.Asked request, @Nullable String level) {
        if (level == null) {
            return request;
        }
        String meta = JsonParts.with(JsonParts.member(request.params(), "_meta"), LOG_LEVEL, Message.quote(level));
        return request.with(JsonParts.with(request.params(), "_meta", meta));
    }

    private Mono<Reply> reply(Outbound outbound, Session.Held session, Message.Asked request, Exchange exchange) {
        var key = new Running(session.key(), request.id());
        if (!running.begin(key, exchange)) {
            return Mono.error(new Refusal(
                    new Reason.Malformed("A request of this session with the id " + request.id() + " is under way")));
        }
        return demandOpen(session) // from now on its end finds the call
                .doOnError(_ -> running.stop(key, exchange))
                .then(Mono.defer(() -> begun(outbound, session, request, exchange)));
    }

    private Mono<Reply> begun(Outbound outbound, Session.Held session, Message.Asked request, Exchange exchange) {
        var key = new Running(session.key(), request.id());
        var said = new AtomicBoolean();
        var first = exchange.next().cache(); // so that it is not lost where it comes just when the silence is over
        Mono<Reply> reply = first.map(message -> {
            said.set(true);
            if (message instanceof Message.Response response) {
                running.end(key, exchange);
                return SessionsFront.json(older(request, exchange, response), null);
            }
            return streamed(outbound, session, request, exchange, first);
        });
        Mono<Reply> silent = Mono.fromSupplier(() -> {
            said.set(true);
            return streamed(outbound, session, request, exchange, first);
        });
        return (isPrimed(session) ? reply.timeout(SILENCE, silent) : reply)
                .switchIfEmpty(Mono.fromSupplier(() -> new Reply.Events(Flux.empty(), Disposables.disposed(), null)))
                .doOnError(_ -> running.stop(key, exchange))
                .doOnCancel(() -> {
                    if (!said.get()) { // who hangs up in the middle of the events cancels this too
                        left(key, exchange);
                    }
                });
    }

    private Reply streamed(
            Outbound outbound, Session.Held session, Message.Asked request, Exchange exchange, Mono<Message> first) {
        var key = new Running(session.key(), request.id());
        return new Reply.Events(
                events(outbound, session, request, exchange, first), () -> running.stop(key, exchange), null);
    }

    private Flux<SseEvent> events(
            Outbound outbound, Session.Held session, Message.Asked request, Exchange exchange, Mono<Message> first) {
        var key = new Running(session.key(), request.id());
        var messages = Flux.concat(first, exchange.next().repeat(() -> !exchange.isDisposed()))
                .takeUntil(Message.Response.class::isInstance)
                .concatMap(message -> shown(outbound, session, request, exchange, message), 0)
                .onErrorResume(
                        Refusal.class,
                        refusal -> Flux.just(Message.Failure.of(
                                request.id(), RpcError.of(Agreements.told(session, refusal.reason())))));
        var feed = new Feed<>(written(session, request, messages).doOnTerminate(() -> running.stop(key, exchange)));
        return feed.next().repeat(() -> !feed.isDisposed()).doOnCancel(() -> goOn(session, key, exchange, feed));
    }

    /** The events as they may be sent: those of a session that can come back for them are written down first. */
    private Flux<SseEvent> written(Session.Held session, Message.Asked request, Flux<Message> messages) {
        return isResumable(session)
                ? Flux.usingWhen(
                        streams.open(session, request.id()),
                        stream -> Mono.justOrEmpty(isPrimed(session) ? stream.primer() : null)
                                .concatWith(messages.concatMap(stream::write, 0)),
                        DurableStream::end,
                        (stream, _) -> Mono.fromRunnable(stream::close),
                        stream ->
                                Mono.fromRunnable(stream::close)) // nobody knows the outcome: who comes back is told so
                : messages.map(message -> SseEvent.message(message.json()));
    }

    private boolean isPrimed(Session.Held session) {
        return isResumable(session) && DurableStreams.primes(session);
    }

    private boolean isResumable(Session.Held session) {
        return settings.resumable() && session.version().era() == Era.SESSIONS;
    }

    /** A client with sessions that hangs up has not cancelled (2025-11-25, Streamable HTTP): the call goes on to its end. */
    private void goOn(Session.Held session, Running key, Exchange exchange, Feed<SseEvent> feed) {
        if (!exchange.isDisposed()) {
            if (!isResumable(session)) {
                exchange.unattended();
            }
            var _ = rounds.detach(
                    "relay.left",
                    feed.next()
                            .repeat(() -> !feed.isDisposed())
                            .then()
                            .timeout(settings.callLimit())
                            .doFinally(_ -> {
                                feed.dispose();
                                running.stop(key, exchange);
                            }));
        }
    }

    /** The same, before anything was said that the client could come back for. */
    private void left(Running key, Exchange exchange) {
        if (!exchange.isDisposed()) {
            var _ = rounds.detach(
                    "relay.left",
                    exchange.finish().timeout(settings.callLimit()).doFinally(_ -> running.stop(key, exchange)));
        }
    }

    private Mono<Message> shown(
            Outbound outbound, Session.Held session, Message.Asked request, Exchange exchange, Message message) {
        return switch (message) {
            case Message.Response response -> Mono.just(older(request, exchange, response));
            case Message.Asked asked -> asking.ask(outbound, session, exchange.leg(), asked);
            case Message.Told told -> Mono.just(told);
        };
    }

    private static Message older(Message.Asked request, Exchange exchange, Message.Response response) {
        return Translation.older(
                request.method(),
                response.to(request.id()),
                exchange.leg().greeting().era());
    }
}
