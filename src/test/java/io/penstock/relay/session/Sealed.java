package io.penstock.relay.session;

import io.penstock.relay.RelaySettings;
import io.penstock.store.Changes;
import io.penstock.store.Changes.Topic;
import io.penstock.store.Revocations;
import io.penstock.vault.Vaults;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Real seals with a key of their own, and revocations in memory. */
public final class Sealed {

    private final Set<String> revoked = new HashSet<>();
    private final Sinks.Many<Topic> swaps = Sinks.many().multicast().directBestEffort();
    private final Seals seals = new Seals(Vaults.fresh(), Clock.systemUTC());

    public Seals seals() {
        return seals;
    }

    public SessionTokens tokens(RelaySettings settings) {
        return new SessionTokens(
                seals,
                new Revocations() {
                    @Override
                    public boolean revoked(String digest) {
                        return revoked.contains(digest);
                    }

                    @Override
                    public Mono<Void> revoke(String digest, Instant until) {
                        return Mono.fromRunnable(() -> {
                            revoked.add(digest);
                            var _ = swaps.tryEmitNext(Topic.ENDED_SESSIONS);
                        });
                    }
                },
                changes(),
                settings);
    }

    private Changes changes() {
        return (Changes) Proxy.newProxyInstance(
                Changes.class.getClassLoader(), new Class<?>[] {Changes.class}, (_, method, _) -> {
                    if (method.getName().equals("swaps")) {
                        return swaps.asFlux();
                    }
                    throw new UnsupportedOperationException(method.getName());
                });
    }
}
