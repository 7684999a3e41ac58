package io.penstock.catalog.snapshot;

import io.penstock.catalog.Feature;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Server;
import io.penstock.catalog.Viewer;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What routing needs, immutable. The next one shares with it what did not change. */
public final class Snapshot {

    /** Nothing is registered. */
    public static final Snapshot EMPTY =
            new Snapshot(Parted.empty(), Parted.empty(), Parted.empty(), Parted.empty(), Showings.NONE);

    private final Parted<UUID, Stock> stocks;
    private final Parted<String, UUID> stockNames;
    private final Parted<UUID, Assortment> assortments;
    private final Parted<String, UUID> assortmentNames;
    private final Showings showings;

    Snapshot(
            Parted<UUID, Stock> stocks,
            Parted<String, UUID> stockNames,
            Parted<UUID, Assortment> assortments,
            Parted<String, UUID> assortmentNames,
            Showings showings) {
        this.stocks = stocks;
        this.stockNames = stockNames;
        this.assortments = assortments;
        this.assortmentNames = assortmentNames;
        this.showings = showings;
    }

    /** One of these and nothing else. */
    static Snapshot of(Collection<Gateway> gateways, Collection<Server> servers, Collection<Offered> offered) {
        Map<UUID, Map<UUID, Offered>> features = new HashMap<>();
        Map<UUID, UUID> homes = new HashMap<>();
        for (Offered one : offered) {
            features.computeIfAbsent(one.gatewayId(), _ -> new HashMap<>()).put(one.id(), one);
            homes.put(one.id(), one.gatewayId());
        }
        var succession = new Succession(EMPTY);
        for (Gateway gateway : gateways) {
            succession.put(gateway, features.getOrDefault(gateway.id(), Map.of()));
        }
        for (Server server : servers) {
            var chosen = new HashMap<>(homes);
            chosen.keySet().retainAll(server.chosen().features());
            succession.put(Assortment.of(server, chosen));
        }
        return succession.next();
    }

    Parted<UUID, Stock> stocks() {
        return stocks;
    }

    Parted<String, UUID> stockNames() {
        return stockNames;
    }

    Parted<UUID, Assortment> assortments() {
        return assortments;
    }

    Parted<String, UUID> assortmentNames() {
        return assortmentNames;
    }

    Showings showings() {
        return showings;
    }

    /** The gateway, enabled or not; null where there is none. */
    public @Nullable Gateway gateway(UUID id) {
        var found = stocks.get(id);
        return found == null ? null : found.gateway();
    }

    /** The gateway of that name or slug; null where there is none. */
    public @Nullable Gateway gateway(String name) {
        var id = stockNames.get(name);
        return id == null ? null : gateway(id);
    }

    /** The virtual server, enabled or not; null where there is none. */
    public @Nullable Server server(UUID id) {
        var found = assortments.get(id);
        return found == null ? null : found.server();
    }

    /** The virtual server of that name or slug; null where there is none. */
    public @Nullable Server server(String name) {
        var id = assortmentNames.get(name);
        return id == null ? null : server(id);
    }

    /** Whether a gateway or virtual server has that name or slug. */
    public boolean hasNamed(String name) {
        return stockNames.get(name) != null || assortmentNames.get(name) != null;
    }

    /** All gateways, enabled or not. */
    public Collection<Gateway> gateways() {
        return stocks.values().map(Stock::gateway).toList();
    }

    /** All virtual servers, enabled or not. */
    public Collection<Server> servers() {
        return assortments.values().map(Assortment::server).toList();
    }

    /** Why that feature of the gateway cannot be used; null where nothing keeps it from being used. */
    public @Nullable Barred barred(UUID gateway, Feature.Kind kind, String originalName) {
        var stock = stocks.get(gateway);
        return stock == null ? null : stock.bars().find(kind, originalName);
    }

    /** Which features of that kind the gateway is known to offer, by their upstream's names. */
    public Set<String> offered(UUID gateway, Feature.Kind kind) {
        var stock = stocks.get(gateway);
        return stock == null ? Set.of() : stock.bars().offered(kind);
    }

    /** The definition that the gateway's upstream gave of that tool, by its name there; null where none is known. */
    public @Nullable String tool(UUID gateway, String originalName) {
        var stock = stocks.get(gateway);
        return stock == null ? null : stock.tool(originalName);
    }

    /** Which features of that kind of the gateway cannot be used, by their upstream's names. */
    public Set<String> barred(UUID gateway, Feature.Kind kind) {
        var stock = stocks.get(gateway);
        return stock == null ? Set.of() : stock.bars().names(kind);
    }

    /** What a virtual server shows to a viewer; null where there is none, or where the viewer may not call it. */
    public @Nullable Showing showing(UUID server, Viewer viewer) {
        var found = assortments.get(server);
        return found == null || !viewer.reaches(found.server()) ? null : showings.of(found, viewer.unbounded());
    }

    /** As {@link #showing}, also for who may know of the server but not call it; null where there is none. */
    public @Nullable Showing contents(UUID server, Viewer viewer) {
        var found = assortments.get(server);
        return found == null ? null : showings.of(found, viewer.unbounded());
    }

    /**
     * The part of what this snapshot shows that somebody may use, made once for all who have the same rights.
     *
     * @param whole what is shown to the viewer that they are
     * @param rights all that the part depends on besides that and this snapshot
     */
    public Showing part(Showing whole, Object rights, Supplier<Showing> making) {
        return showings.part(whole, rights, making);
    }

    /** Everything that the viewer may call, by public names. */
    public Showing all(Viewer viewer) {
        return showings.of(null, viewer);
    }
}
