package io.penstock.relay.bridge;

import io.penstock.relay.leg.Party;
import io.penstock.relay.leg.Prelude;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion.Era;
import java.util.UUID;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;

/**
 * Makes an upstream's new session what the one before was for a held session: it has its level of logs and its subscriptions. Those over
 * HTTP+SSE are kept by who listens, on each replica by itself.
 */
@Component
final class SaidAgain implements Prelude {

    private final HeldStates states;

    SaidAgain(HeldStates states) {
        this.states = states;
    }

    @Override
    public Flux<Message.Asked> of(Party party, UUID gateway, Era era) {
        return era == Era.STATELESS || !party.key().startsWith(SessionsFront.PARTY)
                ? Flux.empty()
                : states.current(party.key().substring(SessionsFront.PARTY.length()))
                        .flatMapMany(state -> Flux.concat(
                                level(state), era == Era.SESSIONS ? subscriptions(state, gateway) : Flux.empty()));
    }

    private static Flux<Message.Asked> level(HeldState state) {
        return state.logLevel() == null ? Flux.empty() : Flux.just(Logs.set(state.logLevel()));
    }

    private static Flux<Message.Asked> subscriptions(HeldState state, UUID gateway) {
        return Flux.fromIterable(state.urisOf(gateway))
                .map(uri ->
                        new Message.Asked("0", "resources/subscribe", JsonParts.with(null, "uri", Message.quote(uri))));
    }
}
