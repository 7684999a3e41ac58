package io.penstock.catalog.snapshot;

import io.penstock.catalog.Feature;
import io.penstock.catalog.Gateway;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one virtual server shows to one viewer: immutable, made from a snapshot, the same on every replica.
 *
 * @param edition the number of this one: no other showing in this process has it, whatever it shows
 * @param name the virtual server's name
 * @param gateways the upstreams behind it that are switched on and visible to the viewer, by slug
 * @param features what is shown of each kind, by its name here, in the order of names, but templates in that in which they were first
 *     found; every kind has an entry
 * @param rest the one upstream that has resources at all, where it is shown as a whole: it may have some that it does not list; else null
 * @param hidden what is chosen and switched on, and not shown all the same
 */
public record Showing(
        long edition,
        String name,
        List<Gateway> gateways,
        Map<Feature.Kind, Map<String, Shown>> features,
        @Nullable Gateway rest,
        List<Hidden> hidden) {

    private static final AtomicLong EDITIONS = new AtomicLong();

    public Showing {
        gateways = List.copyOf(gateways);
        hidden = List.copyOf(hidden);
    }

    /** One of an edition of its own. */
    public Showing(
            String name,
            List<Gateway> gateways,
            Map<Feature.Kind, Map<String, Shown>> features,
            @Nullable Gateway rest,
            List<Hidden> hidden) {
        this(EDITIONS.incrementAndGet(), name, gateways, features, rest, hidden);
    }

    /** One in which nothing is hidden, and nothing is there but what is shown. */
    public Showing(String name, List<Gateway> gateways, Map<Feature.Kind, Map<String, Shown>> features) {
        this(name, gateways, features, null, List.of());
    }

    /**
     * One tool, resource, resource template or prompt as it is shown.
     *
     * @param name its name here; of a resource its URI, of a template its URI template
     * @param originalName its upstream's name for it
     * @param definition the definition as JSON text, with the name it has here
     */
    public record Shown(String name, String originalName, Gateway gateway, String definition) {}

    /**
     * Something that is not shown though it is chosen.
     *
     * @param name the name that it would have
     * @param shown the upstream whose thing had that name first; null where that is not why
     */
    public record Hidden(
            Feature.Kind kind,
            String name,
            Gateway gateway,
            Why why,
            @Nullable Gateway shown) {

        /** Why it is not shown. */
        public enum Why {
            /** Another upstream's thing has its name. */
            NAME_TAKEN,
            /** Its definition is not one JSON object that every parser reads alike. */
            UNREADABLE,
            /** Its definition changed, and nobody has approved the change. */
            HELD
        }
    }

    /**
     * The part of it that somebody may use.
     *
     * @param behind whether a whole upstream may be used, with what it does not list too
     */
    public Showing part(BiPredicate<Feature.Kind, Shown> usable, Predicate<Gateway> behind) {
        var kept = new EnumMap<Feature.Kind, Map<String, Shown>>(Feature.Kind.class);
        var used = new HashSet<UUID>();
        features.forEach((kind, shown) -> {
            var some = new LinkedHashMap<String, Shown>();
            shown.forEach((shownName, one) -> {
                if (usable.test(kind, one)) {
                    some.put(shownName, one);
                    used.add(one.gateway().id());
                }
            });
            kept.put(kind, some);
        });
        Predicate<Gateway> any = gateway -> used.contains(gateway.id()) || behind.test(gateway);
        return new Showing(
                name,
                gateways.stream().filter(any).toList(),
                kept,
                rest == null || !behind.test(rest) ? null : rest,
                hidden.stream().filter(one -> any.test(one.gateway())).toList());
    }

    /** The thing of that name here; null where none is shown. */
    public @Nullable Shown find(Feature.Kind kind, String shownName) {
        return features.getOrDefault(kind, Map.of()).get(shownName);
    }

    /** Whether the thing of that name is held until a change of it is approved. */
    public boolean holds(Feature.Kind kind, String name) {
        return hidden.stream()
                .anyMatch(one -> one.why() == Hidden.Why.HELD
                        && one.kind() == kind
                        && one.name().equals(name));
    }

    /** How many things are shown. */
    int size() {
        int size = 0;
        for (var shown : features.values()) {
            size += shown.size();
        }
        return size;
    }

    /** How many things of that kind are shown. */
    public int count(Feature.Kind kind) {
        return features.getOrDefault(kind, Map.of()).size();
    }

    /** The upstream of that slug; null where it is not behind this. */
    public @Nullable Gateway gateway(String slug) {
        for (Gateway gateway : gateways) {
            if (gateway.slug().equals(slug)) {
                return gateway;
            }
        }
        return null;
    }

    /**
     * The upstream to read a resource from: the one that lists it, the one of the oldest template that fits, the rest; null for none. One
     * that is listed and cannot be shown is read from none, however its URI is spelled.
     */
    public @Nullable Gateway reading(String uri) {
        Shown listed = find(Feature.Kind.RESOURCE, uri);
        if (listed != null) {
            return listed.gateway();
        }
        if (isKeptBack(uri)) {
            return null;
        }
        for (Shown template :
                features.getOrDefault(Feature.Kind.RESOURCE_TEMPLATE, Map.of()).values()) {
            if (UriTemplates.fits(template.name(), uri)) {
                return template.gateway();
            }
        }
        return rest;
    }

    private boolean isKeptBack(String uri) {
        if (hidden.isEmpty()) {
            return false;
        }
        String spelling = Spelling.of(uri);
        return hidden.stream()
                .anyMatch(one -> one.why() != Hidden.Why.NAME_TAKEN
                        && one.kind() == Feature.Kind.RESOURCE
                        && Spelling.of(one.name()).equals(spelling));
    }
}
