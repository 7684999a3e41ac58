package io.penstock.catalog.snapshot;

import io.penstock.catalog.DriftPolicy;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.NameStyle;
import io.penstock.catalog.database.Columns;
import io.penstock.catalog.database.FeatureNames;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A feature as calls need it.
 *
 * @param foundAt when its upstream was first found to offer it, by the database's clock
 * @param gone whether its upstream does not list it at present
 * @param definition the definition as the upstream gave it
 * @param renamed the definition with its public name; null where it cannot be taken apart
 */
record Offered(
        UUID id,
        UUID gatewayId,
        Feature.Kind kind,
        String name,
        String originalName,
        String hash,
        Instant foundAt,
        boolean enabled,
        boolean approved,
        boolean gone,
        String definition,
        @Nullable String renamed) {

    /** All but the definition. */
    static final String COLUMNS =
            "f.id, f.gateway_id, f.kind, f.name, f.original_name, f.hash, f.created_at, f.enabled, f.approved, f.gone";

    static Offered of(Readable row, String definition) {
        var kind = Feature.Kind.valueOf(Columns.get(row, "kind", String.class));
        var name = Columns.get(row, "name", String.class);
        return new Offered(
                Columns.get(row, "id", UUID.class),
                Columns.get(row, "gateway_id", UUID.class),
                kind,
                name,
                Columns.get(row, "original_name", String.class),
                Columns.get(row, "hash", String.class),
                Columns.instant(row, "created_at"),
                Columns.get(row, "enabled", Boolean.class),
                Columns.get(row, "approved", Boolean.class),
                Columns.get(row, "gone", Boolean.class),
                definition,
                renamed(kind, name, definition));
    }

    /** Whether this is the same thing with the same definition, whatever became of its switches. */
    boolean describes(Offered other) {
        return id.equals(other.id) && hash.equals(other.hash) && name.equals(other.name);
    }

    Offered with(Offered described) {
        return new Offered(
                id,
                gatewayId,
                kind,
                name,
                originalName,
                hash,
                foundAt,
                enabled,
                approved,
                gone,
                described.definition,
                described.renamed);
    }

    /** Whether it changed and is kept back until the change is approved. */
    boolean held(Gateway gateway) {
        return !approved && gateway.driftPolicy() == DriftPolicy.HOLD;
    }

    String shownName(NameStyle style) {
        return style == NameStyle.ORIGINAL ? originalName : name;
    }

    /** Null where it cannot be shown. */
    @Nullable
    String shownDefinition(NameStyle style) {
        return style == NameStyle.ORIGINAL && renamed != null ? definition : renamed;
    }

    static @Nullable String renamed(Feature.Kind kind, String name, String definition) {
        if (definition.isEmpty()) {
            return null;
        }
        try {
            var members = JsonParts.members(definition);
            if (!FeatureNames.named(kind)) {
                return definition;
            }
            members.put("name", Message.quote(name));
            return Message.object(members);
        } catch (Refusal unreadable) {
            return null;
        }
    }
}
