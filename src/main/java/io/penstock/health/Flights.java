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

    Flights(String name, Rounds rounds) {
        this.name = name;
        this.rounds = rounds;
    }

    /** A gateway that was changed meanwhile is another one: whoever changed it wants to know how that went. */
    private record Key(UUID id, long version, String user) {}

    Mono<T> join(Gateway gateway, Function<Gateway, Mono<T>> work) {
        return join(gateway, "", work);
    }

    /** @param user in whose name it is done; empty for the gateway's own work */
    Mono<T> join(Gateway gateway, String user, Function<Gateway, Mono<T>> work) {
        var key = new Key(gateway.id(), gateway.version(), user);
        return Mono.defer(() -> {
            var mine = Mono.defer(() -> rounds.detach(
                            name, Mono.defer(() -> work.apply(gateway)).doFinally(_ -> flying.remove(key))))
                    .cache();
            var running = flying.putIfAbsent(key, mine);
            return running == null ? mine : running;
        });
    }
}
