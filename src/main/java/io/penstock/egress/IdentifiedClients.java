package io.penstock.egress;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Scheduler;
import io.penstock.egress.tls.Identity;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.netty.resources.ConnectionProvider;

/**
 * The clients of upstreams that have TLS of their own. Each identity has connections to itself, so that none that was made with a certificate
 * is ever used for another upstream, or with another certificate of the same one. What is under way when the identity changes goes on;
 * connections that nobody uses are closed within seconds, and what made them is let go of soon after.
 */
final class IdentifiedClients {

    private static final Duration UNUSED = Duration.ofMinutes(10);
    private static final int MOST = 10_000;

    private final Function<Identity, Made> making;
    private final Cache<UUID, Made> made = Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumSize(MOST)
            .expireAfterAccess(UNUSED)
            .scheduler(Scheduler.systemScheduler())
            .<UUID, Made>removalListener(IdentifiedClients::gone)
            .build();

    IdentifiedClients(Function<Identity, Made> making) {
        this.making = making;
    }

    /** Clients with the pools that they use. */
    record Made(Clients clients, ConnectionProvider calls, ConnectionProvider streams) {

        private void letGo() {
            calls.dispose();
            streams.dispose();
        }
    }

    private static void gone(@Nullable UUID version, @Nullable Made clients, RemovalCause cause) {
        if (clients != null) {
            clients.letGo();
        }
    }

    Clients of(Identity identity) {
        return Objects.requireNonNull(made.get(identity.version(), _ -> making.apply(identity)))
                .clients();
    }

    void close() {
        made.invalidateAll();
        made.cleanUp();
    }
}
