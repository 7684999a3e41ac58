package io.penstock.api.features;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.penstock.catalog.Feature;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A prompt as clients read it. */
record PromptView(@JsonUnwrapped Offered offered, @Nullable JsonNode arguments) {

    static PromptView of(Feature feature) {
        var definition = new Definition(feature.definition());
        return new PromptView(Offered.of(feature, definition), definition.json("arguments"));
    }
}
