package io.penstock.api;

import io.penstock.catalog.Feature;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A tool as clients read it. */
record ToolView(
        UUID id,
        String name,
        String originalName,
        UUID gatewayId,
        String federationSource,
        @Nullable String description,
        @Nullable JsonNode inputSchema,
        @Nullable JsonNode outputSchema,
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

    static ToolView of(Feature feature) {
        var definition = new Definition(feature.definition());
        var gateway = feature.gateway();
        return new ToolView(
                feature.id(),
                feature.name(),
                feature.originalName(),
                gateway.id(),
                gateway.name(),
                definition.text("description"),
                definition.json("inputSchema"),
                definition.json("outputSchema"),
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
