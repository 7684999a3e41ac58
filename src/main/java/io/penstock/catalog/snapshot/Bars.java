package io.penstock.catalog.snapshot;

import io.penstock.catalog.Feature;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What one gateway offers, and what of it cannot be used, by its upstream's names. */
final class Bars {

    private final Map<Key, Barred> reasons = new HashMap<>();
    private final Map<String, Barred> templates = new HashMap<>();
    private final Set<String> usable = new HashSet<>();
    private final Set<Key> offered = new HashSet<>();

    private record Key(Feature.Kind kind, String originalName) {}

    void add(Offered one, Barred reason) {
        reasons.put(new Key(one.kind(), one.originalName()), reason);
        if (one.kind() == Feature.Kind.RESOURCE_TEMPLATE) {
            templates.put(one.originalName(), reason);
        }
    }

    void know(Offered one) {
        offered.add(new Key(one.kind(), one.originalName()));
    }

    /** What is not barred: a resource that is listed may be read though a template that is barred fits its URI. */
    void leave(Offered one) {
        if (one.kind() == Feature.Kind.RESOURCE) {
            usable.add(one.originalName());
        }
    }

    /** All of a kind. */
    Set<String> offered(Feature.Kind kind) {
        return names(offered, kind);
    }

    /** The barred ones of a kind. */
    Set<String> names(Feature.Kind kind) {
        return names(reasons.keySet(), kind);
    }

    private static Set<String> names(Set<Key> keys, Feature.Kind kind) {
        return keys.stream()
                .filter(key -> key.kind() == kind)
                .map(Key::originalName)
                .collect(Collectors.toSet());
    }

    /** Null where nothing bars it. */
    @Nullable
    Barred find(Feature.Kind kind, String originalName) {
        Barred reason = reasons.get(new Key(kind, originalName));
        if (reason != null || kind != Feature.Kind.RESOURCE || templates.isEmpty() || usable.contains(originalName)) {
            return reason;
        }
        return templates.entrySet().stream()
                .filter(template -> UriTemplates.fits(template.getKey(), originalName))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }
}
