package io.penstock.catalog.snapshot;

import java.util.Set;
import java.util.UUID;

/**
 * What is to be read again.
 *
 * @param gateways gateways that may have changed, been made or been deleted
 * @param stocked those of them of which what they offer may have
 * @param servers virtual servers, the same way
 * @param ids of gateways or virtual servers that somebody asks for
 * @param slugs of others
 */
record Wanted(Set<UUID> gateways, Set<UUID> stocked, Set<UUID> servers, Set<UUID> ids, Set<String> slugs) {

    Wanted {
        gateways = Set.copyOf(gateways);
        stocked = Set.copyOf(stocked);
        servers = Set.copyOf(servers);
        ids = Set.copyOf(ids);
        slugs = Set.copyOf(slugs);
    }

    boolean isEmpty() {
        return gateways.isEmpty() && servers.isEmpty() && ids.isEmpty() && slugs.isEmpty();
    }
}
