package io.penstock.relay.bridge;

import io.penstock.access.Gate;
import io.penstock.access.Permit;
import io.penstock.access.Route;
import io.penstock.access.tenure.Tenures;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.snapshot.Catalog;
import io.penstock.catalog.snapshot.Showing;
import io.penstock.catalog.snapshot.Snapshot;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
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

    /** How long an upstream is given to take what is wanted: some never say that they have. */
    static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Gate gate;
    private final Catalog catalog;
    private final Legs legs;
    private final LoneLegs lone;
    private final Wallet wallet;
    private final Tenures tenures;
    private final Turns turns = new Turns(PATIENCE);

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
     *
     * @param stands runs when each upstream that is asked at first has taken what is wanted of it, maybe more than once
     */
    Flux<Message.Told> stateless(Outbound outbound, Party party, Interests interests, Runnable stands) {
        var permit = outbound.permit();
        return switch (permit.route()) {
            case Route.One one -> alone(outbound, party, interests, stands).takeUntilOther(changed(one.gateway()));
            case Route.Many(var showing) -> {
                Set<One> awaited = ConcurrentHashMap.newKeySet();
                awaited.addAll(owned(permit, showing, interests).keySet());
                if (awaited.isEmpty()) {
                    stands.run();
                }
                yield interests.uris().isEmpty() && interests.tasks().isEmpty()
                        ? Flux.empty()
                        : ofEach(
                                gate.showings(permit).map(now -> owned(permit, now, interests)),
                                (one, own) -> alone(
                                        own,
                                        party,
                                        new Interests(false, false, false, one.uris(), interests.tasks(), false),
                                        () -> {
                                            if (awaited.remove(one) && awaited.isEmpty()) {
                                                stands.run();
                                            }
                                        }));
            }
        };
    }

    /**
     * For as long as a session's stream is open: of each upstream from when the session first uses it. Which lists of a virtual server have
     * changed is not its upstreams' to say. Ends where the one upstream was changed: calls go to the session that was opened since.
     */
    Flux<Heard> session(Permit permit, Party party, Flux<HeldState> states) {
        return turns.during(party.key(), mine -> session(permit, party, states, mine));
    }

    /**
     * Empty when an upstream that is asked anew for each resource tells of this one on the session's stream, is not given more time to, or no
     * such stream is open here.
     */
    Mono<Void> told(Party party, UUID gateway, String uri) {
        return turns.taken(party.key(), gateway, uri);
    }

    private Flux<Heard> session(Permit permit, Party party, Flux<HeldState> states, Turns.Open mine) {
        return switch (permit.route()) {
            case Route.One one ->
                Again.on(Mono.defer(() -> wallet.equip(permit)).flatMapMany(own -> session(own, party, states, mine)))
                        .takeUntilOther(changed(one.gateway()));
            case Route.Many _ ->
                ofEach(
                        Flux.combineLatest(
                                states, gate.showings(permit), (state, showing) -> used(permit, showing, state)),
                        (_, own) -> session(own, party, states, mine));
        };
    }

    private Flux<Heard> session(Outbound outbound, Party party, Flux<HeldState> states, Turns.Open mine) {
        var permit = outbound.permit();
        return legs.to(outbound, party)
                .map(leg -> TaskIds.over(leg, permit.route()))
                .flatMapMany(leg -> following(leg, permit, states, mine))
                .filter(heard -> !(heard.message() instanceof Message.Told told) || isUsable(permit, told));
    }

    private Flux<Message.Told> alone(Outbound outbound, Party party, Interests interests, Runnable stands) {
        return lone.listen(outbound, party, interests, stands).filter(told -> isUsable(outbound.permit(), told));
    }

    /** An upstream may tell of a part of what was subscribed to that cannot be used here. */
    private boolean isUsable(Permit permit, Message.Told told) {
        String uri = Notices.updated(told);
        return uri == null || catalog.snapshot().barred(permit.gateway().id(), Feature.Kind.RESOURCE, uri) == null;
    }

    private Flux<Snapshot> changed(Gateway gateway) {
        return catalog.snapshots().filter(snapshot -> {
            Gateway now = snapshot.gateway(gateway.id());
            return now != null && now.version() != gateway.version();
        });
    }

    /**
     * An upstream of a virtual server, listened to anew where it was changed, or is asked for other resources.
     *
     * @param uris those that it is asked for; none in a session, whose state says which
     */
    private record One(UUID id, long version, Set<String> uris) {
        static One of(Gateway gateway, Set<String> uris) {
            return new One(gateway.id(), gateway.version(), Set.copyOf(uris));
        }
    }

    private static Map<One, Permit> used(Permit permit, Showing showing, HeldState state) {
        var all = permit.within(showing);
        return state.used(showing).stream()
                .collect(Collectors.toMap(gateway -> One.of(gateway, Set.of()), all::towards));
    }

    /** Each upstream that these tasks and resources belong to is asked for its own; for a resource that none shows, nobody is. */
    private static Map<One, Permit> owned(Permit permit, Showing showing, Interests interests) {
        var all = permit.within(showing);
        var uris = new HashMap<UUID, Set<String>>();
        for (String uri : interests.uris()) {
            var owner = showing.reading(uri);
            if (owner != null) {
                uris.computeIfAbsent(owner.id(), _ -> new HashSet<>()).add(uri);
            }
        }
        return showing.gateways().stream()
                .filter(gateway -> uris.containsKey(gateway.id())
                        || interests.tasks().stream().anyMatch(TaskIds.of(gateway)::isMine))
                .collect(Collectors.toMap(
                        gateway -> One.of(gateway, uris.getOrDefault(gateway.id(), Set.of())), all::towards));
    }

    /**
     * What each of these upstreams says, from when it is one of them for as long as it is and the right to it lasts, which outlives the
     * pauses in between. Error: why the right has ended, where the upstream is shown on to whoever the caller was: the client is to come
     * again as who it is now.
     */
    private <T> Flux<T> ofEach(Flux<Map<One, Permit>> shares, BiFunction<One, Outbound, Flux<T>> listening) {
        return Flux.defer(() -> {
            Set<One> heard = ConcurrentHashMap.newKeySet();
            var now = shares.replay(1).refCount();
            return now.flatMapIterable(Map::entrySet)
                    .filter(share -> heard.add(share.getKey()))
                    .flatMap(
                            share -> tenures.duringAnew(
                                            share.getValue(),
                                            Again.on(Mono.defer(() -> wallet.equip(share.getValue()))
                                                    .flatMapMany(own -> listening.apply(share.getKey(), own))))
                                    .onErrorResume(why -> Mono.delay(SETTLED).then(Mono.<T>error(why)))
                                    .takeUntilOther(now.filter(all -> !all.containsKey(share.getKey())))
                                    .doFinally(_ -> heard.remove(share.getKey())),
                            Integer.MAX_VALUE,
                            1);
        });
    }

    /**
     * An upstream with sessions knows what was subscribed in this one. One over HTTP+SSE knows it of this replica's connection only, so it
     * is told of what came to another. Any other is told anew whenever that changes, and heard on the stream before until it has taken
     * that. Each hears of its own resources only.
     */
    private static Flux<Heard> following(Leg leg, Permit permit, Flux<HeldState> states, Turns.Open mine) {
        UUID gateway = permit.gateway().id();
        boolean lists = !(permit.route() instanceof Route.One one) || !one.amongMany();
        var updates = new Interests(lists, lists, lists, Set.of(), Set.of(), true);
        var uris = states.map(state -> state.urisOf(gateway));
        return switch (leg.greeting().era()) {
            case SESSIONS -> listen(leg, updates, () -> {});
            case HTTP_SSE -> Flux.merge(lasting(leg, updates, () -> {}), kept(leg, uris));
            case STATELESS ->
                mine.byTurns(
                        gateway,
                        uris,
                        turn -> !lists && turn.uris().isEmpty()
                                ? Flux.<Heard>never().doOnSubscribe(_ -> turn.stands())
                                : lasting(leg, new Interests(lists, lists, lists, turn.uris()), turn::stands));
        };
    }

    /** Its end is an error, so that what it is a part of ends too, and all of it begins again on the leg that there is then. */
    private static Flux<Heard> lasting(Leg leg, Interests interests, Runnable stands) {
        return listen(leg, interests, stands).concatWith(Mono.error(UnrelatedMessages::ended));
    }

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
                        uri -> Again.on(listen(leg, new Interests(false, false, false, Set.of(uri)), () -> {}))
                                .takeUntilOther(uris.filter(wanted -> !wanted.contains(uri)))
                                .filter(heard -> heard.message() instanceof Message.Asked),
                        Integer.MAX_VALUE,
                        1);
    }

    private static Flux<Heard> listen(Leg leg, Interests interests, Runnable stands) {
        return leg.listen(interests, stands).map(message -> new Heard(leg, message));
    }
}
