package io.penstock.credential;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.penstock.audit.Trail;
import io.penstock.caller.Caller;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.Rotations;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * What is shown to an upstream that refused a credential: the one that took its place meanwhile, or the one from before while it is kept.
 * Where that happens often, the one from before is taken back.
 */
@Component
final class Substitutes {

    private static final Logger LOG = LoggerFactory.getLogger(Substitutes.class);

    private static final int KEPT = 10_000;
    private static final Duration WINDOW = Duration.ofMinutes(1);

    /** An upstream that refuses everything must not make the database work for each call. */
    private static final Duration GLANCE = Duration.ofSeconds(1);

    private final Gateways gateways;
    private final Rotations rotations;
    private final Trail trail;
    private final int refusals;
    private final Cache<UUID, Gateway> latest = Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumSize(KEPT)
            .expireAfterWrite(GLANCE)
            .build();
    private final Cache<UUID, AtomicInteger> counts = Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumSize(KEPT)
            .expireAfterWrite(WINDOW)
            .build();

    Substitutes(Gateways gateways, Rotations rotations, Trail trail, CredentialSettings settings) {
        this.gateways = gateways;
        this.rotations = rotations;
        this.trail = trail;
        this.refusals = settings.refusals();
    }

    /** The gateway with another credential than the refused one. Empty where there is none. Error: the database's. */
    Mono<Gateway> insteadOf(Gateway refused) {
        return refused.auth().standsAlone()
                ? Mono.empty()
                : latest(refused.id())
                        .flatMap(now -> now.auth().id().equals(refused.auth().id()) ? before(now) : Mono.just(now));
    }

    private Mono<Gateway> latest(UUID id) {
        return Mono.defer(() -> {
            Gateway seen = latest.getIfPresent(id);
            return seen == null ? gateways.find(id).doOnNext(found -> latest.put(id, found)) : Mono.just(seen);
        });
    }

    private Mono<Gateway> before(Gateway now) {
        return now.auth().kept() == null
                ? Mono.empty()
                : Mono.defer(() -> counted(now)).then(Mono.defer(() -> rotations.before(now)));
    }

    private Mono<Void> counted(Gateway now) {
        var credential = now.auth().id();
        int seen = Objects.requireNonNull(counts.get(credential, _ -> new AtomicInteger()))
                .incrementAndGet();
        if (refusals == 0 || seen != refusals) {
            return Mono.empty();
        }
        var why = seen + " calls within " + WINDOW.toSeconds() + " seconds were refused with it";
        return rotations
                .rollBack(now.id(), credential, why, trail.record(entry(now, why)))
                .doOnNext(_ -> LOG.warn("Gateway {} has its credential from before again: {}", now.id(), why))
                .doOnNext(_ -> latest.invalidate(now.id()))
                .onErrorResume(failure -> {
                    counts.invalidate(credential);
                    LOG.warn("The credential of gateway {} could not be taken back: {}", now.id(), failure.toString());
                    return Mono.empty();
                })
                .then();
    }

    private static Trail.Entry entry(Gateway gateway, String why) {
        return new Trail.Entry(
                "penstock",
                Caller.Source.GATEWAY.name().toLowerCase(Locale.ROOT),
                "rollback",
                "gateway",
                gateway.id().toString(),
                Trail.Outcome.SUCCESS,
                why,
                UUID.randomUUID().toString());
    }
}
