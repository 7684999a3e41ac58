package io.penstock.catalog.database;

import io.penstock.catalog.DriftPolicy;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Rotation;
import io.penstock.catalog.Transport;
import io.penstock.catalog.Visibility;
import io.r2dbc.spi.Readable;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;

/** A gateway's columns and how they are read, for every query that selects one. */
public final class GatewayRow {

    /** The columns of {@code gateways g}, under names that a join cannot confuse. */
    public static final String COLUMNS = """
            g.id AS g_id, g.name AS g_name, g.slug AS g_slug, g.url AS g_url, g.description AS g_description,
            g.transport AS g_transport, g.auth_type AS g_auth_type, g.auth_shown AS g_auth_shown,
            g.auth_sealed AS g_auth_sealed, g.auth_id AS g_auth_id,
            g.tls_id AS g_tls_id, g.tls_shown AS g_tls_shown, g.tls_sealed AS g_tls_sealed, g.visibility AS g_visibility, g.team_id AS g_team_id, g.owner AS g_owner,
            g.tags AS g_tags, g.passthrough_headers AS g_passthrough_headers,
            g.check_interval_seconds AS g_check_interval_seconds, g.drift_policy AS g_drift_policy,
            g.repeat_idempotent_calls AS g_repeat_idempotent_calls, g.enabled AS g_enabled,
            g.healthy AS g_healthy,
            g.failures AS g_failures, g.last_error AS g_last_error, g.last_checked_at AS g_last_checked_at,
            g.last_seen_at AS g_last_seen_at, g.protocol_version AS g_protocol_version,
            g.transport_in_use AS g_transport_in_use, g.capabilities AS g_capabilities,
            g.server_info AS g_server_info, g.discovered_at AS g_discovered_at, g.created_at AS g_created_at,
            g.updated_at AS g_updated_at, g.version AS g_version,
            g.rotation_state AS g_rotation_state, g.rotation_at AS g_rotation_at, g.rotation_detail AS g_rotation_detail,
            g.previous_id AS g_previous_id, g.previous_type AS g_previous_type, g.previous_shown AS g_previous_shown,
            g.previous_sealed AS g_previous_sealed, g.previous_until AS g_previous_until,
            g.previous_tls_id AS g_previous_tls_id, g.previous_tls_shown AS g_previous_tls_shown,
            g.previous_tls_sealed AS g_previous_tls_sealed
            """;

    private static final byte[] NOTHING = {};

    private GatewayRow() {}

    public static Gateway gateway(Readable row) {
        return new Gateway(
                Columns.get(row, "g_id", UUID.class),
                Columns.get(row, "g_name", String.class),
                Columns.get(row, "g_slug", String.class),
                URI.create(Columns.get(row, "g_url", String.class)),
                row.get("g_description", String.class),
                Transport.valueOf(Columns.get(row, "g_transport", String.class)),
                auth(row),
                tls(row, "g_tls"),
                Visibility.valueOf(Columns.get(row, "g_visibility", String.class)),
                row.get("g_team_id", String.class),
                Columns.get(row, "g_owner", String.class),
                Columns.texts(row, "g_tags"),
                Columns.texts(row, "g_passthrough_headers"),
                interval(row),
                DriftPolicy.valueOf(Columns.get(row, "g_drift_policy", String.class)),
                Columns.get(row, "g_repeat_idempotent_calls", Boolean.class),
                Columns.get(row, "g_enabled", Boolean.class),
                status(row),
                Columns.instant(row, "g_created_at"),
                Columns.instant(row, "g_updated_at"),
                Columns.get(row, "g_version", Long.class));
    }

    private static Gateway.SealedAuth auth(Readable row) {
        var sealed = row.get("g_auth_sealed", byte[].class);
        return new Gateway.SealedAuth(
                Columns.get(row, "g_auth_id", UUID.class),
                Columns.get(row, "g_auth_type", String.class),
                Columns.get(row, "g_auth_shown", String.class),
                sealed == null ? NOTHING : sealed,
                rotation(row));
    }

    private static @Nullable Rotation rotation(Readable row) {
        var state = row.get("g_rotation_state", String.class);
        return state == null
                ? null
                : new Rotation(
                        Rotation.State.valueOf(state),
                        Columns.instant(row, "g_rotation_at"),
                        kept(row),
                        row.get("g_rotation_detail", String.class));
    }

    private static Rotation.@Nullable Kept kept(Readable row) {
        var id = row.get("g_previous_id", UUID.class);
        var sealed = row.get("g_previous_sealed", byte[].class);
        return id == null
                ? null
                : new Rotation.Kept(
                        id,
                        Columns.get(row, "g_previous_type", String.class),
                        Columns.get(row, "g_previous_shown", String.class),
                        sealed == null ? NOTHING : sealed,
                        tls(row, "g_previous_tls"),
                        Columns.instant(row, "g_previous_until"));
    }

    private static Gateway.@Nullable SealedTls tls(Readable row, String columns) {
        var id = row.get(columns + "_id", UUID.class);
        var sealed = row.get(columns + "_sealed", byte[].class);
        return id == null
                ? null
                : new Gateway.SealedTls(
                        id, Columns.get(row, columns + "_shown", String.class), sealed == null ? NOTHING : sealed);
    }

    /** Binds what TLS goes by to parameters whose names begin so. */
    static DatabaseClient.GenericExecuteSpec bind(
            DatabaseClient.GenericExecuteSpec statement, String name, Gateway.@Nullable SealedTls tls) {
        return statement
                .bind(name + "Id", Columns.orNull(UUID.class, tls == null ? null : tls.id()))
                .bind(name + "Shown", Columns.orNull(String.class, tls == null ? null : tls.shown()))
                .bind(name + "Sealed", Columns.bytesOrNull(tls == null ? NOTHING : tls.sealed()));
    }

    private static @Nullable Duration interval(Readable row) {
        var seconds = row.get("g_check_interval_seconds", Integer.class);
        return seconds == null ? null : Duration.ofSeconds(seconds);
    }

    private static Gateway.Status status(Readable row) {
        return new Gateway.Status(
                new Gateway.Condition(
                        row.get("g_healthy", Boolean.class),
                        Columns.get(row, "g_failures", Integer.class),
                        row.get("g_last_error", String.class),
                        row.get("g_protocol_version", String.class),
                        row.get("g_transport_in_use", String.class),
                        row.get("g_capabilities", String.class),
                        row.get("g_server_info", String.class)),
                Columns.instantOrNull(row, "g_last_checked_at"),
                Columns.instantOrNull(row, "g_last_seen_at"),
                Columns.instantOrNull(row, "g_discovered_at"));
    }
}
