package io.penstock.store.sealed;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.store.sealed.Canaries.Singer;
import io.penstock.store.sealed.Holdings.Holding;
import io.penstock.store.sealed.SealedColumn.Lasting;
import io.penstock.vault.KeyRing;
import io.penstock.vault.Vault;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Brings what is sealed with earlier keys to the one that was chosen last, and forgets keys that hold nothing any more. */
public final class Upkeep {

    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

    private final Canaries canaries;
    private final Holdings holdings;
    private final Rewrap rewrap;
    private final Vault vault;
    private final UnaryOperator<Mono<Void>> onOneReplica;
    private final Duration silence;
    private final AtomicLong old = new AtomicLong();
    private final AtomicLong unopened = new AtomicLong();
    private final Counter renewed;

    /**
     * @param onOneReplica does work on one replica at a time
     * @param silence for how long no replica must have sealed with a key before it is forgotten
     */
    public Upkeep(
            DatabaseClient database,
            Vault vault,
            List<SealedColumn> columns,
            UnaryOperator<Mono<Void>> onOneReplica,
            Duration silence,
            MeterRegistry meters) {
        this.canaries = new Canaries(database);
        this.holdings = new Holdings(
                database, columns.stream().filter(Lasting.class::isInstance).toList());
        this.rewrap = new Rewrap(database, vault, columns);
        this.vault = vault;
        this.onOneReplica = onOneReplica;
        this.silence = silence;
        this.renewed = Counter.builder("penstock.vault.values.rewrapped")
                .description("Values that were sealed anew with the present key")
                .register(meters);
        Gauge.builder("penstock.vault.values.old", old, AtomicLong::get)
                .description(
                        "Values that stay and are sealed with another key than the one chosen last, when last counted")
                .register(meters);
        Gauge.builder("penstock.vault.values.unopened", unopened, AtomicLong::get)
                .description("Values that opened with none of the keys, when they were last to be sealed anew")
                .register(meters);
    }

    /** One round. Where one key alone seals, it reads one row. */
    public Mono<Void> round() {
        return canaries.sing(vault).thenMany(canaries.all()).collectList().flatMap(this::tend);
    }

    private Mono<Void> tend(List<Singer> singers) {
        if (singers.size() == 1) {
            old.set(0);
            return Mono.empty();
        }
        String chosen = singers.getFirst().keyId();
        byte[] own = Canary.sing(vault);
        return holdings.count()
                .collectList()
                .doOnNext(held -> old.set(held.stream()
                        .filter(holding -> !holding.keyId().equals(chosen))
                        .mapToLong(Holding::values)
                        .sum()))
                .flatMap(held -> retire(singers, held))
                // a replica that was started before the keys were changed must not undo what the others do
                .then(chosen.equals(KeyRing.idOf(own)) ? onOneReplica.apply(renew(own)) : Mono.empty());
    }

    private Mono<Void> renew(byte[] own) {
        return Mono.defer(() -> rewrap.all(Arrays.copyOf(own, KeyRing.PREFIX)))
                .doOnNext(outcome -> {
                    renewed.increment((double) outcome.renewed());
                    unopened.set(outcome.unopened());
                })
                .then();
    }

    private Mono<Void> retire(List<Singer> singers, List<Holding> held) {
        return Flux.fromIterable(singers)
                .skip(1)
                .filter(singer ->
                        held.stream().noneMatch(holding -> holding.keyId().equals(singer.keyId())))
                .concatMap(singer -> canaries.retire(singer.keyId(), silence)
                        .filter(gone -> gone)
                        .doOnNext(_ -> LOG.info(
                                "No value that stays is sealed with the key {} any more: it can be taken out of the settings as soon as"
                                        + " GET /admin/vault says so",
                                singer.keyId())))
                .then();
    }
}
