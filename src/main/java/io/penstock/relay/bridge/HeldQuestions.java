package io.penstock.relay.bridge;

import io.penstock.credential.Outbound;
import io.penstock.relay.Replicas;
import io.penstock.relay.leg.Leg;
import io.penstock.relay.session.Session;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import io.penstock.wire.RpcError;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** What upstreams ask the clients of sessions that the gateway holds, and what these say to it, on whichever replica. */
@Component
final class HeldQuestions {

    private static final String PROGRESS_TOKEN = "progressToken";

    private static final Reason TOO_MANY =
            new Reason.TooMany("Too many questions wait for this session's client already", Duration.ofMinutes(1));

    private final Questions questions;
    private final Replicas replicas;

    HeldQuestions(Questions questions, Replicas replicas) {
        this.questions = questions;
        this.replicas = replicas;
    }

    /**
     * What a stream that belongs to no request has heard, as the client gets it; empty where it asks for more than the client declared or
     * when too much is asked already, or takes back what is not asked any more.
     */
    Mono<Message> heard(Outbound outbound, Session.Held session, UnrelatedMessages.Heard heard) {
        return switch (heard.message()) {
            case Message.Asked asked
            when !Exchange.mayAsk(session.capabilities(), asked, true) ->
                heard.leg()
                        .answer(asked, Exchange.unanswerable(asked))
                        .onErrorComplete()
                        .then(Mono.empty());
            case Message.Asked asked -> ask(outbound, session, heard.leg(), asked);
            case Message.Told told when Notices.takesBack(told) -> Mono.justOrEmpty(questions.takenBack(told));
            default -> Mono.just(heard.message());
        };
    }

    /**
     * The question under a name of ours, by which its answer comes back; empty where too much waits for the session's client already, when
     * the upstream has been told so.
     */
    Mono<Message> ask(Outbound outbound, Session.Held session, Leg leg, Message.Asked asked) {
        String context = context(outbound, session);
        return Mono.defer(() -> questions.hasRoom(context)
                ? Mono.just(kept(new Questions.Open(leg, asked, null, context)))
                : leg.answer(asked, Message.Failure.of(asked.id(), RpcError.of(TOO_MANY)))
                        .onErrorComplete()
                        .then(Mono.empty()));
    }

    private Message kept(Questions.Open question) {
        var asked = question.asked();
        String name = questions.keep(question);
        var older = Translation.older(asked);
        return new Message.Asked(
                Message.quote(name),
                older.method(),
                progressToken(asked) == null ? older.params() : progressUnder(name, older));
    }

    /** By what the progress of it is told, as JSON text; null where nobody wants to hear of that. */
    static @Nullable String progressToken(Message.Asked asked) {
        return JsonParts.member(JsonParts.member(asked.params(), "_meta"), PROGRESS_TOKEN);
    }

    /** The upstream's own token might be another upstream's, too. */
    private static String progressUnder(String name, Message.Asked question) {
        String meta = JsonParts.with(JsonParts.member(question.params(), "_meta"), PROGRESS_TOKEN, Message.quote(name));
        return JsonParts.with(question.params(), "_meta", meta);
    }

    /** Tells the upstream how far the client is with the answer to a question. Empty when that is done, or nobody waits for the answer. */
    Mono<Void> progressed(Outbound outbound, Session.Held session, Message.Told progress) {
        String name = JsonParts.string(JsonParts.member(progress.params(), PROGRESS_TOKEN));
        var place = name == null ? null : questions.place(name, context(outbound, session));
        if (place == null) {
            return Mono.empty();
        }
        if (!place.replica().equals(replicas.self())) {
            var arrival = outbound.permit().arrival();
            return replicas.hand(place.replica(), arrival.request(), arrival.body())
                    .then()
                    .onErrorComplete(Questions::isGone);
        }
        var question = questions.find(place);
        String token = question == null ? null : progressToken(question.asked());
        return question == null || token == null
                ? Mono.empty()
                : question.leg()
                        .tell(new Message.Told(
                                progress.method(), JsonParts.with(progress.params(), PROGRESS_TOKEN, token)));
    }

    private static String context(Outbound outbound, Session.Held session) {
        return "question|" + outbound.permit().caller().user() + "|" + session.key();
    }

    /** Takes a client's answer to the question that it names. */
    Mono<Reply> answered(Outbound outbound, Session.Held session, Message.Response response) {
        String name = JsonParts.string(response.id());
        var place = name == null ? null : questions.place(name, context(outbound, session));
        if (name == null || place == null) {
            return Mono.error(new Refusal(new Reason.Malformed("This answers no request of this session")));
        }
        if (!place.replica().equals(replicas.self())) {
            var arrival = outbound.permit().arrival();
            return replicas.hand(place.replica(), arrival.request(), arrival.body())
                    .onErrorResume(Questions::isGone, _ -> Mono.just(new Reply.Empty(202)));
        }
        var question = questions.take(place);
        // an answer that comes twice or too late changes nothing
        Mono<Void> given = question == null
                ? Mono.empty()
                : question.leg()
                        .answer(question.asked(), response.to(question.asked().id()))
                        .onErrorComplete(Questions::isGone) // the upstream's session is over, not the client's
                        .doOnError(_ -> questions.putBack(place, name, question));
        return given.thenReturn(new Reply.Empty(202));
    }
}
