package io.penstock.catalog.snapshot;

import io.penstock.catalog.Feature;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.NameStyle;
import io.penstock.catalog.snapshot.Showing.Hidden;
import io.penstock.catalog.snapshot.Showing.Hidden.Why;
import io.penstock.catalog.snapshot.Showing.Shown;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who has which name in one showing: of two that would have one, who was found first. That one keeps it too while it cannot be shown, so
 * that no newcomer is called in its place (decision 0034). Not for two threads.
 */
final class Claimants {

    private static final Comparator<Hidden> BY_NAME = Comparator.comparing(Hidden::kind)
            .thenComparing(Hidden::name)
            .thenComparing(one -> one.gateway().slug());

    private final NameStyle style;
    private final Map<Feature.Kind, Map<String, Claim>> first = new EnumMap<>(Feature.Kind.class);
    private final List<Claim> later = new ArrayList<>();

    Claimants(NameStyle style) {
        this.style = style;
        for (var kind : Feature.Kind.values()) {
            first.put(kind, new TreeMap<>());
        }
    }

    /** All of it is in rows that every replica reads, and no change of a name touches. */
    private record Claim(Offered one, Gateway gateway) {

        static final Comparator<Claim> BY_AGE = Comparator.<Claim, Instant>comparing(claim -> claim.one.foundAt())
                .thenComparing(claim -> claim.gateway.createdAt())
                .thenComparing(claim -> claim.gateway.id());

        String name(NameStyle style) {
            return one.shownName(style);
        }

        Hidden hidden(NameStyle style, Why why, @Nullable Gateway shown) {
            return new Hidden(one.kind(), name(style), gateway, why, shown);
        }

        /** Why it cannot be shown, whoever else there is; null where it can. */
        @Nullable
        Why why(NameStyle style) {
            if (one.held(gateway)) {
                return Why.HELD;
            }
            return one.shownDefinition(style) == null ? Why.UNREADABLE : null;
        }
    }

    void add(Offered one, Gateway gateway) {
        var claim = new Claim(one, gateway);
        of(one.kind()).merge(claim.name(style), claim, this::older);
    }

    private Claim older(Claim one, Claim other) {
        boolean isFirst = Claim.BY_AGE.compare(one, other) <= 0;
        later.add(isFirst ? other : one);
        return isFirst ? one : other;
    }

    private Map<String, Claim> of(Feature.Kind kind) {
        return first.getOrDefault(kind, Map.of());
    }

    /** By names; templates by their age, since the first that fits is read from. */
    Map<Feature.Kind, Map<String, Shown>> shown() {
        var shown = new EnumMap<Feature.Kind, Map<String, Shown>>(Feature.Kind.class);
        first.forEach((kind, claims) -> {
            var some = claims.values().stream();
            var ordered = new LinkedHashMap<String, Shown>();
            (kind == Feature.Kind.RESOURCE_TEMPLATE ? some.sorted(Claim.BY_AGE) : some)
                    .forEach(claim -> show(claim, ordered));
            shown.put(kind, Collections.unmodifiableMap(ordered));
        });
        return Collections.unmodifiableMap(shown);
    }

    private void show(Claim claim, Map<String, Shown> shown) {
        String name = claim.name(style);
        String definition = claim.one().shownDefinition(style);
        if (definition != null && !claim.one().held(claim.gateway())) {
            shown.put(name, new Shown(name, claim.one().originalName(), claim.gateway(), definition));
        }
    }

    /** What is not shown, by kinds, names and slugs. */
    List<Hidden> hidden() {
        var hidden = new ArrayList<Hidden>();
        first.values()
                .forEach(claims -> claims.values().forEach(claim -> {
                    var why = claim.why(style);
                    if (why != null) {
                        hidden.add(claim.hidden(style, why, null));
                    }
                }));
        for (Claim claim : later) {
            var why = claim.why(style);
            hidden.add(
                    why == null ? claim.hidden(style, Why.NAME_TAKEN, holder(claim)) : claim.hidden(style, why, null));
        }
        hidden.sort(BY_NAME);
        return hidden;
    }

    private @Nullable Gateway holder(Claim later) {
        var holder = of(later.one().kind()).get(later.name(style));
        return holder == null ? null : holder.gateway();
    }
}
