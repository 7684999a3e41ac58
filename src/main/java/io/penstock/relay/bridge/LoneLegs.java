package io.penstock.relay.bridge;

import io.penstock.credential.Outbound;
import io.penstock.loop.Rounds;
import io.penstock.relay.leg.Leg;
import io.penstock.relay.leg.Leg.Interests;
import io.penstock.relay.leg.LegOver;
import io.penstock.relay.leg.Legs;
import io.penstock.relay.leg.Party;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion.Era;
import java.util.Set;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Legs for clients without sessions. All calls of a principal share one, on every replica, so that the upstream remembers in one what it was
 * told in another; but for two who need a leg to themselves:
 *
 * <ul>
 *   <li>a call over HTTP+SSE in whose course something may be said that names no call: there is one stream for all, and nothing tells
 *       whose call it belongs to;
 *   <li>who listens in a session: what is said in it is said on one of its streams only (2025-11-25, "Multiple Connections"), and many
 *       upstreams allow but one, so that of two replicas that shared it one would hear nothing.
 * </ul>
 */
@Component
final class LoneLegs {

    /** What a client declares that an upstream may ask something (2026-07-28, Multi round-trip requests). */
    private static final Set<String> QUESTIONS = Set.of("elicitation", "sampling", "roots");

    private final Legs legs;
    private final Rounds rounds;
    private final Repeats repeats;

    LoneLegs(Legs legs, Rounds rounds, Repeats repeats) {
        this.legs = legs;
        this.rounds = rounds;
        this.repeats = repeats;
    }

    /** As {@link Legs#to}. */
    Mono<Leg> to(Outbound outbound, Party party, boolean mayAsk) {
        boolean hears = party.logLevel() != null || (mayAsk && canBeAsked(party));
        return legs.to(outbound, party)
                .flatMap(shared -> hears ? hearing(outbound, party, shared, mayAsk) : shared(outbound, shared))
                .map(leg -> TaskIds.over(leg, outbound.permit().route()));
    }

    private static boolean canBeAsked(Party party) {
        return QUESTIONS.stream().anyMatch(question -> JsonParts.member(party.capabilities(), question) != null);
    }

    /** A call that cannot be asked anything would be given questions of those that can, where the stream beside them is all of theirs. */
    private Mono<Leg> hearing(Outbound outbound, Party party, Leg shared, boolean mayAsk) {
        return switch (shared.greeting().era()) {
            case HTTP_SSE -> alone(outbound, party);
            case SESSIONS -> shared(outbound, mayAsk ? new Listening(shared) : shared);
            case STATELESS -> shared(outbound, shared);
        };
    }

    private Mono<Leg> shared(Outbound outbound, Leg leg) {
        return Mono.fromSupplier(() -> repeats.over(leg, outbound.permit()));
    }

    private Mono<Leg> alone(Outbound outbound, Party party) {
        var own = party.alone();
        return legs.to(outbound, own)
                .<Leg>map(leg -> new Lone(repeats.over(leg, outbound.permit()), own))
                .doOnCancel(() -> end(own));
    }

    /** What the upstream tells, as {@link Leg#listen}, for as long as it is subscribed to. What it asks is answered: nobody is there. */
    Flux<Message.Told> listen(Outbound outbound, Party party, Interests interests, Runnable stands) {
        return legs.to(outbound, party)
                .flatMapMany(shared -> shared.greeting().era() == Era.SESSIONS
                        ? listenAlone(outbound, party.alone(), interests, stands)
                        : listen(shared, outbound, interests, stands));
    }

    private Flux<Message.Told> listenAlone(Outbound outbound, Party own, Interests interests, Runnable stands) {
        return legs.to(outbound, own)
                .flatMapMany(leg -> listen(leg, outbound, interests, stands))
                .doFinally(_ -> end(own));
    }

    private static Flux<Message.Told> listen(Leg leg, Outbound outbound, Interests interests, Runnable stands) {
        return TaskIds.over(leg, outbound.permit().route())
                .listen(interests, stands)
                .concatMap(
                        message -> switch (message) {
                            case Message.Told told -> Mono.just(told);
                            case Message.Asked asked ->
                                leg.answer(asked, Leg.NOBODY).onErrorComplete().then(Mono.<Message.Told>empty());
                            case Message.Response _ -> Mono.<Message.Told>empty(); // which belong to exchanges
                        },
                        0);
    }

    private void end(Party own) {
        var _ = rounds.detach("relay.lone", legs.endHere(own.key()));
    }

    /** A leg in whose exchanges all is heard that the upstream says meanwhile. */
    private record Listening(Leg leg) implements LegOver {

        @Override
        public Flux<Message> ask(Message.Asked request) {
            return leg.askListening(request);
        }
    }

    /** A leg that ends with its one exchange. */
    private final class Lone implements LegOver {

        private final Leg leg;
        private final Party own;

        Lone(Leg leg, Party own) {
            this.leg = leg;
            this.own = own;
        }

        @Override
        public Leg leg() {
            return leg;
        }

        @Override
        public Flux<Message> ask(Message.Asked request) {
            return leg.ask(request).doFinally(_ -> end(own));
        }

        @Override
        public Mono<Void> close() {
            return legs.endHere(own.key());
        }
    }
}
