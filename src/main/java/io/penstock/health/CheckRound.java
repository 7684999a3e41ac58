package io.penstock.health;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateways;
import io.penstock.loop.Mishaps;
import io.penstock.loop.Rounds;
import io.penstock.wire.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * One round claims the gateways whose check is due, as many as there is room for, and starts their checks. It does not wait for them, so
 * that an upstream that is slow to fail delays no other.
 */
final class CheckRound {

    private static final Logger LOG = LoggerFactory.getLogger(CheckRound.class);

    /** Longer than a check can take; a process that dies in mid-check leaves its gateways unchecked for no longer. */
    private static final Duration LEASE = Duration.ofMinutes(2);

    private final Gateways gateways;
    private final Health health;
    private final Rounds rounds;
    private final HealthSettings settings;
    private final Prognosis prognosis;
    private final AtomicInteger busy = new AtomicInteger();

    CheckRound(Gateways gateways, Health health, Rounds rounds, HealthSettings settings, Prognosis prognosis) {
        this.gateways = gateways;
        this.health = health;
        this.rounds = rounds;
        this.settings = settings;
        this.prognosis = prognosis;
    }

    Mono<Void> round() {
        return Mono.defer(() -> {
            int room = settings.concurrency() - busy.get();
            return room <= 0
                    ? Mono.empty()
                    : gateways.claimDue(room, LEASE)
                            .collectList()
                            .doOnNext(this::start)
                            .then();
        });
    }

    private void start(List<Gateway> due) {
        for (Gateway gateway : due) {
            busy.incrementAndGet();
            var _ = rounds.detach("health", visit(gateway).doFinally(_ -> busy.decrementAndGet()));
        }
    }

    /** A refusal was written down where it belongs by those who met it. */
    private Mono<Void> visit(Gateway gateway) {
        return health.check(gateway)
                .filter(now ->
                        prognosis.wantsDiscovery(gateway.status().condition().healthy(), now.status()))
                .flatMap(health::discover)
                .onErrorComplete(Refusal.class)
                .doOnError(failure -> Mishaps.log(LOG, "Checking upstream " + gateway.id(), failure))
                .then();
    }
}
