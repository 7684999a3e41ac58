package io.penstock.api.input;

import io.penstock.caller.Identity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The fields of a body, read one by one; what is wrong with each is collected. A field that is null is as good as absent. */
public final class Fields {

    static final String NO_USER = "must be one plain name or e-mail address";

    private static final int LONGEST_USER = 320;
    private static final int LONGEST_TIME = 50;

    private final ObjectNode tree;
    private final Objections objections;

    public Fields(ObjectNode tree, Objections objections) {
        this.tree = tree;
        this.objections = objections;
    }

    public boolean has(String name) {
        return value(name) != null;
    }

    private @Nullable JsonNode value(String name) {
        var value = tree.get(name);
        return value == null || value.isNull() ? null : value;
    }

    /** A text of {@code min} to {@code max} characters on one line; null where it is absent or refused. */
    @Nullable
    public String text(String name, int min, int max) {
        return text(name, value(name), min, max, false);
    }

    /** As {@link #text}, but with line breaks and tabs. */
    @Nullable
    public String prose(String name, int max) {
        return text(name, value(name), 0, max, true);
    }

    /** As {@link #text}, but its absence is an objection. */
    @Nullable
    public String demanded(String name, int max, String example) {
        if (!has(name)) {
            objections.add(name, "is missing: give a text like \"" + example + "\"");
        }
        return text(name, 1, max);
    }

    /** A time from 1970 to 9999; null where it is absent or refused. */
    @Nullable
    public Instant time(String name) {
        var text = text(name, 1, LONGEST_TIME);
        var time = text == null ? null : Times.read(text);
        if (text != null && time == null) {
            objections.add(name, Times.WANTED);
        }
        return time;
    }

    /** A user's name in its one form; null where it is absent or refused. */
    @Nullable
    public String user(String name) {
        return user(name, text(name, 1, LONGEST_USER));
    }

    /** As {@link #user}, but its absence is an objection. */
    @Nullable
    public String demandedUser(String name) {
        return user(name, demanded(name, LONGEST_USER, "ann@example.com"));
    }

    private @Nullable String user(String name, @Nullable String text) {
        var user = text == null ? null : Identity.canonical(text);
        if (text != null && user == null) {
            objections.add(name, NO_USER);
        }
        return user;
    }

    private @Nullable String text(String name, @Nullable JsonNode value, int min, int max, boolean lines) {
        if (value == null) {
            return null;
        }
        if (!value.isString()) {
            objections.add(name, "must be a text");
            return null;
        }
        var text = value.stringValue();
        if (text.length() < min || text.length() > max) {
            objections.add(name, "must have " + min + " to " + max + " characters");
            return null;
        }
        if (!Texts.storable(text, lines)) {
            objections.add(name, "must not hold control characters or halves of characters");
            return null;
        }
        return text;
    }

    public <E extends Enum<E>> E oneOf(String name, E absent, UnaryOperator<String> spelling) {
        var text = text(name, 1, 50);
        if (text == null) {
            return absent;
        }
        var all = absent.getDeclaringClass().getEnumConstants();
        for (var constant : all) {
            if (constant.name().equalsIgnoreCase(text)) {
                return constant;
            }
        }
        var allowed = Arrays.stream(all).map(Enum::name).map(spelling).toList();
        objections.add(name, "must be one of " + String.join(", ", allowed));
        return absent;
    }

    @Nullable
    public Boolean flag(String name) {
        var value = value(name);
        if (value != null && !value.isBoolean()) {
            objections.add(name, "must be true or false");
            return null;
        }
        return value == null ? null : value.booleanValue();
    }

    @Nullable
    public Integer number(String name, int min, int max) {
        var value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < min || value.intValue() > max) {
            objections.add(name, "must be a whole number from " + min + " to " + max);
            return null;
        }
        return value.intValue();
    }

    /** Texts without repeats; empty where the field is absent. */
    public List<String> texts(String name, int most, int longest) {
        var texts = new ArrayList<String>();
        for (var element : elements(name, most)) {
            var text = text(name, element, 1, longest, false);
            if (text != null && !texts.contains(text)) {
                texts.add(text);
            }
        }
        return texts;
    }

    /** Ids without repeats; empty where the field is absent. */
    public List<UUID> ids(String name, int most) {
        var ids = new ArrayList<UUID>();
        for (var element : elements(name, most)) {
            var id = element.isString() ? Ids.find(element.stringValue()) : null;
            if (id == null) {
                objections.add(name, "must be a list of ids, each a UUID");
                return ids;
            }
            if (!ids.contains(id)) {
                ids.add(id);
            }
        }
        return ids;
    }

    /** An object with fields of its own; null where it is absent or refused. */
    public @Nullable ObjectNode object(String name) {
        var value = value(name);
        if (value != null && !value.isObject()) {
            objections.add(name, "must be an object");
        }
        return value instanceof ObjectNode object ? object : null;
    }

    /** Objects, each with fields of its own that are named {@code name[i].field}. */
    public List<ObjectNode> objects(String name, int most) {
        var objects = new ArrayList<ObjectNode>();
        for (var element : elements(name, most)) {
            if (element instanceof ObjectNode object) {
                objects.add(object);
            } else {
                objections.add(name, "must be a list of objects");
            }
        }
        return objects;
    }

    private Iterable<JsonNode> elements(String name, int most) {
        var value = value(name);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray() || value.size() > most) {
            objections.add(name, "must be a list of at most " + most);
            return List.of();
        }
        return value.values();
    }

    /** Refuses every field that was not read: those of the server, those of a later version, and unknown ones. */
    public void close(Set<String> known, Set<String> ofServer, Set<String> later) {
        var list = String.join(", ", known.stream().sorted().toList());
        for (var name : tree.propertyNames()) {
            if (ofServer.contains(name)) {
                objections.add(name, "is set by the server: leave it out");
            } else if (later.contains(name)) {
                objections.add(name, "is not available in this version: leave it out");
            } else if (!known.contains(name)) {
                objections.add(Texts.shortened(name), "is unknown; known: " + list);
            }
        }
    }
}
