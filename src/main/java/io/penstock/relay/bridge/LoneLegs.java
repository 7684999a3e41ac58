package io.penstock.relay.bridge;

import io.penstock.credential.Outbound;
import io.penstock.loop.Rounds;
import io.penstock.relay.leg.Leg;
import io.penstock.relay.leg.Legs;
import io.penstock.relay.leg.Party;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion.Era;
import java.util.UUID;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Legs for clients without sessions. All calls of a principal share one, but not over HTTP+SSE where something may be said in the course of
 * a call that names no call: there is one stream for all, and nothing tells whose call it belongs to. Such a call has a leg to itself.
 */
@Component
final class LoneLegs {

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
        boolean speaks =
                party.logLevel() != null || (mayAsk && !party.capabilities().equals("{}"));
        return legs.to(outbound, party)
                .flatMap(shared -> speaks && shared.greeting().era() == Era.HTTP_SSE
                        ? alone(outbound, party)
                        : Mono.just(repeats.over(shared, outbound.permit())))
                .map(leg -> TaskIds.over(leg, outbound.permit().route()));
    }

    private Mono<Leg> alone(Outbound outbound, Party party) {
        var own = new Party(
                party.key() + "|" + UUID.randomUUID(), party.capabilities(), party.clientInfo(), party.logLevel());
        return legs.to(outbound, own).map(leg -> new Lone(repeats.over(leg, outbound.permit()), own.key()));
    }

    /** A leg that ends with its one exchange. */
    private final class Lone implements Leg {

        private final Leg leg;
        private final String key;

        Lone(Leg leg, String key) {
            this.leg = leg;
            this.key = key;
        }

        @Override
        public Greeting greeting() {
            return leg.greeting();
        }

        @Override
        public Flux<Message> ask(Message.Asked request) {
            return leg.ask(request).doFinally(_ -> {
                var _ = rounds.detach("relay.lone", legs.end(key));
            });
        }

        @Override
        public Mono<Void> answer(Message.Asked asked, Message.Response response) {
            return leg.answer(asked, response);
        }

        @Override
        public Mono<Void> tell(Message.Told notification) {
            return leg.tell(notification);
        }

        @Override
        public Flux<Message> listen(Interests interests) {
            return leg.listen(interests);
        }

        @Override
        public Mono<Void> close() {
            return legs.end(key);
        }
    }
}
