package io.penstock.relay.bridge;

import io.penstock.access.Route;
import io.penstock.catalog.Feature;
import io.penstock.credential.Outbound;
import io.penstock.relay.Replicas;
import io.penstock.relay.leg.ArgumentHeaders;
import io.penstock.relay.line.Codes;
import io.penstock.wire.Envelope;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import io.penstock.wire.RpcError;
import io.penstock.wire.SseEvent;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Answers clients of 2026-07-28: every POST stands for itself. A question of the upstream's ends the response with {@code input_required};
 * the call waits here for the retry that carries the answer (2026-07-28, Multi round-trip requests).
 */
@Component
final class StatelessFront {

    /** Older revisions' methods, which this one does not have (2026-07-28, Versioning). */
    private static final Set<String> NOT_HERE = Set.of(
            "initialize",
            "ping",
            "logging/setLevel",
            "resources/subscribe",
            "resources/unsubscribe",
            "tasks/list",
            "tasks/result");

    private static final String KEY = "question";
    private static final Reason UNVISITED =
            new Reason.UpstreamFailed("The upstream wants its user to visit a page first, and the user does not", null);

    private final LoneLegs legs;
    private final Greetings greetings;
    private final Subscriptions subscriptions;
    private final Questions questions;
    private final Replicas replicas;
    private final CalledTools tools;
    private final Agreements agreements;
    private final PageVisits visits;
    private final Pages pages;

    StatelessFront(
            LoneLegs legs,
            Greetings greetings,
            Subscriptions subscriptions,
            Questions questions,
            Replicas replicas,
            CalledTools tools,
            Agreements agreements,
            PageVisits visits,
            Pages pages) {
        this.legs = legs;
        this.greetings = greetings;
        this.subscriptions = subscriptions;
        this.questions = questions;
        this.replicas = replicas;
        this.tools = tools;
        this.agreements = agreements;
        this.visits = visits;
        this.pages = pages;
    }

    Mono<Reply> handle(Outbound outbound) {
        var arrival = outbound.permit().arrival();
        Envelope envelope = arrival.envelope();
        if (envelope == null) {
            return refuse(new Reason.MethodNotAllowed("POST"));
        }
        return switch (Message.read(new String(arrival.body(), StandardCharsets.UTF_8))) {
            // a client of this revision has nothing to tell: it cancels by closing the stream
            case Message.Told _ -> Mono.just(new Reply.Empty(202));
            case Message.Response _ -> refuse(new Reason.Malformed("This revision has no responses of clients"));
            case Message.Asked request -> answer(outbound, request, Declared.by(request));
        };
    }

    private Mono<Reply> answer(Outbound outbound, Message.Asked request, Declared declared) {
        String method = request.method();
        if (isOlder(method)) {
            return refuse(new Reason.UnknownMethod(method));
        }
        var kind = Feature.Kind.listedBy(method);
        if (kind != null && outbound.permit().route() instanceof Route.Many many) {
            return Mono.fromSupplier(() -> pages.answer(many.showing(), kind, request, Era.STATELESS));
        }
        if (method.startsWith("tasks/") && !declared.tasks()) {
            return Mono.just(Subscriptions.undeclared(request.id()));
        }
        return switch (method) {
            case "server/discover" ->
                greetings
                        .discover(outbound, declared.party(outbound.permit()))
                        .map(result -> json(new Message.Result(request.id(), result)));
            case "subscriptions/listen" -> Mono.fromSupplier(() -> subscriptions.open(outbound, request, declared));
            default ->
                outbound.permit().route() instanceof Route.Many
                        ? refuse(new Reason.UnknownMethod(method))
                        : call(outbound, request, declared);
        };
    }

    static boolean isOlder(String method) {
        return NOT_HERE.contains(method);
    }

    private Mono<Reply> call(Outbound outbound, Message.Asked request, Declared declared) {
        String state = JsonParts.string(JsonParts.member(request.params(), "requestState"));
        if (state == null) {
            return fresh(outbound, request, declared);
        }
        var agreed = agreements.answer(outbound.permit(), request);
        if (agreed != null) {
            return agreed.refused() ? refuse(agreed.reason()) : fresh(outbound, Agreements.anew(request), declared);
        }
        return switch (visits.answer(request, state, context(outbound, request))) {
            case VISITED -> fresh(outbound, Agreements.anew(request), declared);
            case REFUSED -> Mono.just(json(Message.Failure.of(request.id(), RpcError.of(UNVISITED))));
            case null -> resume(outbound, request, declared, state);
        };
    }

    private Mono<Reply> fresh(Outbound outbound, Message.Asked request, Declared declared) {
        var arrival = outbound.permit().arrival();
        if (arrival.mirrored()) {
            ArgumentHeaders.compare(arrival.request(), tools.definition(outbound.permit()), request.params());
        }
        var original = Names.original(request, outbound.permit().route());
        boolean mayAsk = Agreements.MAY_ASK.contains(request.method());
        var logs = Logs.from(declared.logLevel(), Logs.NONE);
        return legs.to(outbound, declared.party(outbound.permit()), mayAsk)
                .map(leg -> new Exchange(
                        leg, original, mayAsk ? declared.capabilities() : null, declared.progressToken(), logs, null))
                .flatMap(exchange -> turn(exchange, request, context(outbound, request)));
    }

    /** The client's turn is over: what the upstream says until it is the client's turn again. */
    private Mono<Reply> turn(Exchange exchange, Message.Asked request, String context) {
        return exchange.next()
                .<Reply>map(first -> first instanceof Message.Told
                        ? new Reply.Events(events(exchange, first, request, context), exchange, null)
                        : json(shown(exchange, first, request, context)))
                .doOnError(_ -> exchange.dispose())
                .doOnCancel(exchange::dispose);
    }

    /** A client that closes the stream cancels the call (2026-07-28, Streamable HTTP, "Cancellation"). */
    private Flux<SseEvent> events(Exchange exchange, Message first, Message.Asked request, String context) {
        return Flux.concat(Mono.just(first), exchange.turn())
                .map(message -> SseEvent.message(
                        shown(exchange, message, request, context).json()))
                .onErrorResume(Refusal.class, refusal -> Flux.just(Failures.last(refusal, request.id())))
                .doOnCancel(exchange::dispose)
                .doOnError(_ -> exchange.dispose());
    }

    private Message shown(Exchange exchange, Message message, Message.Asked request, String context) {
        return switch (message) {
            case Message.Told told -> told;
            case Message.Response response -> response(exchange, response.to(request.id()), request, context);
            case Message.Asked asked -> inputRequired(exchange, asked, request, context);
        };
    }

    private Message response(Exchange exchange, Message.Response response, Message.Asked request, String context) {
        var asking = exchange.opensUrls() ? visits.ask(request, response, context) : null;
        return asking == null
                ? Translation.stateless(
                        request.method(), response, exchange.leg().greeting().era())
                : asking;
    }

    private Message inputRequired(Exchange exchange, Message.Asked asked, Message.Asked request, String context) {
        String state = questions.keep(new Questions.Open(exchange.leg(), asked, exchange, context));
        return InputRequired.result(request, Map.of(KEY, Translation.stateless(asked)), state);
    }

    private Mono<Reply> resume(Outbound outbound, Message.Asked request, Declared declared, String state) {
        String context = context(outbound, request);
        var place = questions.place(state, context);
        if (place == null) {
            return refuse(new Reason.BadParams("requestState is none of this call's, or its time is over; call again"));
        }
        if (!place.replica().equals(replicas.self())) {
            var arrival = outbound.permit().arrival();
            return replicas.hand(place.replica(), arrival.request(), arrival.body())
                    .onErrorResume(Questions::isGone, _ -> over());
        }
        String answer = JsonParts.member(JsonParts.member(request.params(), "inputResponses"), KEY);
        var question = questions.take(place);
        if (question == null || question.exchange() == null) {
            return over();
        }
        Exchange exchange = question.exchange();
        exchange.resumed(declared);
        if (answer == null || !JsonParts.isObject(answer)) {
            return Mono.just(json(inputRequired(exchange, question.asked(), request, context)));
        }
        return exchange.leg()
                .answer(question.asked(), new Message.Result(question.asked().id(), answer))
                .doOnError(_ -> exchange.dispose())
                .doOnCancel(exchange::dispose)
                .then(Mono.defer(() -> turn(exchange, request, context)))
                .onErrorResume(Questions::isGone, _ -> over());
    }

    private static Mono<Reply> over() {
        return refuse(Exchange.OVER);
    }

    /** Whose question it is, and in which call: the same user at the same endpoint, calling the same thing. */
    private static String context(Outbound outbound, Message.Asked request) {
        var permit = outbound.permit();
        var target = permit.arrival().target();
        Envelope envelope = permit.arrival().envelope();
        return String.join(
                "|",
                "question",
                permit.caller().user(),
                target.kind(),
                target.name(),
                request.method(),
                String.valueOf(envelope == null ? null : envelope.name()));
    }

    private static Reply json(Message message) {
        return new Reply.Json(status(message), message.json().getBytes(StandardCharsets.UTF_8), null);
    }

    /**
     * An unknown method is answered with 404, what this revision has codes of its own for with 400 (2026-07-28, Streamable HTTP); other errors
     * of the upstream's are answers.
     */
    private static int status(Message message) {
        if (!(message instanceof Message.Failure failure)) {
            return 200;
        }
        int code = failure.code();
        return code == Codes.METHOD_NOT_FOUND ? 404 : Codes.isModern(code) ? 400 : 200;
    }

    private static <T> Mono<T> refuse(Reason reason) {
        return Mono.error(new Refusal(reason));
    }
}
