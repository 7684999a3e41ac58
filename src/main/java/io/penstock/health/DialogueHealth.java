package io.penstock.health;

import io.penstock.caller.Caller;
import io.penstock.catalog.Feature.Kind;
import io.penstock.catalog.Features;
import io.penstock.catalog.Features.Outcome;
import io.penstock.catalog.Gateway;
import io.penstock.loop.Rounds;
import io.penstock.relay.Dialogues;
import io.penstock.relay.Dialogues.Dialogue;
import io.penstock.relay.Dialogues.UpstreamError;
import io.penstock.relay.breaker.Breakers;
import io.penstock.wire.ProtocolVersion;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Looks after upstreams by talking to them. */
final class DialogueHealth implements Health {

    private static final Outcome NOTHING = new Outcome(0, 0, 0);
    private static final Set<Integer> WANTS_USER = Set.of(401, 403);

    /** In whose name a discovery is that is in no user's. */
    private static final String OWN = "";

    private final Dialogues dialogues;
    private final Features features;
    private final Chart chart;
    private final Stocktaking stocktaking;
    private final Breakers breakers;
    private final Flights<Gateway> checks;
    private final Flights<Discovery> discoveries;

    DialogueHealth(
            Dialogues dialogues,
            Features features,
            Chart chart,
            Stocktaking stocktaking,
            Rounds rounds,
            Breakers breakers) {
        this.dialogues = dialogues;
        this.features = features;
        this.chart = chart;
        this.stocktaking = stocktaking;
        this.breakers = breakers;
        this.checks = new Flights<>("health check", rounds);
        this.discoveries = new Flights<>("discovery", rounds);
    }

    @Override
    public Mono<Gateway> check(Gateway gateway) {
        return checks.join(gateway, this::look);
    }

    @Override
    public String circuit(UUID gateway) {
        return breakers.circuit(gateway).text();
    }

    @Override
    public Mono<Void> greet(Gateway gateway) {
        return dialogues.hold(gateway, DialogueHealth::pulse).then();
    }

    @Override
    public Mono<Discovery> discover(Gateway gateway) {
        return gateway.auth().isPerUser()
                ? Mono.just(new Discovery(NOTHING, NOTHING, NOTHING))
                : discoveries
                        .underWay(gateway)
                        .filterWhen(_ -> chart.isReadSince(gateway))
                        .onErrorComplete(Refusal.class) // who asked for that one is told
                        .switchIfEmpty(discoveries.next(gateway, OWN, this::read));
    }

    @Override
    public Mono<Discovery> discover(Gateway gateway, Caller caller) {
        return gateway.auth().isPerUser()
                ? discoveries.next(gateway, caller.user(), named -> read(named, caller, Set.of()))
                : discoveries.next(gateway, OWN, this::read);
    }

    /**
     * Reads what it offers in the name of a user who has just connected an account, where nothing is known of it. Resources are left out:
     * their names may be that user's own, and everybody who sees the gateway would see them. Empty where something is known.
     */
    Mono<Discovery> discoverFirst(Gateway gateway, Caller caller) {
        return features.counts(Set.of(gateway.id()))
                .filter(Map::isEmpty)
                .flatMap(_ ->
                        discoveries.next(gateway, caller.user(), named -> read(named, caller, Set.of(Kind.RESOURCE))));
    }

    private Mono<Gateway> look(Gateway gateway) {
        return dialogues
                .hold(gateway, DialogueHealth::pulse)
                .onErrorResume(
                        Refusal.class,
                        refusal -> isGuarded(gateway, refusal) ? Mono.just(new Sighting.Guarded()) : ill(refusal))
                .flatMap(sighting -> chart.note(gateway, sighting));
    }

    /** It is asked without any user's credential, and says that it wants one. */
    private static boolean isGuarded(Gateway gateway, Refusal refusal) {
        return gateway.auth().isPerUser()
                && refusal.reason() instanceof Reason.UpstreamFailed failed
                && failed.upstreamStatus() != null
                && WANTS_USER.contains(failed.upstreamStatus());
    }

    /** The greeting of the stateless revision is itself the newest sign of life; it has no ping. */
    private static Mono<Sighting> pulse(Dialogue dialogue) {
        var well = new Sighting.Well(dialogue.greeting());
        return ProtocolVersion.V2026_07_28.text().equals(dialogue.greeting().protocolVersion())
                ? Mono.just(well)
                : dialogue.request("ping", null)
                        .onErrorResume(UpstreamError.class, _ -> Mono.just(""))
                        .thenReturn(well);
    }

    private static Mono<Sighting> ill(Refusal refusal) {
        return Mono.just(new Sighting.Ill(refusal.reason().detail()));
    }

    private Mono<Discovery> read(Gateway gateway) {
        var taken = dialogues
                .hold(forgetful(gateway), stocktaking::of)
                .onErrorResume(
                        Refusal.class,
                        refusal -> ill(refusal)
                                .flatMap(ill -> chart.note(gateway, ill))
                                .then(Mono.error(refusal)));
        return keep(gateway, taken, Set.of());
    }

    /** What a user may not see says nothing of the upstream's health. */
    private Mono<Discovery> read(Gateway gateway, Caller caller, Set<Kind> leftOut) {
        return keep(gateway, dialogues.hold(forgetful(gateway), caller, stocktaking::of), leftOut);
    }

    /** Without what was seen last, so that an upstream that has learnt a newer revision is noticed. */
    private static Gateway forgetful(Gateway gateway) {
        return gateway.with(Gateway.Status.UNSEEN);
    }

    /** A reading has its number before it asks for anything, so that one that is told of a change meanwhile is known as older. */
    private Mono<Discovery> keep(Gateway gateway, Mono<Inventory> taken, Set<Kind> leftOut) {
        return chart.beginReading(gateway)
                .flatMap(reading -> taken.flatMap(inventory -> keep(gateway, inventory, leftOut, reading)));
    }

    private Mono<Discovery> keep(Gateway gateway, Inventory inventory, Set<Kind> leftOut, long reading) {
        var well = new Sighting.Well(inventory.greeting());
        var listings = inventory.listings().stream()
                .filter(listing -> !leftOut.contains(listing.kind()))
                .toList();
        Refusal failure = inventory.failure();
        if (failure != null) {
            return chart.note(gateway, well)
                    .then(chart.notRefreshed(gateway, failure.reason().detail()))
                    .then(Mono.error(failure));
        }
        return chart.unchanged(gateway)
                .flatMap(now -> replace(now, listings, reading))
                .flatMap(discovery -> chart.refreshed(gateway, discovery, notes(listings))
                        .then(chart.noteDiscovery(gateway, well, reading))
                        .thenReturn(discovery));
    }

    private Mono<Discovery> replace(Gateway gateway, List<Listing> listings, long reading) {
        return Flux.fromIterable(listings)
                .concatMap(listing -> features.replace(gateway, listing.kind(), listing.discovered(), reading)
                        .map(outcome -> Map.entry(listing.kind(), outcome)))
                .collectMap(Map.Entry::getKey, Map.Entry::getValue)
                .map(DialogueHealth::discovery);
    }

    private static Discovery discovery(Map<Kind, Outcome> outcomes) {
        var resources = outcomes.getOrDefault(Kind.RESOURCE, NOTHING);
        var templates = outcomes.getOrDefault(Kind.RESOURCE_TEMPLATE, NOTHING);
        return new Discovery(
                outcomes.getOrDefault(Kind.TOOL, NOTHING),
                new Outcome(
                        resources.added() + templates.added(),
                        resources.updated() + templates.updated(),
                        resources.removed() + templates.removed()),
                outcomes.getOrDefault(Kind.PROMPT, NOTHING));
    }

    private static List<String> notes(List<Listing> listings) {
        return listings.stream().flatMap(listing -> listing.notes().stream()).toList();
    }
}
