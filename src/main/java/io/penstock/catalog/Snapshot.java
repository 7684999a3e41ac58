package io.penstock.catalog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What routing needs, immutable. */
public final class Snapshot {

    /** Nothing is registered. */
    public static final Snapshot EMPTY = new Snapshot(List.of(), List.of(), List.of());

    private final Map<UUID, Gateway> gateways = new HashMap<>();
    private final Map<String, Gateway> gatewaysByName = new HashMap<>();
    private final Map<UUID, Server> servers = new HashMap<>();
    private final Map<String, Server> serversByName = new HashMap<>();
    private final Map<UUID, Bars> bars = new HashMap<>();
    private final Map<UUID, Map<String, String>> tools = new HashMap<>();
    private final Showings showings;

    Snapshot(Collection<Gateway> gateways, Collection<Server> servers, Collection<Offered> offered) {
        for (Gateway gateway : gateways) {
            this.gateways.put(gateway.id(), gateway);
            gatewaysByName.put(gateway.name(), gateway);
            gatewaysByName.put(gateway.slug(), gateway);
        }
        for (Server server : servers) {
            this.servers.put(server.id(), server);
            serversByName.put(server.name(), server);
            serversByName.put(server.slug(), server);
        }
        Map<UUID, List<Offered>> present = new HashMap<>();
        for (Offered one : offered) {
            Bars its = bars.computeIfAbsent(one.gatewayId(), _ -> new Bars());
            its.know(one);
            Barred barred = barred(one, this.gateways.get(one.gatewayId()));
            if (barred != null) {
                its.add(one, barred);
            } else if (!one.gone()) {
                its.leave(one);
            }
            if (one.enabled() && !one.gone()) {
                if (one.kind() == Feature.Kind.TOOL) {
                    tools.computeIfAbsent(one.gatewayId(), _ -> new HashMap<>())
                            .put(one.originalName(), one.definition());
                }
                present.computeIfAbsent(one.gatewayId(), _ -> new ArrayList<>()).add(one);
            }
        }
        showings = new Showings(this.gateways.values(), present);
    }

    private static @Nullable Barred barred(Offered one, @Nullable Gateway gateway) {
        if (!one.enabled()) {
            return Barred.OFF;
        }
        return gateway != null && one.held(gateway) ? Barred.HELD : null;
    }

    /** The gateway, enabled or not; null where there is none. */
    public @Nullable Gateway gateway(UUID id) {
        return gateways.get(id);
    }

    /** The gateway of that name or slug; null where there is none. */
    public @Nullable Gateway gateway(String name) {
        return gatewaysByName.get(name);
    }

    /** The virtual server, enabled or not; null where there is none. */
    public @Nullable Server server(UUID id) {
        return servers.get(id);
    }

    /** The virtual server of that name or slug; null where there is none. */
    public @Nullable Server server(String name) {
        return serversByName.get(name);
    }

    /** Whether a gateway or virtual server has that name or slug. */
    public boolean hasNamed(String name) {
        return gatewaysByName.containsKey(name) || serversByName.containsKey(name);
    }

    /** All gateways, enabled or not. */
    public Collection<Gateway> gateways() {
        return gateways.values();
    }

    /** All virtual servers, enabled or not. */
    public Collection<Server> servers() {
        return servers.values();
    }

    /** Why that feature of the gateway cannot be used; null where nothing keeps it from being used. */
    public @Nullable Barred barred(UUID gateway, Feature.Kind kind, String originalName) {
        Bars its = bars.get(gateway);
        return its == null ? null : its.find(kind, originalName);
    }

    /** Which features of that kind the gateway is known to offer, by their upstream's names. */
    public Set<String> offered(UUID gateway, Feature.Kind kind) {
        Bars its = bars.get(gateway);
        return its == null ? Set.of() : its.offered(kind);
    }

    /** The definition that the gateway's upstream gave of that tool, by its name there; null where none is known. */
    public @Nullable String tool(UUID gateway, String originalName) {
        return tools.getOrDefault(gateway, Map.of()).get(originalName);
    }

    /** Which features of that kind of the gateway cannot be used, by their upstream's names. */
    public Set<String> barred(UUID gateway, Feature.Kind kind) {
        Bars its = bars.get(gateway);
        return its == null ? Set.of() : its.names(kind);
    }

    /** What a virtual server shows to a viewer; null where there is none, or where the viewer may not call it. */
    public @Nullable Showing showing(UUID server, Viewer viewer) {
        Server found = servers.get(server);
        return found == null || !viewer.reaches(found) ? null : showings.of(found, viewer.unbounded());
    }

    /** As {@link #showing}, also for who may know of the server but not call it; null where there is none. */
    public @Nullable Showing contents(UUID server, Viewer viewer) {
        Server found = servers.get(server);
        return found == null ? null : showings.of(found, viewer.unbounded());
    }

    /** Everything that the viewer may call, by public names. */
    public Showing all(Viewer viewer) {
        return showings.of(null, viewer);
    }
}
