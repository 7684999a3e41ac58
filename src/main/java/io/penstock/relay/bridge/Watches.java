package io.penstock.relay.bridge;

import io.penstock.access.Gate;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateways;
import io.penstock.credential.Wallet;
import io.penstock.relay.leg.Leg.Interests;
import io.penstock.relay.leg.Party;
import io.penstock.relay.leg.SharedStreams;
import io.penstock.wire.Message;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Listens for what upstreams say of their own lists, with the gateway's own credential: one stream an upstream on each replica, for as long
 * as a client wants to hear of it. What is heard makes the gateway due for discovery.
 */
@Component
final class Watches {

    private static final Interests LISTS = new Interests(true, true, true, Set.of());
    private static final Set<String> CHANGES =
            Set.of(Notices.TOOLS_CHANGED, Notices.PROMPTS_CHANGED, Notices.RESOURCES_CHANGED);

    /** Whoever goes on watching does so at once; the upstream need not notice. */
    private static final Duration LINGERS = Duration.ofSeconds(2);

    /** Shorter than it lingers, so that the last that was said is noted too. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Gate gate;
    private final Wallet wallet;
    private final LoneLegs lone;
    private final Gateways gateways;
    private final Scheduler scheduler;
    private final SharedStreams<Watched> watches = new SharedStreams<>(LINGERS);

    @Autowired
    Watches(Gate gate, Wallet wallet, LoneLegs lone, Gateways gateways) {
        this(gate, wallet, lone, gateways, Schedulers.parallel());
    }

    Watches(Gate gate, Wallet wallet, LoneLegs lone, Gateways gateways, Scheduler scheduler) {
        this.gate = gate;
        this.wallet = wallet;
        this.lone = lone;
        this.gateways = gateways;
        this.scheduler = scheduler;
    }

    /** A gateway that was changed is another one to watch. */
    private record Watched(UUID id, long version) {}

    /**
     * What the upstream says of its lists until cancelled, heard together with all who watch it. Never completes. One that is called in each
     * user's own name says nothing to the gateway itself.
     */
    Flux<Message.Told> over(Gateway gateway) {
        if (gateway.auth().isPerUser()) {
            return Flux.never();
        }
        return watches.listen(new Watched(gateway.id(), gateway.version()), _ -> watch(gateway), () -> {})
                .cast(Message.Told.class);
    }

    private Flux<Message> watch(Gateway gateway) {
        var party = new Party("gateway|" + gateway.id(), "{}", null, null);
        var listening = Mono.defer(() -> wallet.equip(gate.own(gateway)))
                .flatMapMany(outbound -> lone.listen(outbound, party, LISTS, () -> {}))
                .filter(told -> CHANGES.contains(told.method()))
                // without what it says beside: no more than three then differ, and who does not read has room for them
                .<Message>map(told -> new Message.Told(told.method(), null));
        return Again.on(listening).publish(told -> Flux.merge(told, noted(gateway, told)));
    }

    /** Gives nothing. The first is noted at once and, of all that is said in the pause after it, the last: a storm is not one of writes too. */
    private Flux<Message> noted(Gateway gateway, Flux<Message> told) {
        return told.onBackpressureLatest()
                .concatMap(_ -> gateways.stale(gateway.id()).onErrorComplete().then(Mono.delay(PAUSE, scheduler)), 0)
                .thenMany(Flux.empty());
    }
}
