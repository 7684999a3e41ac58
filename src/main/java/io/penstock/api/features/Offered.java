package io.penstock.api.features;

import io.penstock.catalog.Feature;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What clients read of everything that an upstream offers, whatever its kind. */
record Offered(
        UUID id,
        String name,
        String originalName,
        UUID gatewayId,
        String federationSource,
        @Nullable String description,
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

    static Offered of(Feature feature, Definition definition) {
        var gateway = feature.gateway();
        return new Offered(
                feature.id(),
                feature.name(),
                feature.originalName(),
                gateway.id(),
                gateway.name(),
                definition.text("description"),
                gateway.visibility().name().toLowerCase(Locale.ROOT),
                gateway.teamId(),
                feature.tags(),
                feature.enabled(),
                gateway.status().condition().healthy(),
                feature.hash(),
                feature.approved(),
                feature.createdAt(),
                feature.updatedAt(),
                feature.version());
    }
}
