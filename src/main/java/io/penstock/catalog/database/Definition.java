package io.penstock.catalog.database;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A definition as an upstream gave it, and what follows from it.
 *
 * @param text the JSON object as it came
 * @param hash SHA-256 of the canonical form, in hex
 * @param description its description, if it has one
 */
record Definition(String text, String hash, @Nullable String description) {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
            .build();

    /** Throws a {@link tools.jackson.core.JacksonException} where the text is no JSON. */
    static Definition of(String text) {
        var tree = tree(text);
        return new Definition(text, sha256(canonical(tree).toString()), described(tree));
    }

    static JsonNode tree(String text) {
        return JSON.readTree(text);
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    static String sha256(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("Every JDK has SHA-256", missing);
        }
    }

    /** Keys sorted and numbers in their shortest form, so that a server that writes the same thing in another way has changed nothing. */
    private static JsonNode canonical(JsonNode node) {
        if (node.isObject()) {
            var sorted = new TreeMap<String, JsonNode>();
            node.properties().forEach(field -> sorted.put(field.getKey(), canonical(field.getValue())));
            var object = JSON.createObjectNode();
            sorted.forEach(object::set);
            return object;
        }
        if (node.isArray()) {
            var array = JSON.createArrayNode();
            node.values().forEach(item -> array.add(canonical(item)));
            return array;
        }
        return node.isNumber()
                ? JSON.getNodeFactory().numberNode(node.decimalValue().stripTrailingZeros())
                : node;
    }

    private static @Nullable String described(JsonNode tree) {
        var description = tree.path("description");
        // PostgreSQL's TEXT cannot hold NUL; this column is for searching, the definition has the text as it came
        return description.isString() ? description.stringValue().replace("\0", "") : null;
    }
}
