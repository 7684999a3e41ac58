package io.penstock.relay.bridge;

import io.penstock.relay.leg.Party;
import io.penstock.relay.leg.Prelude;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion.Era;
import java.util.UUID;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

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
    public Flux<Mono<Message.Asked>> of(Party party, UUID gateway, Era era) {
        if (era == Era.STATELESS || !party.key().startsWith(SessionsFront.PARTY)) {
            return Flux.empty();
        }
        String key = party.key().substring(SessionsFront.PARTY.length());
        return states.current(key)
                .flatMapMany(state -> Flux.concat(
                        level(state), era == Era.SESSIONS ? subscriptions(key, state, gateway) : Flux.empty()));
    }

    private static Flux<Mono<Message.Asked>> level(HeldState state) {
        return state.logLevel() == null ? Flux.empty() : Flux.just(Mono.just(Logs.set(state.logLevel())));
    }

    /** Calls do not wait for all of them, and may take one back meanwhile. */
    private Flux<Mono<Message.Asked>> subscriptions(String key, HeldState state, UUID gateway) {
        return Flux.fromIterable(state.urisOf(gateway)).map(uri -> subscription(key, uri, gateway));
    }

    private Mono<Message.Asked> subscription(String key, String uri, UUID gateway) {
        return states.current(key)
                .filter(now -> now.urisOf(gateway).contains(uri))
                .map(_ ->
                        new Message.Asked("0", "resources/subscribe", JsonParts.with(null, "uri", Message.quote(uri))));
    }
}
