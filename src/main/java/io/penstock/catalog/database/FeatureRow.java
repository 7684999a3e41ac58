package io.penstock.catalog.database;

import io.penstock.catalog.Feature;
import io.r2dbc.spi.Readable;
import java.util.UUID;

/** A feature's columns, joined with its gateway's, and how they are read. */
final class FeatureRow {

    /** A query whose condition follows. What the upstream does not list at present is not shown. */
    static final String SELECT =
            """
            SELECT f.id AS f_id, f.kind AS f_kind, f.name AS f_name, f.original_name AS f_original_name,
                f.definition AS f_definition, f.hash AS f_hash, f.enabled AS f_enabled, f.approved AS f_approved,
                f.tags AS f_tags, f.created_at AS f_created_at, f.updated_at AS f_updated_at, f.version AS f_version,
            """ + GatewayRow.COLUMNS + "FROM features f JOIN gateways g ON g.id = f.gateway_id AND NOT f.gone";

    private FeatureRow() {}

    static Feature feature(Readable row) {
        return new Feature(
                Columns.get(row, "f_id", UUID.class),
                Feature.Kind.valueOf(Columns.get(row, "f_kind", String.class)),
                Columns.get(row, "f_name", String.class),
                Columns.get(row, "f_original_name", String.class),
                Columns.get(row, "f_definition", String.class),
                Columns.get(row, "f_hash", String.class),
                Columns.get(row, "f_enabled", Boolean.class),
                Columns.get(row, "f_approved", Boolean.class),
                Columns.texts(row, "f_tags"),
                GatewayRow.gateway(row),
                Columns.instant(row, "f_created_at"),
                Columns.instant(row, "f_updated_at"),
                Columns.get(row, "f_version", Long.class));
    }
}
