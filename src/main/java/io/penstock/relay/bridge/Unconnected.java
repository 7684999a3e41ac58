package io.penstock.relay.bridge;

import io.penstock.access.Permit;
import io.penstock.access.Route;
import io.penstock.relay.session.Session;
import io.penstock.relay.session.SessionTokens;
import io.penstock.wire.Arrival;
import io.penstock.wire.HeaderNames;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Refusal.Reason.NeedsAuthorization;
import io.penstock.wire.Reply;
import java.nio.charset.StandardCharsets;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Answers calls to an upstream whose user has not agreed yet that it is called in their name. The gateway itself greets, so that a client
 * gets to know of the endpoint and can say what it is able to show; everything that only the upstream can answer is answered by the wish
 * for that agreement. Nothing here reaches an upstream.
 */
@Component
final class Unconnected {

    private final Agreements agreements;
    private final Greetings greetings;
    private final SessionTokens tokens;
    private final SessionsFront sessions;

    Unconnected(Agreements agreements, Greetings greetings, SessionTokens tokens, SessionsFront sessions) {
        this.agreements = agreements;
        this.greetings = greetings;
        this.tokens = tokens;
        this.sessions = sessions;
    }

    Mono<Reply> answer(Permit permit, NeedsAuthorization reason) {
        return Mono.defer(() -> {
            Arrival arrival = permit.arrival();
            if (arrival.era() == Era.STATELESS) {
                return stateless(permit, reason);
            }
            String sealed = arrival.request().header(HeaderNames.SESSION);
            return sealed == null
                    ? withoutSession(permit, reason)
                    : inSession(permit, tokens.open(permit, sealed), reason);
        });
    }

    private Mono<Reply> stateless(Permit permit, NeedsAuthorization reason) {
        if (permit.arrival().envelope() == null) {
            return refuse(new Reason.MethodNotAllowed("POST"));
        }
        return switch (message(permit)) {
            case Message.Told _ -> Mono.just(new Reply.Empty(202));
            case Message.Response _ -> refuse(new Reason.Malformed("This revision has no responses of clients"));
            case Message.Asked request -> stateless(permit, request, reason);
        };
    }

    private Mono<Reply> stateless(Permit permit, Message.Asked request, NeedsAuthorization reason) {
        if (StatelessFront.isOlder(request.method())) {
            return refuse(new Reason.UnknownMethod(request.method()));
        }
        if (request.method().equals("server/discover") && isOwn(permit)) {
            String greeting = greetings.discover(permit.gateway(), reason.detail());
            return Mono.just(SessionsFront.result(request, greeting));
        }
        if (!Agreements.canAsk(request, Declared.by(request))) {
            return refuse(reason);
        }
        var answer = agreements.answer(permit, request);
        return answer != null && answer.refused()
                ? refuse(reason)
                : Mono.just(SessionsFront.json(agreements.ask(permit, request, reason), null));
    }

    private Mono<Reply> withoutSession(Permit permit, NeedsAuthorization reason) {
        if (permit.arrival().envelope() == null) {
            return refuse(new Reason.MethodNotAllowed("POST"));
        }
        return switch (message(permit)) {
            case Message.Asked request
            when request.method().equals("initialize") && isOwn(permit) ->
                sessions.beginUnconnected(permit, request, reason.detail());
            case Message.Asked _ -> refuse(reason);
            case Message.Told _, Message.Response _ -> Mono.just(new Reply.Empty(202));
        };
    }

    /** A client that wants to hear what the upstream says by itself is told that there is nothing to hear, and asks again when it connects. */
    private Mono<Reply> inSession(Permit permit, Session session, NeedsAuthorization reason) {
        return switch (permit.arrival().request().method()) {
            case "GET" -> refuse(new Reason.MethodNotAllowed("POST, DELETE"));
            case "DELETE" ->
                session instanceof Session.Held held
                        ? sessions.end(held)
                        : tokens.end(session).thenReturn(new Reply.Empty(204));
            default ->
                switch (message(permit)) {
                    case Message.Asked request
                    when session instanceof Session.Held held ->
                        sessions.answerUnconnected(held, request, Agreements.told(session, reason));
                    case Message.Asked _ -> refuse(Agreements.told(session, reason));
                    case Message.Told _, Message.Response _ -> Mono.just(new Reply.Empty(202));
                };
        };
    }

    private static boolean isOwn(Permit permit) {
        return permit.route() instanceof Route.One one && !one.amongMany();
    }

    private static Message message(Permit permit) {
        return Message.read(new String(permit.arrival().body(), StandardCharsets.UTF_8));
    }

    private static <T> Mono<T> refuse(Reason reason) {
        return Mono.error(new Refusal(reason));
    }
}
