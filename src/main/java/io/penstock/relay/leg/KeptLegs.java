package io.penstock.relay.leg;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.penstock.catalog.Gateway;
import io.penstock.credential.Outbound;
import io.penstock.loop.Rounds;
import io.penstock.relay.line.Limits;
import io.penstock.relay.line.Line;
import java.time.Duration;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/** Legs in memory, one for each party at each gateway, opened once however many ask. */
final class KeptLegs implements Legs {

    private static final Duration UNUSED = Duration.ofMinutes(10);
    private static final int KEPT = 10_000;

    /** A gateway that was changed is another one. */
    private record Key(UUID gateway, long version, Party party) {
        static Key of(Gateway gateway, Party party) {
            return new Key(gateway.id(), gateway.version(), party);
        }
    }

    private record Kept(Line line, Mono<Leg> leg) {}

    private final Cache<Key, Kept> kept;
    private final HttpClient calls;
    private final HttpClient streams;
    private final Limits limits;
    private final Openings openings;

    KeptLegs(HttpClient calls, HttpClient streams, Limits limits, Openings openings, Rounds rounds) {
        this.calls = calls;
        this.streams = streams;
        this.limits = limits;
        this.openings = openings;
        this.kept = Caffeine.newBuilder()
                .maximumSize(KEPT)
                .expireAfterAccess(UNUSED)
                .<Key, Kept>evictionListener((key, gone, _) -> {
                    if (gone != null) {
                        var _ = rounds.detach("relay.close", gone.leg().flatMap(Leg::close));
                    }
                })
                .build();
    }

    @Override
    public Mono<Leg> to(Outbound outbound, Party party) {
        return Mono.defer(() -> {
            var key = Key.of(outbound.permit().gateway(), party);
            var found = kept.get(key, _ -> fresh(key, outbound));
            found.line().renew(outbound);
            return found.leg();
        });
    }

    private Kept fresh(Key key, Outbound outbound) {
        var line = new Line(calls, streams, outbound, limits);
        Mono<Leg> leg = openings.open(line, key.party())
                .doOnError(_ -> kept.invalidate(key))
                .cache();
        return new Kept(line, leg);
    }

    @Override
    public Mono<Void> end(String partyKey) {
        return Flux.defer(() -> Flux.fromIterable(kept.asMap().entrySet()))
                .filter(entry -> entry.getKey().party().key().equals(partyKey))
                .flatMap(entry -> {
                    kept.invalidate(entry.getKey());
                    return entry.getValue().leg().flatMap(Leg::close).onErrorComplete();
                })
                .then();
    }
}
