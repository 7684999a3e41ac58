package io.penstock.api.features;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.penstock.catalog.Feature;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A resource as clients read it. */
record ResourceView(
        @JsonUnwrapped Offered offered,
        @Nullable String uri,
        @Nullable String mimeType,
        @Nullable JsonNode annotations) {

    static ResourceView of(Feature feature) {
        var definition = new Definition(feature.definition());
        return new ResourceView(
                Offered.of(feature, definition),
                definition.text("uri"),
                definition.text("mimeType"),
                definition.json("annotations"));
    }
}
