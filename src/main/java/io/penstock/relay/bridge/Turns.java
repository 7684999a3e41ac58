package io.penstock.relay.bridge;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * What upstreams are asked for in the course of sessions' streams, where each change of it is another request: until that stands the one
 * before goes on, and whoever made the change may wait.
 */
final class Turns {

    private final Duration patience;

    /** The newest stream of each party. */
    private final Map<String, Open> streams = new ConcurrentHashMap<>();

    /** @param patience how long an upstream is given to take what is wanted */
    Turns(Duration patience) {
        this.patience = patience;
    }

    /** What is heard on the stream of a party. */
    <T> Flux<T> during(String party, Function<Open, Flux<T>> listening) {
        return Flux.defer(() -> {
            var mine = new Open();
            streams.put(party, mine);
            return listening.apply(mine).doFinally(_ -> streams.remove(party, mine));
        });
    }

    /** Empty when the upstream has taken that the party wants to hear of the resource, was given the time to, or no stream is open. */
    Mono<Void> taken(String party, UUID gateway, String uri) {
        return Mono.defer(() -> {
            var open = streams.get(party);
            return open == null
                    ? Mono.empty()
                    : open.taken(gateway, uri).timeout(patience, Mono.empty()).then();
        });
    }

    /** The resources that an upstream is asked for at a time, and when it has taken that. */
    record Turn(Set<String> uris, Sinks.Empty<Void> standing) {

        void stands() {
            var _ = standing.tryEmitEmpty(); // it may stand once more
        }

        private Mono<Boolean> stood() {
            return standing.asMono().thenReturn(true);
        }
    }

    /** A stream that is open. */
    final class Open {

        private final Map<UUID, Sinks.Many<Turn>> latest = new ConcurrentHashMap<>();

        private Sinks.Many<Turn> latest(UUID gateway) {
            return latest.computeIfAbsent(gateway, _ -> Sinks.many().replay().latest());
        }

        private synchronized void begins(UUID gateway, Turn turn) {
            latest(gateway).tryEmitNext(turn).orThrow();
        }

        private Mono<Boolean> taken(UUID gateway, String uri) {
            return latest(gateway)
                    .asFlux()
                    .filter(turn -> turn.uris().contains(uri))
                    .switchMap(Turn::stood)
                    .next();
        }

        /** What an upstream says: each turn goes on until a later one stands, or was given the time to. */
        <T> Flux<T> byTurns(UUID gateway, Flux<Set<String>> uris, Function<Turn, Flux<T>> listening) {
            var turns = uris.distinctUntilChanged()
                    .map(wanted -> new Turn(wanted, Sinks.empty()))
                    .doOnNext(turn -> begins(gateway, turn))
                    .replay(1)
                    .refCount();
            return turns.flatMap(
                    turn -> listening
                            .apply(turn)
                            .takeUntilOther(turns.filter(later -> !later.equals(turn))
                                    .flatMap(later -> later.stood().timeout(patience, Mono.just(true)))),
                    Integer.MAX_VALUE,
                    1);
        }
    }
}
