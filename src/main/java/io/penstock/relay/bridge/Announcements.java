package io.penstock.relay.bridge;

import io.penstock.access.Route;
import io.penstock.credential.Outbound;
import io.penstock.credential.Wallet;
import io.penstock.relay.bridge.RunningCalls.Running;
import io.penstock.relay.leg.Leg;
import io.penstock.relay.session.Session;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal;
import java.util.function.Function;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** What a client says in its session that is no call, told to the upstreams that it is meant for. */
@Component
final class Announcements {

    private final Wallet wallet;
    private final HeldCalls calls;
    private final HeldQuestions questions;
    private final HeldStates states;
    private final RunningCalls running;

    Announcements(Wallet wallet, HeldCalls calls, HeldQuestions questions, HeldStates states, RunningCalls running) {
        this.wallet = wallet;
        this.calls = calls;
        this.questions = questions;
        this.states = states;
        this.running = running;
    }

    /** Takes a client's notification. Empty when it was taken. */
    Mono<Void> told(Outbound outbound, Session.Held session, Message.Told told) {
        return switch (told.method()) {
            case "notifications/cancelled" -> {
                String id = told.requestId();
                yield id == null ? Mono.empty() : running.cancel(new Running(session.key(), id));
            }
            case "notifications/progress" -> questions.progressed(outbound, session, told);
            case "notifications/roots/list_changed" -> tellEach(outbound, session, leg -> leg.tell(told));
            default -> Mono.empty();
        };
    }

    /** Tells the upstreams that keep the level in their sessions. Empty when it was taken. */
    Mono<Void> level(Outbound outbound, Session.Held session, String level) {
        return tellEach(outbound, session, leg -> setLevel(leg, level));
    }

    /** One that does not know levels keeps nobody from setting one. */
    private static Mono<Void> setLevel(Leg leg, String level) {
        if (leg.greeting().era() == Era.STATELESS) {
            return Mono.empty();
        }
        return leg.ask(Logs.set(level)).then().onErrorComplete();
    }

    /** Of a virtual server those upstreams that the session has used; one that cannot be told keeps no other from it. */
    private Mono<Void> tellEach(Outbound outbound, Session.Held session, Function<Leg, Mono<Void>> tell) {
        return switch (outbound.permit().route()) {
            case Route.One _ -> calls.leg(outbound, session).flatMap(tell);
            case Route.Many many ->
                states.current(session)
                        .flatMapIterable(state -> state.used(many.showing()))
                        .flatMap(gateway -> wallet.equip(outbound.permit().towards(gateway))
                                .flatMap(own -> calls.leg(own, session))
                                .flatMap(tell)
                                .onErrorComplete(Refusal.class))
                        .then();
        };
    }
}
