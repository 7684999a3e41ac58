package io.penstock.relay.bridge;

import io.penstock.relay.leg.Leg;
import io.penstock.relay.leg.LegOver;
import io.penstock.wire.Message;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The leg to an upstream that stands behind a virtual server: what it says of tasks names them as the virtual server's clients do. */
record LegAmongMany(Leg leg, TaskIds tasks) implements LegOver {

    @Override
    public Flux<Message> ask(Message.Asked request) {
        return leg.ask(request).map(message -> tasks.shown(request.method(), message));
    }

    @Override
    public Mono<Void> answer(Message.Asked asked, Message.Response response) {
        return leg.answer(asked, tasks.original(response));
    }

    @Override
    public Flux<Message> listen(Interests interests, Runnable stands) {
        var own = interests.tasks().stream()
                .filter(tasks::isMine)
                .map(tasks::original)
                .collect(Collectors.toSet());
        var wanted = new Interests(
                interests.tools(),
                interests.prompts(),
                interests.resources(),
                interests.uris(),
                own,
                interests.updates());
        return leg.listen(wanted, stands).map(message -> tasks.shown("", message));
    }
}
