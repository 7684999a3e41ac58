package io.penstock.relay.bridge;

import io.penstock.access.Gate;
import io.penstock.access.Permit;
import io.penstock.access.Route;
import io.penstock.access.tenure.Tenures;
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
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
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

    /** In what time a virtual server stops showing what was switched off. */
    private static final Duration SETTLED = Duration.ofSeconds(1);

    private final Gate gate;
    private final Catalog catalog;
    private final Legs legs;
    private final LoneLegs lone;
    private final Wallet wallet;
    private final Tenures tenures;

    UnrelatedMessages(Gate gate, Catalog catalog, Legs legs, LoneLegs lone, Wallet wallet, Tenures tenures) {
        this.gate = gate;
        this.catalog = catalog;
        this.legs = legs;
        this.lone = lone;
        this.wallet = wallet;
        this.tenures = tenures;
    }

    /**
     * For as long as one request of the stateless revision is open. Ends where the one upstream ends it; many are asked again. Error: the
     * upstream's, where there is one only.
     */
    Flux<Message.Told> stateless(Outbound outbound, Party party, Interests interests) {
        var permit = outbound.permit();
        return switch (permit.route()) {
            case Route.One _ -> lone.listen(outbound, party, interests);
            case Route.Many _ -> {
                var named = new Interests(false, false, false, interests.uris(), interests.tasks(), false);
                yield named.uris().isEmpty() && named.tasks().isEmpty()
                        ? Flux.empty()
                        : ofEach(
                                gate.showings(permit).map(showing -> shares(permit, showing, owners(showing, named))),
                                own -> lone.listen(own, party, named));
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
                Again.on(legs.to(outbound, party).flatMapMany(leg -> following(leg, permit, states)))
                        .takeUntilOther(changed(one.gateway()));
            case Route.Many _ ->
                ofEach(
                        Flux.combineLatest(
                                states.map(HeldState::gateways),
                                gate.showings(permit),
                                (used, showing) -> shares(permit, showing, used(used, showing))),
                        own -> legs.to(own, party)
                                .map(leg -> TaskIds.over(leg, own.permit().route()))
                                .flatMapMany(leg -> following(leg, own.permit(), states)));
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
    private record One(UUID id, long version) {}

    private static Map<One, Permit> shares(Permit permit, Showing showing, Set<Gateway> gateways) {
        var all = permit.within(showing);
        return gateways.stream()
                .collect(Collectors.toMap(gateway -> new One(gateway.id(), gateway.version()), all::towards));
    }

    /**
     * What each of these upstreams says, from when it is one of them for as long as it is and the right to it lasts, which outlives the
     * pauses in between. Error: why the right has ended, where the upstream is shown on to whoever the caller was: the client is to come
     * again as who it is now.
     */
    private <T> Flux<T> ofEach(Flux<Map<One, Permit>> shares, Function<Outbound, Flux<T>> listening) {
        return Flux.defer(() -> {
            Set<One> heard = ConcurrentHashMap.newKeySet();
            var now = shares.replay(1).refCount();
            return now.flatMapIterable(Map::entrySet)
                    .filter(share -> heard.add(share.getKey()))
                    .flatMap(
                            share -> tenures.duringAnew(
                                            share.getValue(),
                                            Again.on(wallet.equip(share.getValue())
                                                    .flatMapMany(listening)))
                                    .onErrorResume(why -> Mono.delay(SETTLED).then(Mono.<T>error(why)))
                                    .takeUntilOther(now.filter(all -> !all.containsKey(share.getKey())))
                                    .doFinally(_ -> heard.remove(share.getKey())),
                            Integer.MAX_VALUE,
                            1);
        });
    }

    /**
     * An upstream with sessions knows what was subscribed in this one. One over HTTP+SSE knows it of this replica's connection only, so it
     * is told of what came to another. Any other is told anew whenever that changes. Each hears of its own resources only.
     */
    private static Flux<Heard> following(Leg leg, Permit permit, Flux<HeldState> states) {
        UUID gateway = permit.gateway().id();
        boolean lists = !(permit.route() instanceof Route.One one) || !one.amongMany();
        var updates = new Interests(lists, lists, lists, Set.of(), Set.of(), true);
        var uris = states.map(state -> state.urisOf(gateway));
        return switch (leg.greeting().era()) {
            case SESSIONS -> listen(leg, updates);
            case HTTP_SSE ->
                Flux.merge(listen(leg, updates).concatWith(Mono.error(UnrelatedMessages::ended)), kept(leg, uris));
            case STATELESS ->
                uris.distinctUntilChanged()
                        .switchMap(wanted -> Again.on(listen(leg, new Interests(lists, lists, lists, wanted))));
        };
    }

    /** Ends what goes on beside it, too, so that all of it begins again on the leg that there is then. */
    private static Refusal ended() {
        return new Refusal(new Reason.UpstreamFailed("The upstream has ended its stream", null));
    }

    /** Keeps each subscription for as long as the session has it. What is heard others give, but for questions, which one alone hears. */
    private static Flux<Heard> kept(Leg leg, Flux<Set<String>> uris) {
        return uris.startWith(Set.<String>of())
                .buffer(2, 1)
                .flatMapIterable(both -> both.getLast().stream()
                        .filter(uri -> !both.getFirst().contains(uri))
                        .toList())
                .flatMap(
                        uri -> Again.on(listen(leg, new Interests(false, false, false, Set.of(uri))))
                                .takeUntilOther(uris.filter(wanted -> !wanted.contains(uri)))
                                .filter(heard -> heard.message() instanceof Message.Asked),
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
