package io.penstock.relay.bridge;

import io.penstock.access.Route;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Showing;
import io.penstock.credential.Outbound;
import io.penstock.credential.Wallet;
import io.penstock.relay.leg.Leg;
import io.penstock.relay.leg.Leg.Interests;
import io.penstock.relay.leg.Legs;
import io.penstock.relay.leg.Party;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion.Era;
import java.util.HashSet;
import java.util.Set;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;

/** What an endpoint's upstreams say that belongs to no request. */
@Component
final class UnrelatedMessages {

    /** What an upstream said, and the leg that takes an answer to it. */
    record Heard(Leg leg, Message message) {}

    private final Legs legs;
    private final Wallet wallet;

    UnrelatedMessages(Legs legs, Wallet wallet) {
        this.legs = legs;
        this.wallet = wallet;
    }

    /** For as long as one request of the stateless revision is open. Error: the upstream's, where there is one only. */
    Flux<Heard> stateless(Outbound outbound, Party party, Interests interests) {
        return switch (outbound.permit().route()) {
            case Route.One _ -> legs.to(outbound, party).flatMapMany(leg -> listen(leg, interests));
            case Route.Many many -> {
                var uris = new Interests(false, false, false, interests.uris());
                yield Flux.fromIterable(owners(many.showing(), interests.uris()))
                        .flatMap(
                                gateway -> share(outbound, party, gateway)
                                        .flatMap(leg -> listen(leg, uris), 1)
                                        .onErrorComplete(),
                                Integer.MAX_VALUE,
                                1);
            }
        };
    }

    /** For as long as a session's stream is open: of each upstream from when the session first uses it. */
    Flux<Heard> session(Outbound outbound, Party party, Flux<HeldState> states) {
        return switch (outbound.permit().route()) {
            case Route.One _ -> legs.to(outbound, party).flatMapMany(leg -> following(leg, states));
            case Route.Many many ->
                states.flatMapIterable(HeldState::gateways)
                        .distinct()
                        .flatMapIterable(id -> many.showing().gateways().stream()
                                .filter(gateway -> gateway.id().equals(id))
                                .toList())
                        .flatMap(
                                gateway -> share(outbound, party, gateway)
                                        .flatMap(leg -> following(leg, states), 1)
                                        .onErrorComplete(),
                                Integer.MAX_VALUE,
                                1);
        };
    }

    private Flux<Leg> share(Outbound outbound, Party party, Gateway gateway) {
        return wallet.equip(outbound.permit().towards(gateway))
                .flatMap(own -> legs.to(own, party))
                .flux();
    }

    /** Whether the upstream has a session that all replicas share, and so is told of a subscription once. */
    static boolean keepsSubscriptions(Leg leg) {
        return leg.greeting().version().era() == Era.SESSIONS;
    }

    /** An upstream with sessions knows by itself what was subscribed in this one; any other is told anew whenever that changes. */
    private static Flux<Heard> following(Leg leg, Flux<HeldState> states) {
        if (keepsSubscriptions(leg)) {
            return listen(leg, new Interests(true, true, true, Set.of()));
        }
        return states.map(HeldState::uris)
                .distinctUntilChanged()
                .switchMap(uris -> listen(leg, new Interests(true, true, true, uris)));
    }

    private static Flux<Heard> listen(Leg leg, Interests interests) {
        return leg.listen(interests).map(message -> new Heard(leg, message));
    }

    /** The upstreams that these resources belong to; one that is not listed may be anybody's. */
    private static Set<Gateway> owners(Showing showing, Set<String> uris) {
        var owners = new HashSet<Gateway>();
        for (String uri : uris) {
            var shown = showing.find(Feature.Kind.RESOURCE, uri);
            if (shown == null) {
                return Set.copyOf(showing.gateways());
            }
            owners.add(shown.gateway());
        }
        return owners;
    }
}
