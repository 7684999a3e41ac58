package io.penstock.catalog;

import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a list is narrowed to; null does not narrow.
 *
 * @param source the gateway's name
 * @param q part of the name or description, any case
 * @param ids only those
 * @param healthy of a gateway
 */
public record Filter(
        @Nullable UUID gatewayId,
        @Nullable String source,
        @Nullable String teamId,
        @Nullable Visibility visibility,
        @Nullable String tag,
        @Nullable String q,
        @Nullable Boolean enabled,
        @Nullable Set<UUID> ids,
        @Nullable Boolean healthy) {}
