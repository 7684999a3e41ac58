package io.penstock.relay.leg;

import io.penstock.wire.JsonParts;
import io.penstock.wire.Refusal;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An argument of a tool that a header repeats ({@code x-mcp-header} in its input schema).
 *
 * @param path the keys that lead to it
 * @param header the header's name without its prefix
 * @param number whether it is compared as a number, so that {@code 42} and {@code 42.0} are the same
 */
record MirroredArgument(List<String> path, String header, boolean number) {

    static final String KEY = "x-mcp-header";

    /** Where what it says would depend on other things than the argument itself. */
    private static final Set<String> ELSEWHERE = Set.of(
            "items",
            "prefixItems",
            "contains",
            "additionalProperties",
            "unevaluatedProperties",
            "unevaluatedItems",
            "propertyNames",
            "patternProperties",
            "dependentSchemas",
            "oneOf",
            "anyOf",
            "allOf",
            "not",
            "if",
            "then",
            "else",
            "$defs",
            "definitions");

    private static final Set<String> TYPES = Set.of("string", "integer", "boolean");
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+\\-.^_`|~0-9A-Za-z]{1,100}");

    private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,40}(\\.[0-9]{1,40})?");

    /** What can be written without its exponent: a longer one stands for more zeros than there is memory. */
    private static final Pattern NUMBER = Pattern.compile(DECIMAL.pattern() + "([eE][+-]?[0-9]{1,2})?");

    /** Deeper properties are not looked at. */
    private static final int DEEPEST = 16;

    /** Those of a schema, in order; null where one of them breaks the rules, which makes the tool invalid. */
    static @Nullable List<MirroredArgument> of(@Nullable String schema) {
        var found = new ArrayList<MirroredArgument>();
        try {
            boolean valid = schema == null || !schema.contains(KEY) || collect(schema, List.of(), found);
            long names = found.stream()
                    .map(argument -> argument.header().toLowerCase(Locale.ROOT))
                    .distinct()
                    .count();
            return valid && names == found.size() ? found : null;
        } catch (Refusal noSchema) {
            return null;
        }
    }

    private static boolean collect(String schema, List<String> path, List<MirroredArgument> found) {
        var members = JsonParts.isObject(schema) ? JsonParts.members(schema) : Map.<String, String>of();
        String header = members.get(KEY);
        if (header != null) {
            String name = JsonParts.string(header);
            String type = JsonParts.string(members.get("type"));
            if (name == null
                    || path.isEmpty()
                    || !TOKEN.matcher(name).matches()
                    || type == null
                    || !TYPES.contains(type)) {
                return false;
            }
            found.add(new MirroredArgument(path, name, type.equals("integer")));
        }
        if (ELSEWHERE.stream().anyMatch(key -> members.getOrDefault(key, "").contains('"' + KEY + '"'))) {
            return false;
        }
        String properties = members.get("properties");
        if (properties == null || !JsonParts.isObject(properties) || path.size() == DEEPEST) {
            return true;
        }
        boolean valid = true;
        for (var property : JsonParts.members(properties).entrySet()) {
            var deeper = new ArrayList<>(path);
            deeper.add(property.getKey());
            valid &= collect(property.getValue(), List.copyOf(deeper), found);
        }
        return valid;
    }

    /** What the header says of these arguments; null where they do not have it, or have something else there. */
    @Nullable
    String in(@Nullable String arguments) {
        String value = arguments;
        for (String key : path) {
            value = value != null && JsonParts.isObject(value)
                    ? JsonParts.members(value).get(key)
                    : null;
        }
        if (value == null || value.equals("null") || value.startsWith("{") || value.startsWith("[")) {
            return null;
        }
        if (value.startsWith("\"")) {
            return JsonParts.string(value);
        }
        return value.equals("true") || value.equals("false") ? value : number(value);
    }

    /** Whether a header's text and what {@link #in} gave mean the same. */
    boolean agree(String said, String value) {
        return said.equals(value)
                || (number
                        && DECIMAL.matcher(said).matches()
                        && DECIMAL.matcher(value).matches()
                        && new BigDecimal(said).compareTo(new BigDecimal(value)) == 0);
    }

    private static String number(String value) {
        if (!NUMBER.matcher(value).matches()) {
            return value;
        }
        var number = new BigDecimal(value);
        return number.abs().compareTo(BigDecimal.valueOf(1L << 53)) > 0
                ? value
                : number.stripTrailingZeros().toPlainString();
    }
}
