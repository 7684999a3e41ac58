package io.penstock.catalog.database;

import io.penstock.catalog.Features;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import tools.jackson.core.JacksonException;

/**
 * What a discovery changes in the rows of one kind of one gateway.
 *
 * @param added by original name, in the upstream's order
 * @param returned rows that the upstream did not list for a while
 * @param changed rows whose definition differs, also among the returned
 * @param removed rows that the upstream lists no more
 * @param mayForget whether so much was left out before that the rows of some may have been deleted: what is added may have been there in other
 *     words, and does not count as approved
 */
record Replacement(
        Map<String, Definition> added,
        List<Row> returned,
        List<Changed> changed,
        List<Row> removed,
        int unusable,
        boolean mayForget) {

    /** How many rows of a kind are kept that the upstream lists no more. */
    static final int KEPT = 5000;

    /**
     * What is there.
     *
     * @param gone whether the upstream left it out before
     */
    record Row(UUID id, String originalName, String hash, boolean gone) {}

    /** A row and its new definition. */
    record Changed(Row row, Definition definition) {}

    static Replacement of(List<Row> stored, List<Features.Discovered> discovered) {
        var found = new LinkedHashMap<String, Definition>();
        discovered.forEach(one -> read(one, found));
        var known = new HashMap<String, Row>();
        stored.forEach(row -> known.put(row.originalName(), row));

        var added = new LinkedHashMap<>(found);
        added.keySet().removeAll(known.keySet());
        var returned = new ArrayList<Row>();
        var changed = new ArrayList<Changed>();
        var removed = new ArrayList<Row>();
        for (var row : stored) {
            var definition = found.get(row.originalName());
            if (definition == null) {
                if (!row.gone()) {
                    removed.add(row);
                }
                continue;
            }
            if (row.gone()) {
                returned.add(row);
            }
            if (!row.hash().equals(definition.hash())) {
                changed.add(new Changed(row, definition));
            }
        }
        boolean mayForget = stored.stream().filter(Row::gone).count() >= KEPT;
        return new Replacement(added, returned, changed, removed, discovered.size() - found.size(), mayForget);
    }

    boolean isEmpty() {
        return added.isEmpty() && returned.isEmpty() && changed.isEmpty() && removed.isEmpty();
    }

    Features.Outcome outcome() {
        var backAndChanged =
                (int) changed.stream().filter(one -> one.row().gone()).count();
        return new Features.Outcome(added.size() + returned.size(), changed.size() - backAndChanged, removed.size());
    }

    /** The first of a name stays. What no database column holds is left out and costs only itself. */
    private static void read(Features.Discovered one, Map<String, Definition> found) {
        if (storable(one.originalName()) && storable(one.definition()) && !found.containsKey(one.originalName())) {
            try {
                found.put(one.originalName(), Definition.of(one.definition()));
            } catch (JacksonException _) {
                return;
            }
        }
    }

    /** PostgreSQL's TEXT holds neither NUL nor half a surrogate pair. */
    private static boolean storable(String text) {
        return text.indexOf('\0') < 0
                && text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }
}
