package io.penstock.wire;

import io.penstock.wire.Refusal.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Takes JSON apart without changing it: each member or element is the very text that it was written in, so that what passes through the
 * gateway keeps its numbers, escapes and order. All methods throw a {@link Refusal} ({@code Unparsable}) where the text is not one JSON
 * value of the named kind, nests deeper than {@value #MAX_DEPTH} or repeats a key.
 */
public final class JsonParts {

    /** The deepest nesting that is read. */
    public static final int MAX_DEPTH = 256;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(1000)
                    .build())
            .build();

    private JsonParts() {}

    /** What one value is read as. */
    private interface Reading<T> {
        T read(JsonParser parser);
    }

    /** The members of a JSON object, in order. */
    public static Map<String, String> members(String object) {
        return read(object, JsonToken.START_OBJECT, "an object", parser -> {
            var members = new LinkedHashMap<String, String>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                parser.nextToken();
                members.put(key, text(parser, object));
            }
            return members;
        });
    }

    /** The elements of a JSON array, in order. */
    public static List<String> elements(String array) {
        return read(array, JsonToken.START_ARRAY, "an array", parser -> {
            var elements = new ArrayList<String>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                elements.add(text(parser, array));
            }
            return elements;
        });
    }

    /** The string that a JSON string stands for; null where the value is absent or of another kind. */
    public static @Nullable String string(@Nullable String value) {
        return value == null || !value.startsWith("\"")
                ? null
                : read(value, JsonToken.VALUE_STRING, "a string", JsonParser::getString);
    }

    /** The id that a value is, in the one spelling that all ids are compared in; an id may be written in many, as {@code "a\/1"}. */
    public static @Nullable String id(@Nullable String value) {
        String text = value == null || value.indexOf('\\') < 0 ? null : string(value);
        return text == null || !StandardCharsets.UTF_8.newEncoder().canEncode(text) ? value : Message.quote(text);
    }

    /** Whether a value is there and a JSON object. */
    public static boolean isObject(@Nullable String value) {
        return value != null && value.startsWith("{");
    }

    /** The object with that member: put at the end, or in the place of the one that it had. An absent object is an empty one. */
    public static String with(@Nullable String object, String key, String value) {
        var members = object == null ? new LinkedHashMap<String, String>() : members(object);
        members.put(key, value);
        return Message.object(members);
    }

    /** The object without the members whose keys are meant. */
    public static String without(String object, Predicate<String> keys) {
        var members = members(object);
        return members.keySet().removeIf(keys) ? Message.object(members) : object;
    }

    /** A completion's reference to something else of the same type: a prompt by its name, a resource template by its URI. */
    public static String referring(String reference, String name) {
        boolean prompt = "ref/prompt".equals(string(members(reference).get("type")));
        return with(reference, prompt ? "name" : "uri", Message.quote(name));
    }

    /** The member of that key where the object is there and has it; null otherwise. */
    public static @Nullable String member(@Nullable String object, String key) {
        return isObject(object) && object != null ? members(object).get(key) : null;
    }

    /**
     * The same of an object that goes on to other parsers. Throws {@code Unparsable} where another key differs from this one in case only:
     * parsers that ignore case read that as this one.
     */
    public static @Nullable String unambiguous(@Nullable String object, String key) {
        if (object == null || !isObject(object)) {
            return null;
        }
        var members = members(object);
        for (String other : members.keySet()) {
            if (other.equalsIgnoreCase(key) && !other.equals(key)) {
                throw new Refusal(new Reason.Unparsable("The key \"" + key + "\" is written in another case"));
            }
        }
        return members.get(key);
    }

    /**
     * Whether the text is the response to the request of that id, as {@link Message#read} would tell, which takes it apart. Nothing is read
     * after what makes it one, which is mostly its beginning.
     */
    public static boolean isResponse(String message, String id) {
        try (var parser = JSON.createParser(ObjectReadContext.empty(), message)) {
            boolean toIt = false;
            boolean outcome = false;
            boolean asks = parser.nextToken() != JsonToken.START_OBJECT;
            while (!asks && !(toIt && outcome) && parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                var value = parser.nextToken();
                switch (key) {
                    case "id" -> toIt = id.equals(id(text(parser, message)));
                    case "result", "error" -> outcome |= value == JsonToken.START_OBJECT;
                    case "method" -> asks = value == JsonToken.VALUE_STRING;
                    default -> {}
                }
                if (!(toIt && outcome)) {
                    parser.skipChildren();
                }
            }
            return toIt && outcome && !asks;
        } catch (JacksonException noMessage) {
            return false;
        }
    }

    private static <T> T read(String json, JsonToken kind, String what, Reading<T> reading) {
        try (var parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            if (parser.nextToken() != kind) {
                throw new Refusal(new Reason.Unparsable("This is not " + what + " in JSON"));
            }
            T value = reading.read(parser);
            if (parser.nextToken() != null) {
                throw new Refusal(new Reason.Unparsable("More than one JSON text"));
            }
            return value;
        } catch (JacksonException e) {
            throw new Refusal(new Reason.Unparsable("This is not valid JSON"));
        }
    }

    private static String text(JsonParser parser, String json) {
        int from = (int) parser.currentTokenLocation().getCharOffset();
        parser.skipChildren();
        parser.finishToken();
        return json.substring(from, (int) parser.currentLocation().getCharOffset());
    }
}
