package io.penstock.api.features;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.penstock.catalog.Feature;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A tool as clients read it. */
record ToolView(
        @JsonUnwrapped Offered offered,
        @Nullable JsonNode inputSchema,
        @Nullable JsonNode outputSchema,
        @Nullable JsonNode annotations) {

    static ToolView of(Feature feature) {
        var definition = new Definition(feature.definition());
        return new ToolView(
                Offered.of(feature, definition),
                definition.json("inputSchema"),
                definition.json("outputSchema"),
                definition.json("annotations"));
    }
}
