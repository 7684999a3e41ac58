package io.penstock.relay.bridge;

import io.penstock.access.Permit;
import io.penstock.access.Route;
import io.penstock.catalog.Feature;
import io.penstock.credential.Outbound;
import io.penstock.relay.leg.Leg;
import io.penstock.relay.leg.Party;
import io.penstock.relay.resume.DurableStreams;
import io.penstock.relay.session.Session;
import io.penstock.relay.session.SessionTokens;
import io.penstock.wire.HeaderNames;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import io.penstock.wire.SseEvent;
import io.penstock.wire.Subscription;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Answers clients of the revisions with sessions, in a session that the gateway holds itself: it greets and answers pings and levels, and
 * carries everything else out by {@link HeldCalls}.
 */
@Component
final class SessionsFront {

    /** What the key of a session's party begins with. */
    static final String PARTY = "session|";

    private final SessionTokens tokens;
    private final Greetings greetings;
    private final HeldStates states;
    private final HeldCalls calls;
    private final HeldQuestions questions;
    private final Announcements announcements;
    private final EndedSessions ended;
    private final NewestStreams newest;
    private final UnrelatedMessages unrelated;
    private final Changed changed;
    private final DurableStreams streams;
    private final TaskLists tasks;
    private final Pages pages;

    SessionsFront(
            SessionTokens tokens,
            Greetings greetings,
            HeldStates states,
            HeldCalls calls,
            HeldQuestions questions,
            Announcements announcements,
            EndedSessions ended,
            NewestStreams newest,
            UnrelatedMessages unrelated,
            Changed changed,
            DurableStreams streams,
            TaskLists tasks,
            Pages pages) {
        this.tokens = tokens;
        this.greetings = greetings;
        this.states = states;
        this.calls = calls;
        this.questions = questions;
        this.announcements = announcements;
        this.ended = ended;
        this.newest = newest;
        this.unrelated = unrelated;
        this.changed = changed;
        this.streams = streams;
        this.tasks = tasks;
        this.pages = pages;
    }

    /** Answers {@code initialize}: the version asked for where it is one with sessions, else the newest of those (2025-11-25, Lifecycle). */
    Mono<Reply> begin(Outbound outbound, Message.Asked request) {
        var session = session(outbound.permit(), request);
        return greetings
                .initialize(outbound, party(session), session.version())
                .map(result -> json(new Message.Result(request.id(), result), session.sealed()));
    }

    /**
     * The same where the upstream cannot be asked: in the words that it was last heard to say.
     *
     * @param instructions what the client should know of that
     */
    Mono<Reply> beginUnconnected(Permit permit, Message.Asked request, String instructions) {
        var session = session(permit, request);
        String result = greetings.initialize(permit.gateway(), session.version(), instructions);
        return Mono.just(json(new Message.Result(request.id(), result), session.sealed()));
    }

    private Session.Held session(Permit permit, Message.Asked request) {
        String asked = JsonParts.string(JsonParts.member(request.params(), "protocolVersion"));
        if (asked == null) {
            throw new Refusal(new Reason.BadParams("params.protocolVersion is missing"));
        }
        var found = ProtocolVersion.find(asked);
        var version = found == null || found.era() == Era.STATELESS ? ProtocolVersion.V2025_11_25 : found;
        String capabilities = JsonParts.member(request.params(), "capabilities");
        return tokens.begin(
                permit,
                version,
                capabilities == null ? "{}" : capabilities,
                JsonParts.member(request.params(), "clientInfo"));
    }

    /** What the gateway answers by itself in a session whose upstream cannot be asked; everything else is refused. */
    Mono<Reply> answerUnconnected(Session.Held session, Message.Asked request, Reason refusal) {
        return switch (request.method()) {
            case "ping" -> Mono.just(result(request, "{}"));
            case "initialize" -> refuse(new Reason.Malformed("This session has been initialized already"));
            case "logging/setLevel" ->
                states.changeEverywhere(session, state -> state.logging(level(request)))
                        .thenReturn(result(request, "{}"));
            default -> refuse(refusal);
        };
    }

    static Party party(Session.Held session) {
        return new Party(PARTY + session.key(), session.capabilities(), session.clientInfo(), null);
    }

    /** Carries out one message of an open session. */
    Mono<Reply> handle(Outbound outbound, Session.Held session) {
        var arrival = outbound.permit().arrival();
        return switch (arrival.request().method()) {
            case "GET" -> stream(outbound, session);
            case "DELETE" -> end(session);
            default ->
                switch (Message.read(new String(arrival.body(), StandardCharsets.UTF_8))) {
                    case Message.Asked request -> answer(outbound, session, request);
                    case Message.Told told ->
                        announcements.told(outbound, session, told).thenReturn(new Reply.Empty(202));
                    case Message.Response response -> questions.answered(outbound, session, response);
                };
        };
    }

    private Mono<Reply> answer(Outbound outbound, Session.Held session, Message.Asked request) {
        var kind = Feature.Kind.listedBy(request.method());
        if (kind != null && outbound.permit().route() instanceof Route.Many many) {
            return Mono.fromSupplier(() -> pages.answer(many.showing(), kind, request, Era.SESSIONS));
        }
        if (request.method().equals(TaskLists.METHOD) && outbound.permit().route() instanceof Route.Many many) {
            return tasks.page(outbound, many.showing(), session, request).map(page -> result(request, page));
        }
        return switch (request.method()) {
            case "ping" -> Mono.just(result(request, "{}"));
            case "initialize" -> refuse(new Reason.Malformed("This session has been initialized already"));
            case "server/discover", "subscriptions/listen" -> refuse(new Reason.UnknownMethod(request.method()));
            case "logging/setLevel" -> Mono.defer(() -> level(outbound, session, request));
            case "resources/subscribe" -> subscribe(outbound, session, request, true);
            case "resources/unsubscribe" -> subscribe(outbound, session, request, false);
            default -> calls.call(outbound, session, request);
        };
    }

    private Mono<Reply> level(Outbound outbound, Session.Held session, Message.Asked request) {
        String level = level(request);
        return states.changeEverywhere(session, state -> state.logging(level))
                .then(Mono.defer(() -> announcements.level(outbound, session, level)))
                .thenReturn(result(request, "{}"));
    }

    private static String level(Message.Asked request) {
        String level = JsonParts.string(JsonParts.member(request.params(), "level"));
        if (level == null || !Logs.LEVELS.contains(level)) {
            throw new Refusal(new Reason.BadParams("params.level must be one of " + String.join(", ", Logs.LEVELS)));
        }
        return level;
    }

    /** An upstream that takes subscriptions is asked itself; the session remembers what a stream, or the upstream's next session, has to know. */
    private Mono<Reply> subscribe(Outbound outbound, Session.Held session, Message.Asked request, boolean wanted) {
        String uri = JsonParts.string(JsonParts.member(request.params(), "uri"));
        if (uri == null) {
            return refuse(new Reason.BadParams("params.uri is missing"));
        }
        UUID gateway = outbound.permit().gateway().id();
        UnaryOperator<HeldState> change = state -> wanted ? state.subscribed(uri, gateway) : state.unsubscribed(uri);
        Mono<Void> room = wanted ? demandRoom(session, uri) : Mono.empty();
        return room.then(calls.leg(outbound, session)).flatMap(leg -> switch (leg.greeting()
                .era()) {
            case SESSIONS, HTTP_SSE -> {
                Mono<Void> kept = states.change(session, change).onErrorComplete();
                yield wanted
                        ? calls.call(outbound, session, request, asked -> new NotedLeg(asked, kept))
                        : calls.call(outbound, session, request).flatMap(kept::thenReturn);
            }
            case STATELESS ->
                states.changeEverywhere(session, change)
                        .then(wanted ? unrelated.told(party(session), gateway, uri) : Mono.empty())
                        .thenReturn(result(request, "{}"));
        });
    }

    private Mono<Void> demandRoom(Session.Held session, String uri) {
        return states.current(session)
                .filter(state -> state.isFull(uri))
                .flatMap(_ -> refuse(new Reason.BadParams("A session has at most " + HeldState.MOST_SUBSCRIPTIONS
                        + " subscriptions; unsubscribe from resources that are not needed any more")));
    }

    private Mono<Reply> stream(Outbound outbound, Session.Held session) {
        String last = outbound.permit().arrival().request().header(HeaderNames.LAST_EVENT);
        return last == null
                ? Mono.fromSupplier(() -> opened(outbound, session))
                : streams.resume(session, last).map(events -> new Reply.Events(events, Disposables.disposed(), null));
    }

    private Reply opened(Outbound outbound, Session.Held session) {
        var heard = unrelated
                .session(outbound.permit(), party(session), states.follow(session))
                .filterWhen(said -> states.current(session).map(state -> isWanted(said, state)), 1)
                .concatMap(said -> questions.heard(outbound, session, said), 0);
        Flux<Message> all = switch (outbound.permit().route()) {
            case Route.One _ -> heard;
            case Route.Many _ -> Flux.merge(1, heard, changed.lists(outbound.permit()));
        };
        var events = newest.over(session, all)
                .takeUntilOther(Mono.firstWithSignal(states.follow(session).then(), ended.of(session)))
                .onErrorComplete(Refusal.class) // a client comes again, and is told then
                .map(message -> SseEvent.message(message.json()));
        return new Reply.Events(events, Disposables.disposed(), null);
    }

    private static boolean isWanted(UnrelatedMessages.Heard said, HeldState state) {
        return !(said.message() instanceof Message.Told told)
                || (!isOver(told, said.leg(), state)
                        && Logs.from(state.logLevel(), Logs.ALL).take(told));
    }

    /** Where the session's stream is the subscription, it may be open still for what the session wants no more. */
    private static boolean isOver(Message.Told told, Leg leg, HeldState state) {
        return told.method().equals(Notices.UPDATED)
                && leg.greeting().era() == Era.STATELESS
                && !Subscription.covers(state.uris(), Notices.updated(told));
    }

    /** Ends a session with all that is under way in it, on all replicas. */
    Mono<Reply> end(Session.Held session) {
        return ended.end(session).thenReturn(new Reply.Empty(204));
    }

    static Reply result(Message.Asked request, String result) {
        return json(new Message.Result(request.id(), result), null);
    }

    static Reply json(Message message, @Nullable String session) {
        return new Reply.Json(200, message.json().getBytes(StandardCharsets.UTF_8), session);
    }

    private static <T> Mono<T> refuse(Reason reason) {
        return Mono.error(new Refusal(reason));
    }
}
