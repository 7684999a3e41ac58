package io.penstock.relay.leg;

import io.penstock.wire.Message;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A leg over another one, which does all that this one does in no way of its own. */
public interface LegOver extends Leg {

    /** The other one. */
    Leg leg();

    @Override
    default Greeting greeting() {
        return leg().greeting();
    }

    @Override
    default Mono<Void> answer(Message.Asked asked, Message.Response response) {
        return leg().answer(asked, response);
    }

    @Override
    default Mono<Void> tell(Message.Told notification) {
        return leg().tell(notification);
    }

    @Override
    default Flux<Message> listen(Interests interests, Runnable stands) {
        return leg().listen(interests, stands);
    }

    @Override
    default Mono<Void> close() {
        return leg().close();
    }
}
