package io.penstock.catalog.snapshot;

import io.penstock.catalog.Gateway;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Makes a snapshot of the one before and what has changed since. Not for two threads. */
final class Succession {

    private final Snapshot before;
    private final Parted.Changing<UUID, Stock> stocks;
    private final Parted.Changing<String, UUID> stockNames;
    private final Parted.Changing<UUID, Assortment> assortments;
    private final Parted.Changing<String, UUID> assortmentNames;
    private final List<Gateway> come = new ArrayList<>();
    private final Set<UUID> gatewaysGone = new HashSet<>();
    private final Set<UUID> featuresGone = new HashSet<>();
    private final Set<UUID> thinned = new HashSet<>();
    private boolean stocksDiffer;
    private boolean assortmentsDiffer;
    private boolean renamed;

    Succession(Snapshot before) {
        this.before = before;
        this.stocks = before.stocks().changing();
        this.stockNames = before.stockNames().changing();
        this.assortments = before.assortments().changing();
        this.assortmentNames = before.assortmentNames().changing();
    }

    /** A gateway as it is now, with all that there is a row of. */
    void put(Gateway gateway, Map<UUID, Offered> features) {
        var known = stocks.get(gateway.id());
        var now = Stock.after(known, gateway, features);
        if (now == known) {
            return;
        }
        stocksDiffer = true;
        come.add(now.gateway());
        stocks.put(gateway.id(), now);
        if (known != null) {
            lose(known, now);
        }
        if (known == null || !known.gateway().name().equals(gateway.name())) {
            if (known != null) {
                forget(stockNames, known.gateway().name(), known.gateway().slug(), gateway.id());
            }
            name(stockNames, gateway.name(), gateway.slug(), gateway.id());
        }
    }

    private void lose(Stock known, Stock now) {
        if (!known.features().equals(now.features())) {
            for (UUID feature : known.features().keySet()) {
                if (!now.features().containsKey(feature)) {
                    featuresGone.add(feature);
                    thinned.add(now.gateway().id());
                }
            }
        }
    }

    /** A gateway that was deleted, if it ever was known. */
    void removeGateway(UUID id) {
        var known = stocks.get(id);
        gatewaysGone.add(id);
        thinned.add(id);
        if (known != null) {
            stocksDiffer = true;
            featuresGone.addAll(known.features().keySet());
            stocks.remove(id);
            forget(stockNames, known.gateway().name(), known.gateway().slug(), id);
        }
    }

    /** A virtual server as it is now. */
    void put(Assortment now) {
        var known = assortments.get(now.server().id());
        if (now.equals(known)) {
            return;
        }
        var id = now.server().id();
        assortmentsDiffer = true;
        assortments.put(id, now);
        if (known == null || !known.server().name().equals(now.server().name())) {
            if (known != null) {
                forget(assortmentNames, known.server().name(), known.server().slug(), id);
            }
            name(assortmentNames, now.server().name(), now.server().slug(), id);
        }
    }

    /** A virtual server that was deleted, if it ever was known. */
    void removeServer(UUID id) {
        var known = assortments.get(id);
        if (known != null) {
            assortmentsDiffer = true;
            assortments.remove(id);
            forget(assortmentNames, known.server().name(), known.server().slug(), id);
        }
    }

    private void name(Parted.Changing<String, UUID> names, String name, String slug, UUID id) {
        renamed = true;
        names.put(name, id);
        names.put(slug, id);
    }

    /** Another may have taken the name already: then it stays that one's. */
    private void forget(Parted.Changing<String, UUID> names, String name, String slug, UUID id) {
        renamed = true;
        for (String one : List.of(name, slug)) {
            if (id.equals(names.get(one))) {
                names.remove(one);
            }
        }
    }

    /** The snapshot before where all is as it was. */
    Snapshot next() {
        if (!thinned.isEmpty()) {
            thinOut();
        }
        if (!stocksDiffer && !assortmentsDiffer) {
            return before;
        }
        var nextStocks = stocksDiffer ? stocks.done() : before.stocks();
        return new Snapshot(
                nextStocks,
                renamed ? stockNames.done() : before.stockNames(),
                assortmentsDiffer ? assortments.done() : before.assortments(),
                renamed ? assortmentNames.done() : before.assortmentNames(),
                before.showings().over(nextStocks, come, renamed));
    }

    /** What is deleted is not chosen any more, and no change of the virtual server itself. */
    private void thinOut() {
        for (Assortment known : assortments.values().toList()) {
            Assortment left = known.without(gatewaysGone, featuresGone, thinned);
            if (!left.equals(known)) {
                assortmentsDiffer = true;
                assortments.put(known.server().id(), left);
            }
        }
    }
}
