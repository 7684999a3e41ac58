package io.penstock.catalog;

import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What routing needs, immutable. */
public final class Snapshot {

    /** Nothing is registered. */
    public static final Snapshot EMPTY = new Snapshot(Map.of(), Map.of());

    private final Map<UUID, Gateway> gateways;
    private final Map<UUID, Set<Off>> off;

    Snapshot(Map<UUID, Gateway> gateways, Map<UUID, Set<Off>> off) {
        this.gateways = Map.copyOf(gateways);
        this.off = Map.copyOf(off);
    }

    /** A feature that an operator switched off, by its upstream's name. */
    record Off(Feature.Kind kind, String originalName) {}

    /** The gateway, enabled or not; null where there is none. */
    public @Nullable Gateway gateway(UUID id) {
        return gateways.get(id);
    }

    /** Whether an operator switched that feature of the gateway off. */
    public boolean off(UUID gateway, Feature.Kind kind, String originalName) {
        var features = off.get(gateway);
        return features != null && features.contains(new Off(kind, originalName));
    }
}
