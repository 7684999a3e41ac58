package io.penstock.relay.leg;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Scheduler;
import com.github.benmanes.caffeine.cache.Ticker;
import io.penstock.catalog.Gateway;
import io.penstock.credential.Credential;
import io.penstock.credential.Outbound;
import io.penstock.loop.Rounds;
import io.penstock.relay.line.Line;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Legs in memory, one for each party at each gateway, opened once however many ask. */
final class KeptLegs implements Legs, SmartLifecycle {

    /** After the web server's, whose last calls use legs, and before that of the rounds, which wait for open streams. */
    private static final int PHASE = DEFAULT_PHASE - 3072;

    private static final Duration LONG_UNUSED = Duration.ofMinutes(10);
    private static final int MOST_UNUSED = 10_000;

    /** A gateway that was changed is another one. */
    private record Key(UUID gateway, long version, Party party) {
        static Key of(Gateway gateway, Party party) {
            return new Key(gateway.id(), gateway.version(), party);
        }
    }

    /** By the party's key, so that a party is found without a look at all the others. */
    private final ConcurrentMap<String, ConcurrentMap<Key, KeptLeg>> kept = new ConcurrentHashMap<>();

    /** Those that may be closed when they are too many, or too old. One that is in use may be among them. */
    private final Cache<Key, KeptLeg> unused;

    private final Function<Credential, Line> lines;
    private final SharedOpenings openings;
    private final Rounds rounds;
    private volatile boolean running;

    /** @param lines makes the way to an upstream */
    KeptLegs(Function<Credential, Line> lines, SharedOpenings openings, Rounds rounds, Ticker ticker) {
        this.lines = lines;
        this.openings = openings;
        this.rounds = rounds;
        this.unused = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumSize(MOST_UNUSED)
                .expireAfterAccess(LONG_UNUSED)
                .scheduler(Scheduler.systemScheduler())
                .ticker(ticker)
                .removalListener(this::gone)
                .build();
    }

    /** One that is in use comes back when it is not. */
    private void gone(@Nullable Key key, @Nullable KeptLeg leg, RemovalCause cause) {
        if (key != null && leg != null && cause.wasEvicted() && leg.retire()) {
            remove(key, leg);
            var _ = rounds.detach("relay.release", leg.release());
        }
    }

    private void remove(Key key, KeptLeg leg) {
        kept.computeIfPresent(key.party().key(), (_, legs) -> {
            legs.remove(key, leg);
            return legs.isEmpty() ? null : legs;
        });
    }

    private boolean isKept(Key key, KeptLeg leg) {
        var legs = kept.get(key.party().key());
        return legs != null && legs.get(key) == leg;
    }

    /** After the last use. One that was given up meanwhile nobody would find. */
    private void rest(Key key, KeptLeg leg) {
        if (isKept(key, leg) && !leg.isRetired()) {
            unused.put(key, leg);
        } else {
            var _ = rounds.detach("relay.release", leg.release());
        }
    }

    @Override
    public Mono<Leg> to(Outbound outbound, Party party) {
        return Mono.defer(() -> {
            var key = Key.of(outbound.permit().gateway(), party);
            var leg = find(key, outbound.credential());
            unused.put(key, leg);
            leg.line().renew(outbound.credential());
            return leg.opened().doOnError(_ -> giveUp(key, leg));
        });
    }

    private void giveUp(Key key, KeptLeg leg) {
        remove(key, leg);
        unused.asMap().remove(key, leg);
    }

    private KeptLeg find(Key key, Credential credential) {
        var legs = kept.get(key.party().key());
        var known = legs == null ? null : legs.get(key);
        return known == null || known.isRetired() ? make(key, credential) : known;
    }

    private KeptLeg make(Key key, Credential credential) {
        var made = new KeptLeg(lines.apply(credential), key.party(), openings, leg -> rest(key, leg));
        var legs = kept.compute(key.party().key(), (_, known) -> {
            ConcurrentMap<Key, KeptLeg> all = known == null ? new ConcurrentHashMap<>() : known;
            all.merge(key, made, (now, fresh) -> now.isRetired() ? fresh : now);
            return all;
        });
        return Objects.requireNonNullElse(legs.get(key), made);
    }

    @Override
    public Mono<Void> end(String partyKey) {
        return endHere(partyKey).then(openings.forgetAll(partyKey));
    }

    @Override
    public Mono<Void> endHere(String partyKey) {
        return Mono.defer(() -> {
            var legs = kept.remove(partyKey);
            return legs == null
                    ? Mono.empty()
                    : Flux.fromIterable(legs.entrySet())
                            .flatMap(entry -> {
                                unused.invalidate(entry.getKey());
                                return entry.getValue().close();
                            })
                            .then();
        });
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        for (var legs : kept.values()) {
            for (var leg : legs.values()) {
                var _ = rounds.detach("relay.release", leg.release());
            }
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
