package io.penstock.api;

import io.penstock.catalog.Feature;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A resource template as clients read it. */
record ResourceTemplateView(
        UUID id,
        String name,
        String originalName,
        UUID gatewayId,
        String federationSource,
        @Nullable String description,
        @Nullable String uriTemplate,
        @Nullable String mimeType,
        @Nullable JsonNode annotations,
        String visibility,
        @Nullable String teamId,
        List<String> tags,
        boolean enabled,
        @Nullable Boolean healthy,
        String definitionHash,
        boolean approved,
        Instant createdAt,
        Instant updatedAt,
        long version) {

    static ResourceTemplateView of(Feature feature) {
        var definition = new Definition(feature.definition());
        var gateway = feature.gateway();
        return new ResourceTemplateView(
                feature.id(),
                feature.name(),
                feature.originalName(),
                gateway.id(),
                gateway.name(),
                definition.text("description"),
                definition.text("uriTemplate"),
                definition.text("mimeType"),
                definition.json("annotations"),
                Definition.spelled(gateway.visibility()),
                gateway.teamId(),
                feature.tags(),
                feature.enabled(),
                gateway.status().healthy(),
                feature.hash(),
                feature.approved(),
                feature.createdAt(),
                feature.updatedAt(),
                feature.version());
    }
}
