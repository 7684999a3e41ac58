package io.penstock.relay.bridge;

import io.penstock.relay.leg.Leg;
import io.penstock.relay.leg.LegOver;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal.Reason.UpstreamFailed;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Flux;

/**
 * Sends a request again, once, where the upstream breaks off before its response. A call in whose course the upstream has asked something
 * is not sent again, since it would ask again; and progress is not told twice, since it may only increase.
 *
 * @param repeating runs before it is sent again
 */
record RepeatingLeg(Leg leg, Runnable repeating) implements LegOver {

    @Override
    public Flux<Message> ask(Message.Asked request) {
        return Flux.defer(() -> {
            var committed = new AtomicBoolean();
            return leg.ask(request)
                    .doOnNext(message -> {
                        if (!(message instanceof Message.Told)) {
                            committed.set(true);
                        }
                    })
                    .onErrorResume(error -> UpstreamFailed.brokeOff(error) && !committed.get(), _ -> {
                        repeating.run();
                        return leg.ask(request).filter(message -> !Notices.isProgress(message));
                    });
        });
    }
}
