package io.penstock.catalog.snapshot;

import io.penstock.catalog.Server;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * A virtual server as calls need it; immutable, and the same while nothing of it changes.
 *
 * @param homes the gateways of the features that are chosen one by one, by their ids
 * @param gateways all from which something is chosen
 */
record Assortment(Server server, Map<UUID, UUID> homes, Set<UUID> gateways) {

    Assortment {
        homes = Map.copyOf(homes);
        gateways = Set.copyOf(gateways);
    }

    static Assortment of(Server server, Map<UUID, UUID> homes) {
        var gateways = new HashSet<>(server.chosen().gateways());
        gateways.addAll(homes.values());
        return new Assortment(server, homes, gateways);
    }

    /**
     * The same without what was deleted; itself where nothing of it was.
     *
     * @param concerned the gateways that were deleted, or lost features
     */
    Assortment without(Set<UUID> deletedGateways, Set<UUID> deletedFeatures, Set<UUID> concerned) {
        if (Collections.disjoint(gateways, concerned)) {
            return this;
        }
        var chosen = server.chosen();
        var left = new Server.Chosen(
                rest(chosen.tools(), deletedFeatures),
                rest(chosen.resources(), deletedFeatures),
                rest(chosen.prompts(), deletedFeatures),
                rest(chosen.gateways(), deletedGateways));
        if (left.equals(chosen)) {
            return this;
        }
        var homesLeft = new HashMap<>(homes);
        homesLeft.keySet().removeAll(deletedFeatures);
        return of(server.showing(left), homesLeft);
    }

    private static List<UUID> rest(List<UUID> ids, Collection<UUID> deleted) {
        return ids.stream().filter(id -> !deleted.contains(id)).toList();
    }
}
