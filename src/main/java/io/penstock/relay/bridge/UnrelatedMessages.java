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
                var named = new Interests(false, false, false, interests.uris(), interests.tasks(), false);
                yield Flux.fromIterable(owners(many.showing(), interests))
                        .flatMap(
                                gateway -> share(outbound, party, gateway)
                                        .flatMap(leg -> listen(leg, named), 1)
                                        .onErrorComplete(),
                                Integer.MAX_VALUE,
                                1);
            }
        };
    }

    /**
     * For as long as a session's stream is open: of each upstream from when the session first uses it. Which lists of a virtual server have
     * changed is not its upstreams' to say.
     */
    Flux<Heard> session(Outbound outbound, Party party, Flux<HeldState> states) {
        return switch (outbound.permit().route()) {
            case Route.One _ -> legs.to(outbound, party).flatMapMany(leg -> following(leg, true, states));
            case Route.Many many ->
                states.flatMapIterable(HeldState::gateways)
                        .distinct()
                        .flatMapIterable(id -> many.showing().gateways().stream()
                                .filter(gateway -> gateway.id().equals(id))
                                .toList())
                        .flatMap(
                                gateway -> share(outbound, party, gateway)
                                        .flatMap(leg -> following(leg, false, states), 1)
                                        .onErrorComplete(),
                                Integer.MAX_VALUE,
                                1);
        };
    }

    private Flux<Leg> share(Outbound outbound, Party party, Gateway gateway) {
        return wallet.equip(outbound.permit().towards(gateway))
                .flatMap(own -> legs.to(own, party)
                        .map(leg -> TaskIds.over(leg, own.permit().route())))
                .flux();
    }

    /**
     * An upstream with sessions knows what was subscribed in this one. One over HTTP+SSE knows it of this replica's connection only, so it
     * is told of what came to another. Any other is told anew whenever that changes.
     */
    private static Flux<Heard> following(Leg leg, boolean lists, Flux<HeldState> states) {
        var updates = new Interests(lists, lists, lists, Set.of(), Set.of(), true);
        return switch (leg.greeting().era()) {
            case SESSIONS -> listen(leg, updates);
            case HTTP_SSE -> Flux.merge(listen(leg, updates), kept(leg, states));
            case STATELESS ->
                states.map(HeldState::uris)
                        .distinctUntilChanged()
                        .switchMap(uris -> listen(leg, new Interests(lists, lists, lists, uris)));
        };
    }

    /** Keeps each subscription for as long as the session has it, and gives nothing: what is heard, others give. */
    private static Flux<Heard> kept(Leg leg, Flux<HeldState> states) {
        return states.map(HeldState::uris)
                .startWith(Set.of())
                .buffer(2, 1)
                .flatMapIterable(both -> both.getLast().stream()
                        .filter(uri -> !both.getFirst().contains(uri))
                        .toList())
                .flatMap(
                        uri -> listen(leg, new Interests(false, false, false, Set.of(uri)))
                                .takeUntilOther(
                                        states.filter(state -> !state.uris().contains(uri)))
                                .filter(_ -> false)
                                .onErrorComplete(),
                        Integer.MAX_VALUE,
                        1);
    }

    private static Flux<Heard> listen(Leg leg, Interests interests) {
        return leg.listen(interests).map(message -> new Heard(leg, message));
    }

    /** The upstreams that these tasks and resources belong to; a resource that is not listed may be anybody's. */
    private static Set<Gateway> owners(Showing showing, Interests interests) {
        var owners = new HashSet<Gateway>();
        for (Gateway gateway : showing.gateways()) {
            if (interests.tasks().stream().anyMatch(TaskIds.of(gateway)::isMine)) {
                owners.add(gateway);
            }
        }
        for (String uri : interests.uris()) {
            var shown = showing.find(Feature.Kind.RESOURCE, uri);
            if (shown == null) {
                return Set.copyOf(showing.gateways());
            }
            owners.add(shown.gateway());
        }
        return owners;
    }
}
