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

    /** Those of resources and templates once more, by the one spelling: servers may read another spelling of a URI as the same one. */
    private final Map<Key, Barred> spelled = new HashMap<>();

    /** In both spellings. */
    private final Map<String, Barred> templates = new HashMap<>();

    private final Set<Key> usable = new HashSet<>();
    private final Set<Key> offered = new HashSet<>();

    private record Key(Feature.Kind kind, String originalName) {}

    void add(Offered one, Barred reason) {
        reasons.put(new Key(one.kind(), one.originalName()), reason);
        if (isUri(one.kind())) {
            spelled.put(new Key(one.kind(), Spelling.of(one.originalName())), reason);
        }
        if (one.kind() == Feature.Kind.RESOURCE_TEMPLATE) {
            templates.put(one.originalName(), reason);
            templates.put(Spelling.of(one.originalName()), reason);
        }
    }

    private static boolean isUri(Feature.Kind kind) {
        return kind == Feature.Kind.RESOURCE || kind == Feature.Kind.RESOURCE_TEMPLATE;
    }

    void know(Offered one) {
        offered.add(new Key(one.kind(), one.originalName()));
    }

    /** What is not barred: a resource that is listed may be read though a template that is barred fits its URI, or one that is spelled otherwise. */
    void leave(Offered one) {
        if (isUri(one.kind())) {
            usable.add(new Key(one.kind(), one.originalName()));
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
        var key = new Key(kind, originalName);
        Barred reason = reasons.get(key);
        if (reason != null || spelled.isEmpty() || !isUri(kind) || usable.contains(key)) {
            return reason;
        }
        String spelling = Spelling.of(originalName);
        Barred alike = spelled.get(new Key(kind, spelling));
        return alike != null || kind != Feature.Kind.RESOURCE ? alike : fitting(originalName, spelling);
    }

    private @Nullable Barred fitting(String uri, String spelling) {
        return templates.entrySet().stream()
                .filter(template ->
                        UriTemplates.fits(template.getKey(), uri) || UriTemplates.fits(template.getKey(), spelling))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }
}
