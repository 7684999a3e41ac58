package io.penstock.relay.bridge;

import io.penstock.relay.leg.Leg;
import io.penstock.relay.leg.LegOver;
import io.penstock.wire.Message;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Notes that the upstream has done what it was asked for, before anybody hears so, and whether or not the client is still there to hear it.
 *
 * @param note runs where the response is no error
 */
record NotedLeg(Leg leg, Mono<Void> note) implements LegOver {

    @Override
    public Flux<Message> ask(Message.Asked request) {
        return leg.ask(request)
                .concatMap(
                        message -> message instanceof Message.Result ? note.thenReturn(message) : Mono.just(message),
                        0);
    }
}
