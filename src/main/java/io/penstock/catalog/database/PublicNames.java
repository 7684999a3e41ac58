package io.penstock.catalog.database;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * The names that tools and prompts have here: the gateway's slug, a hyphen and the upstream's name, at most 64 characters. Slugs hold
 * hyphens too, so two gateways can arrive at one name; who has it keeps it, and the newcomer's gets a suffix that only depends on itself.
 */
final class PublicNames {

    static final int LIMIT = 64;

    private static final int SHORT = 8;
    private static final int LONG = 32;

    private PublicNames() {}

    /** All names that {@link #assign} may choose of, to look up which of them are taken. */
    static Set<String> candidates(String slug, UUID gateway, Collection<String> originals) {
        var candidates = new TreeSet<String>();
        originals.forEach(original -> candidates.addAll(choices(slug, gateway, original)));
        return candidates;
    }

    /** Gives each original name its public one, all different and none of those taken. */
    static Map<String, String> assign(String slug, UUID gateway, Collection<String> originals, Set<String> taken) {
        var used = new HashSet<>(taken);
        var names = new LinkedHashMap<String, String>();
        for (var original : new TreeSet<>(originals)) {
            var name = choices(slug, gateway, original).stream()
                    .filter(used::add)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("128 bits of SHA-256 collided"));
            names.put(original, name);
        }
        return names;
    }

    private static List<String> choices(String slug, UUID gateway, String original) {
        var natural = slug + "-" + original;
        var hash = Definition.sha256(gateway + "|" + original);
        return List.of(
                natural.length() <= LIMIT ? natural : suffixed(natural, Definition.sha256(natural), SHORT),
                suffixed(natural, hash, SHORT),
                suffixed(natural, hash, LONG));
    }

    private static String suffixed(String natural, String hash, int digits) {
        return cut(natural, LIMIT - digits - 1) + "-" + hash.substring(0, digits);
    }

    /** The beginning of a text, never half a surrogate pair. */
    static String cut(String text, int limit) {
        if (text.length() <= limit) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(limit - 1)) ? limit - 1 : limit);
    }
}
