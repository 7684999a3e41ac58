package io.penstock.health;

import io.penstock.caller.Caller;
import io.penstock.catalog.Gateway;
import io.penstock.loop.Mishaps;
import io.penstock.loop.Rounds;
import io.penstock.oauth.Connected;
import io.penstock.wire.Refusal;
import java.time.Instant;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** Looks at what an upstream offers as soon as the first user has connected an account there: nobody could before. */
final class FirstDiscovery implements Connected {

    private static final Logger LOG = LoggerFactory.getLogger(FirstDiscovery.class);

    private final DialogueHealth health;
    private final Rounds rounds;

    FirstDiscovery(DialogueHealth health, Rounds rounds) {
        this.health = health;
        this.rounds = rounds;
    }

    @Override
    public Mono<Void> connected(Gateway gateway, String user) {
        return Mono.fromRunnable(() -> {
            // what is refused is found out again by the user's first call
            var _ = rounds.detach(
                    "first discovery",
                    health.discoverFirst(gateway, named(user))
                            .onErrorComplete(Refusal.class)
                            .doOnError(failure ->
                                    Mishaps.log(LOG, "The first discovery at upstream " + gateway.id(), failure))
                            .then());
        });
    }

    /** The user, as whom the upstream is called; nothing else is allowed to them by this. */
    private static Caller named(String user) {
        return new Caller(user, Caller.Source.SESSION, false, Set.of(), Set.of(), "", Instant.MAX);
    }
}
