package io.penstock.relay.leg;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Scheduler;
import com.github.benmanes.caffeine.cache.Ticker;
import io.penstock.catalog.Gateway;
import io.penstock.credential.Outbound;
import io.penstock.loop.Rounds;
import io.penstock.relay.line.Line;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Legs in memory, one for each party at each gateway, opened once however many ask. */
final class KeptLegs implements Legs, SmartLifecycle {

    /** After the web server's, whose last calls use legs, and before that of the rounds, which wait for open streams. */
    private static final int PHASE = DEFAULT_PHASE - 3072;

    private static final Duration UNUSED = Duration.ofMinutes(10);
    private static final int KEPT = 10_000;

    /** A gateway that was changed is another one. */
    private record Key(UUID gateway, long version, Party party) {
        static Key of(Gateway gateway, Party party) {
            return new Key(gateway.id(), gateway.version(), party);
        }
    }

    private final Cache<Key, KeptLeg> kept;
    private final Function<Outbound, Line> lines;
    private final SharedOpenings openings;
    private final Rounds rounds;
    private volatile boolean running;

    /** @param lines makes the way to an upstream */
    KeptLegs(Function<Outbound, Line> lines, SharedOpenings openings, Rounds rounds, Ticker ticker) {
        this.lines = lines;
        this.openings = openings;
        this.rounds = rounds;
        this.kept = Caffeine.newBuilder()
                .maximumSize(KEPT)
                .expireAfterAccess(UNUSED)
                .scheduler(Scheduler.systemScheduler())
                .ticker(ticker)
                .removalListener(this::gone)
                .build();
    }

    /** One that is in use is not unused, however long ago it was asked for. */
    private void gone(@Nullable Key key, @Nullable KeptLeg leg, RemovalCause cause) {
        if (key == null || leg == null || !cause.wasEvicted()) {
            return;
        }
        if (leg.isUsed() && kept.asMap().putIfAbsent(key, leg) == null) {
            return;
        }
        var _ = rounds.detach("relay.release", leg.release());
    }

    private void touch(Key key, KeptLeg leg) {
        var _ = kept.asMap().putIfAbsent(key, leg);
    }

    @Override
    public Mono<Leg> to(Outbound outbound, Party party) {
        return Mono.defer(() -> {
            var key = Key.of(outbound.permit().gateway(), party);
            var leg = kept.get(key, _ -> new KeptLeg(lines.apply(outbound), party, openings, used -> touch(key, used)));
            leg.line().renew(outbound);
            return leg.opened().doOnError(_ -> kept.asMap().remove(key, leg));
        });
    }

    @Override
    public Mono<Void> end(String partyKey) {
        return Flux.defer(() -> Flux.fromIterable(kept.asMap().entrySet()))
                .filter(entry -> entry.getKey().party().key().equals(partyKey))
                .flatMap(entry -> {
                    kept.invalidate(entry.getKey());
                    return entry.getValue().close();
                })
                .then(openings.forgetAll(partyKey));
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        for (var leg : kept.asMap().values()) {
            var _ = rounds.detach("relay.release", leg.release());
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
