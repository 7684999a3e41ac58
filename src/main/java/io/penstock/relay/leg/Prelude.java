package io.penstock.relay.leg;

import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion.Era;
import java.util.UUID;
import reactor.core.publisher.Flux;

/** What a party has said in an upstream's session that has to be said again in the next one. */
public interface Prelude {

    /**
     * Requests whose answers tell nothing.
     *
     * @param gateway whose session it is
     * @param era how the upstream keeps its sessions
     */
    Flux<Message.Asked> of(Party party, UUID gateway, Era era);
}
