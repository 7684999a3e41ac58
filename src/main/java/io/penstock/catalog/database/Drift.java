package io.penstock.catalog.database;

import io.penstock.catalog.Feature;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Says what changed between two definitions, for a person to read: bounded, whatever an upstream sends. */
final class Drift {

    private static final int CHANGES = 20;
    private static final int VALUE = 200;
    private static final int POINTER = 200;

    private final ArrayNode changes;
    private int more;

    private Drift(ArrayNode changes) {
        this.changes = changes;
    }

    /** The event's detail: {@code {kind, name, before_hash, after_hash, diff: [{pointer, before, after}], more}}. */
    static String detail(Feature.Kind kind, String name, String beforeHash, String before, Definition after) {
        var detail = Definition.object()
                .put("kind", kind.name().toLowerCase(java.util.Locale.ROOT))
                .put("name", capped(name, POINTER))
                .put("before_hash", beforeHash)
                .put("after_hash", after.hash());
        var drift = new Drift(detail.putArray("diff"));
        drift.compare("", Definition.tree(before), Definition.tree(after.text()));
        if (drift.more > 0) {
            detail.put("more", drift.more);
        }
        return detail.toString();
    }

    private void compare(String pointer, JsonNode before, JsonNode after) {
        if (before.equals(after)) {
            return;
        }
        if (before.isObject() && after.isObject()) {
            var keys = new TreeSet<String>();
            before.propertyNames().forEach(keys::add);
            after.propertyNames().forEach(keys::add);
            keys.forEach(key -> compare(pointer + "/" + escaped(key), before.path(key), after.path(key)));
        } else if (before.isArray() && after.isArray()) {
            for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
                compare(pointer + "/" + i, before.path(i), after.path(i));
            }
        } else {
            note(pointer, before, after);
        }
    }

    private void note(String pointer, JsonNode before, JsonNode after) {
        if (changes.size() == CHANGES) {
            more++;
            return;
        }
        var change = changes.addObject().put("pointer", capped(pointer, POINTER));
        value(change, "before", before);
        value(change, "after", after);
    }

    /** Absent where there was or is nothing. */
    private static void value(ObjectNode change, String side, JsonNode value) {
        if (!value.isMissingNode()) {
            change.put(side, capped(value.toString(), VALUE));
        }
    }

    /** RFC 6901, 3. */
    private static String escaped(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }

    private static String capped(String text, int limit) {
        return text.length() <= limit ? text : PublicNames.cut(text, limit - 1) + "…";
    }
}
