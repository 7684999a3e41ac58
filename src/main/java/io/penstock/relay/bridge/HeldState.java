package io.penstock.relay.bridge;

import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What changes in the course of a session.
 *
 * @param logLevel the least severe log message that the client wants; null where it has not said
 * @param uris the resources whose updates it wants
 * @param gateways the upstreams that it has used, whose streams it hears
 */
record HeldState(@Nullable String logLevel, Set<String> uris, Set<UUID> gateways) {

    static final HeldState NEW = new HeldState(null, Set.of(), Set.of());

    HeldState {
        uris = Set.copyOf(uris);
        gateways = Set.copyOf(gateways);
    }

    HeldState logging(String level) {
        return new HeldState(level, uris, gateways);
    }

    HeldState subscribed(String uri, boolean wanted) {
        var changed = new TreeSet<>(uris);
        var _ = wanted ? changed.add(uri) : changed.remove(uri);
        return new HeldState(logLevel, changed, gateways);
    }

    HeldState using(UUID gateway) {
        var changed = new TreeSet<>(gateways);
        changed.add(gateway);
        return new HeldState(logLevel, uris, changed);
    }
}
