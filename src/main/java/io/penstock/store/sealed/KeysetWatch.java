package io.penstock.store.sealed;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.vault.KeyRing;
import io.penstock.vault.KeysetFile;
import io.penstock.vault.KeysetFile.Successor;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Takes the keys of a changed keyset file into use, where they open everything that the present ones sealed; else the present ones stay. */
public final class KeysetWatch {

    private static final Logger LOG = LoggerFactory.getLogger(KeysetWatch.class);

    private final KeysetFile file;
    private final KeyRing keys;
    private final Canaries canaries;

    /** Why what the file holds cannot be used; null while it can. */
    private final AtomicReference<@Nullable String> refused = new AtomicReference<>();

    public KeysetWatch(KeysetFile file, KeyRing keys, DatabaseClient database, MeterRegistry meters) {
        this.file = file;
        this.keys = keys;
        this.canaries = new Canaries(database);
        Gauge.builder("penstock.vault.keyset.refused", refused, why -> why.get() == null ? 0 : 1)
                .description("1 while the keyset file holds what cannot be used, and the keys from before are in use")
                .register(meters);
    }

    /** One look. Error: the database's; then it is looked at again. */
    public Mono<Void> look() {
        return Mono.fromCallable(file::successor)
                .subscribeOn(Schedulers.boundedElastic())
                .onErrorResume(InvalidConfigurationPropertyValueException.class, bad -> {
                    refuse(String.valueOf(bad.getReason()));
                    return Mono.empty();
                })
                .flatMap(next -> canaries.all()
                        .filter(singer -> !Canary.opens(next.vault(), singer.sealed()))
                        .map(Canaries.Singer::keyId)
                        .collectList()
                        .flatMap(lost -> lost.isEmpty() ? use(next) : lose(next, lost)));
    }

    private Mono<Void> use(Successor next) {
        boolean same = next.keys().sealing().equals(keys.sealing());
        return (same ? canaries.sing(next.vault()) : canaries.choose(next.vault())).then(Mono.fromRunnable(() -> {
            next.use();
            refused.set(null);
            LOG.info("The keyset file changed: its keys are in use, and {} seals", keys.sealing());
        }));
    }

    private Mono<Void> lose(Successor next, List<String> lost) {
        next.refuse();
        refuse("It lacks the key " + String.join(", ", lost) + ", which still seals values in the database.");
        return Mono.empty();
    }

    /** It may be looked at in vain for hours. */
    private void refuse(String why) {
        if (!why.equals(refused.getAndSet(why))) {
            LOG.error("The keyset file changed and cannot be used, so the keys from before stay in use. {}", why);
        }
    }
}
