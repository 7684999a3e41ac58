package io.penstock.relay.leg;

import io.penstock.access.Permit;
import io.penstock.access.tenure.Tenures;
import io.penstock.credential.Outbound;
import io.penstock.relay.bulkhead.Bulkheads;
import io.penstock.wire.Message;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Legs whose exchanges wait for a place at their upstream, and end, as all that is heard on them, when the right to it is taken away. */
final class PlacedLegs implements Legs {

    private final Legs legs;
    private final Bulkheads bulkheads;
    private final Tenures tenures;

    PlacedLegs(Legs legs, Bulkheads bulkheads, Tenures tenures) {
        this.legs = legs;
        this.bulkheads = bulkheads;
        this.tenures = tenures;
    }

    @Override
    public Mono<Leg> to(Outbound outbound, Party party) {
        return legs.to(outbound, party).map(leg -> new Placed(leg, outbound.permit()));
    }

    @Override
    public Mono<Void> end(String partyKey) {
        return legs.end(partyKey);
    }

    @Override
    public Mono<Void> endHere(String partyKey) {
        return legs.endHere(partyKey);
    }

    private final class Placed implements LegOver {

        private final Leg leg;
        private final Permit permit;

        Placed(Leg leg, Permit permit) {
            this.leg = leg;
            this.permit = permit;
        }

        @Override
        public Leg leg() {
            return leg;
        }

        @Override
        public Flux<Message> ask(Message.Asked request) {
            return placed(leg.ask(request));
        }

        @Override
        public Flux<Message> askListening(Message.Asked request) {
            return placed(leg.askListening(request));
        }

        private Flux<Message> placed(Flux<Message> exchange) {
            return bulkheads.exchange(permit, tenures.during(permit, exchange));
        }

        @Override
        public Flux<Message> listen(Interests interests, Runnable stands) {
            return tenures.during(permit, leg.listen(interests, stands));
        }
    }
}
