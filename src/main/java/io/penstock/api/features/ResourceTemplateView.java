package io.penstock.api.features;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.penstock.catalog.Feature;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A resource template as clients read it. */
record ResourceTemplateView(
        @JsonUnwrapped Offered offered,
        @Nullable String uriTemplate,
        @Nullable String mimeType,
        @Nullable JsonNode annotations) {

    static ResourceTemplateView of(Feature feature) {
        var definition = new Definition(feature.definition());
        return new ResourceTemplateView(
                Offered.of(feature, definition),
                definition.text("uriTemplate"),
                definition.text("mimeType"),
                definition.json("annotations"));
    }
}
