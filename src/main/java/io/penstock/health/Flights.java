package io.penstock.health;

import io.penstock.catalog.Gateway;
import io.penstock.loop.Rounds;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** Work that is done once for a gateway however many ask for it meanwhile, and completes though they leave. */
final class Flights<T> {

    private final String name;
    private final Rounds rounds;
    private final Map<Key, Mono<T>> flying = new ConcurrentHashMap<>();
    private final Map<Key, Mono<T>> waiting = new ConcurrentHashMap<>();

    Flights(String name, Rounds rounds) {
        this.name = name;
        this.rounds = rounds;
    }

    /** A gateway that was changed meanwhile is another one: whoever changed it wants to know how that went. */
    private record Key(UUID id, long version, String user) {

        static Key of(Gateway gateway, String user) {
            return new Key(gateway.id(), gateway.version(), user);
        }
    }

    /** What is under way, or else the work. */
    Mono<T> join(Gateway gateway, Function<Gateway, Mono<T>> work) {
        var key = Key.of(gateway, "");
        return Mono.defer(() -> {
            var mine = flight(key, gateway, work);
            var running = flying.putIfAbsent(key, mine);
            return running == null ? mine : running;
        });
    }

    /**
     * Work that begins after this is subscribed to, shared with all who wait for it: what is under way may have seen what was before.
     *
     * @param user in whose name it is done; empty for the gateway's own work
     */
    Mono<T> next(Gateway gateway, String user, Function<Gateway, Mono<T>> work) {
        var key = Key.of(gateway, user);
        return Mono.defer(() -> {
            var mine = flight(key, gateway, work);
            var running = flying.putIfAbsent(key, mine);
            return running == null ? mine : waiting.computeIfAbsent(key, _ -> after(running, key, mine));
        });
    }

    /** Whoever is sooner with one of their own, when that is over, began no sooner than this was asked for. */
    private Mono<T> after(Mono<T> running, Key key, Mono<T> mine) {
        return running.onErrorComplete()
                .then(Mono.defer(() -> {
                    waiting.remove(key);
                    var other = flying.putIfAbsent(key, mine);
                    return other == null ? mine : other;
                }))
                .cache();
    }

    /** The gateway's own work that is under way; empty for none. */
    Mono<T> underWay(Gateway gateway) {
        return Mono.defer(() -> flying.getOrDefault(Key.of(gateway, ""), Mono.empty()));
    }

    /** Over before its askers are told, so that they can ask again. */
    private Mono<T> flight(Key key, Gateway gateway, Function<Gateway, Mono<T>> work) {
        return Mono.defer(() -> rounds.detach(
                        name,
                        Mono.defer(() -> work.apply(gateway))
                                .doOnTerminate(() -> flying.remove(key))
                                .doOnCancel(() -> flying.remove(key))))
                .cache();
    }
}
