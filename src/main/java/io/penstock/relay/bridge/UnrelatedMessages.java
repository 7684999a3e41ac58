package io.penstock.relay.bridge;

import io.penstock.access.Gate;
import io.penstock.access.Route;
import io.penstock.catalog.Catalog;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Showing;
import io.penstock.catalog.Snapshot;
import io.penstock.credential.Outbound;
import io.penstock.credential.Wallet;
import io.penstock.relay.leg.Leg;
import io.penstock.relay.leg.Leg.Interests;
import io.penstock.relay.leg.Legs;
import io.penstock.relay.leg.Party;
import io.penstock.wire.Message;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What an endpoint's upstreams say that belongs to no request. */
@Component
final class UnrelatedMessages {

    /** What an upstream said, and the leg that takes an answer to it. */
    record Heard(Leg leg, Message message) {}

    private final Gate gate;
    private final Catalog catalog;
    private final Legs legs;
    private final LoneLegs lone;
    private final Wallet wallet;

    UnrelatedMessages(Gate gate, Catalog catalog, Legs legs, LoneLegs lone, Wallet wallet) {
        this.gate = gate;
        this.catalog = catalog;
        this.legs = legs;
        this.lone = lone;
        this.wallet = wallet;
    }

    /**
     * For as long as one request of the stateless revision is open. Ends where the one upstream ends it; many are asked again. Error: the
     * upstream's, where there is one only.
     */
    Flux<Message.Told> stateless(Outbound outbound, Party party, Interests interests) {
        return switch (outbound.permit().route()) {
            case Route.One _ -> lone.listen(outbound, party, interests);
            case Route.Many _ -> {
                var named = new Interests(false, false, false, interests.uris(), interests.tasks(), false);
                yield named.uris().isEmpty() && named.tasks().isEmpty()
                        ? Flux.empty()
                        : ofEach(
                                gate.showings(outbound.permit()).map(showing -> owners(showing, named)),
                                gateway ->
                                        towards(gateway, outbound).flatMapMany(own -> lone.listen(own, party, named)));
            }
        };
    }

    /**
     * For as long as a session's stream is open: of each upstream from when the session first uses it. Which lists of a virtual server have
     * changed is not its upstreams' to say. Ends where the one upstream was changed: calls go to the session that was opened since.
     */
    Flux<Heard> session(Outbound outbound, Party party, Flux<HeldState> states) {
        var permit = outbound.permit();
        return switch (permit.route()) {
            case Route.One one ->
                Again.on(legs.to(outbound, party).flatMapMany(leg -> following(leg, true, states)))
                        .takeUntilOther(changed(one.gateway()));
            case Route.Many _ ->
                ofEach(
                        Flux.combineLatest(
                                states.map(HeldState::gateways), gate.showings(permit), UnrelatedMessages::used),
                        gateway -> towards(gateway, outbound)
                                .flatMap(own -> legs.to(own, party)
                                        .map(leg ->
                                                TaskIds.over(leg, own.permit().route())))
                                .flatMapMany(leg -> following(leg, false, states)));
        };
    }

    private Flux<Snapshot> changed(Gateway gateway) {
        return catalog.snapshots().filter(snapshot -> {
            Gateway now = snapshot.gateway(gateway.id());
            return now != null && now.version() != gateway.version();
        });
    }

    private static Set<Gateway> used(Set<UUID> used, Showing showing) {
        return showing.gateways().stream()
                .filter(gateway -> used.contains(gateway.id()))
                .collect(Collectors.toSet());
    }

    /** A gateway that was changed is another one. */
    private record One(UUID id, long version) {
        static One of(Gateway gateway) {
            return new One(gateway.id(), gateway.version());
        }

        boolean isIn(Set<Gateway> gateways) {
            return gateways.stream().map(One::of).anyMatch(this::equals);
        }
    }

    /** What each of these upstreams says, from when it is one of them for as long as it is. */
    private static <T> Flux<T> ofEach(Flux<Set<Gateway>> gateways, Function<Gateway, Flux<T>> listening) {
        return Flux.defer(() -> {
            Set<One> heard = ConcurrentHashMap.newKeySet();
            var now = gateways.replay(1).refCount();
            return now.flatMapIterable(all -> all)
                    .filter(gateway -> heard.add(One.of(gateway)))
                    .flatMap(
                            gateway -> Again.on(listening.apply(gateway))
                                    .takeUntilOther(
                                            now.filter(all -> !One.of(gateway).isIn(all)))
                                    .doFinally(_ -> heard.remove(One.of(gateway))),
                            Integer.MAX_VALUE,
                            1);
        });
    }

    private Mono<Outbound> towards(Gateway gateway, Outbound outbound) {
        return wallet.equip(outbound.permit().towards(gateway));
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
                        .switchMap(uris -> Again.on(listen(leg, new Interests(lists, lists, lists, uris))));
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
                        uri -> Again.on(listen(leg, new Interests(false, false, false, Set.of(uri))))
                                .takeUntilOther(
                                        states.filter(state -> !state.uris().contains(uri)))
                                .filter(_ -> false),
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
