package io.penstock.account.token;

import io.penstock.account.Rows;
import io.penstock.account.token.ApiToken.Terms;
import io.r2dbc.spi.Parameter;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.Readable;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;

/** A token as its row has it. */
final class TokenRow {

    static final String COLUMNS =
            "id, owner, name, description, server_id, gateway_id, permissions, grouped, owner_groups,"
                    + " ip_cidrs, hours, quota_per_hour, quota_per_day, team_id, enabled, expires_at, last_used_at, created_at,"
                    + " updated_at, version";

    private TokenRow() {}

    static ApiToken read(Readable row) {
        Set<String> permissions = Rows.texts(row, "permissions");
        var terms = new Terms(
                Rows.get(row, "name", String.class),
                row.get("description", String.class),
                row.get("server_id", UUID.class),
                row.get("gateway_id", UUID.class),
                permissions.isEmpty() ? null : permissions,
                Rows.texts(row, "ip_cidrs").stream().sorted().toList(),
                Rows.texts(row, "hours").stream().sorted().map(Hours::read).toList(),
                row.get("quota_per_hour", Integer.class),
                row.get("quota_per_day", Integer.class),
                row.get("team_id", String.class),
                Rows.instant(row, "expires_at"),
                Rows.get(row, "enabled", Boolean.class));
        return new ApiToken(
                Rows.get(row, "id", UUID.class),
                Rows.get(row, "owner", String.class),
                terms,
                Rows.get(row, "grouped", Boolean.class) ? Rows.texts(row, "owner_groups") : null,
                Rows.instantOrNull(row, "last_used_at"),
                Rows.instant(row, "created_at"),
                Rows.instant(row, "updated_at"),
                Rows.get(row, "version", Long.class));
    }

    static GenericExecuteSpec bind(GenericExecuteSpec statement, UUID id, Terms terms) {
        return statement
                .bind("id", id)
                .bind("name", terms.name())
                .bind("description", Rows.orNull(terms.description()))
                .bind("server", orNull(terms.serverId(), UUID.class))
                .bind("gateway", orNull(terms.gatewayId(), UUID.class))
                .bind("permissions", Rows.array(terms.permissions() == null ? Set.of() : terms.permissions()))
                .bind("cidrs", Rows.array(terms.cidrs()))
                .bind(
                        "hours",
                        Rows.array(terms.hours().stream().map(Hours::text).toList()))
                .bind("perHour", orNull(terms.quotaPerHour(), Integer.class))
                .bind("perDay", orNull(terms.quotaPerDay(), Integer.class))
                .bind("team", Rows.orNull(terms.teamId()))
                .bind("enabled", terms.enabled())
                .bind(
                        "expires",
                        terms.expiresAt().truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC));
    }

    private static <T> Parameter orNull(@Nullable T value, Class<T> type) {
        return value == null ? Parameters.in(type) : Parameters.in(value);
    }
}
