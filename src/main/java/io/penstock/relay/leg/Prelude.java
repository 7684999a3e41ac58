package io.penstock.relay.leg;

import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion.Era;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a party has said in an upstream's session that has to be said again in the next one. */
public interface Prelude {

    /**
     * Requests whose answers tell nothing. Each is looked up when its turn comes; empty where it is not to be said any more by then.
     *
     * @param gateway whose session it is
     * @param era how the upstream keeps its sessions
     */
    Flux<Mono<Message.Asked>> of(Party party, UUID gateway, Era era);
}
