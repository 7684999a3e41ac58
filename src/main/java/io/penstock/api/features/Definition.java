package io.penstock.api.features;

import io.penstock.api.input.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What an upstream wrote about something that it offers; nothing of it is trusted to be of the right type. */
final class Definition {

    private final JsonNode tree;

    Definition(String json) {
        this.tree = Json.stored(json);
    }

    @Nullable
    String text(String name) {
        var value = tree.get(name);
        return value != null && value.isString() ? value.stringValue() : null;
    }

    @Nullable
    JsonNode json(String name) {
        var value = tree.get(name);
        return value == null || value.isNull() ? null : value;
    }
}
