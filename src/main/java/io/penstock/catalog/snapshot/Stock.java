package io.penstock.catalog.snapshot;

import io.penstock.catalog.Feature;
import io.penstock.catalog.Gateway;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One gateway with what it offers, as calls need it: a part of the snapshot that is immutable, and the same while nothing of it changes. */
final class Stock {

    private final Gateway gateway;
    private final Map<UUID, Offered> features;
    private final Bars bars = new Bars();
    private final Map<String, String> tools = new HashMap<>();
    private final List<Offered> present = new ArrayList<>();

    /** @param features all that there is a row of, by their ids */
    Stock(Gateway gateway, Map<UUID, Offered> features) {
        this.gateway = gateway;
        this.features = features;
        features.values().forEach(this::take);
    }

    private void take(Offered one) {
        bars.know(one);
        Barred barred = barred(one);
        if (barred != null) {
            bars.add(one, barred);
        } else if (!one.gone()) {
            bars.leave(one);
        }
        if (one.enabled() && !one.gone()) {
            if (one.kind() == Feature.Kind.TOOL) {
                tools.put(one.originalName(), one.definition());
            }
            present.add(one);
        }
    }

    private @Nullable Barred barred(Offered one) {
        if (!one.enabled()) {
            return Barred.OFF;
        }
        return one.held(gateway) ? Barred.HELD : null;
    }

    /** That one where it has come to this; this itself where nothing of it is another. */
    static Stock after(@Nullable Stock before, Gateway gateway, Map<UUID, Offered> features) {
        if (before == null) {
            return new Stock(gateway, features);
        }
        boolean sameFeatures = before.features.equals(features);
        if (before.gateway.isAlike(gateway)) {
            return sameFeatures ? before : new Stock(before.gateway, features);
        }
        return new Stock(gateway, sameFeatures ? before.features : features);
    }

    Gateway gateway() {
        return gateway;
    }

    Map<UUID, Offered> features() {
        return features;
    }

    Bars bars() {
        return bars;
    }

    @Nullable
    String tool(String originalName) {
        return tools.get(originalName);
    }

    /** What is switched on and there. */
    List<Offered> present() {
        return present;
    }
}
