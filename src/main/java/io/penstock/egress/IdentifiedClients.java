package io.penstock.egress;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Scheduler;
import io.penstock.egress.tls.Identity;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.netty.resources.ConnectionProvider;

/**
 * The clients of upstreams that have TLS of their own. Each has connections to itself, so that none that was made with a certificate is ever
 * used for another upstream; they are let go of when the identity changes, or was not used for an hour. What is under way on them goes on.
 */
final class IdentifiedClients {

    private static final Duration UNUSED = Duration.ofHours(1);
    private static final int MOST = 10_000;

    private final Function<Identity, Made> making;
    private final Cache<UUID, Made> made = Caffeine.newBuilder()
            .maximumSize(MOST)
            .expireAfterAccess(UNUSED)
            .scheduler(Scheduler.systemScheduler())
            .<UUID, Made>removalListener(IdentifiedClients::gone)
            .build();

    IdentifiedClients(Function<Identity, Made> making) {
        this.making = making;
    }

    /** Clients with the pools that they use. */
    record Made(UUID version, Clients clients, ConnectionProvider calls, ConnectionProvider streams) {

        private void letGo() {
            calls.dispose();
            streams.dispose();
        }
    }

    private static void gone(@Nullable UUID upstream, @Nullable Made clients, RemovalCause cause) {
        if (clients != null) {
            clients.letGo();
        }
    }

    Clients of(Identity identity) {
        Made known = made.getIfPresent(identity.upstream());
        if (known != null && known.version().equals(identity.version())) {
            return known.clients();
        }
        return made.asMap()
                .compute(
                        identity.upstream(),
                        (_, other) -> other != null && other.version().equals(identity.version())
                                ? other
                                : making.apply(identity))
                .clients();
    }

    void close() {
        made.invalidateAll();
        made.cleanUp();
    }
}
