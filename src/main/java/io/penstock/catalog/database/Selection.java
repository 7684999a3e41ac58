package io.penstock.catalog.database;

import io.penstock.catalog.Cursor;
import io.penstock.catalog.Filter;
import io.penstock.catalog.Viewer;
import io.penstock.catalog.Visibility;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;

/** The conditions of a list query over gateways ({@code g}), what they offer ({@code f}) and servers ({@code s}), with what they bind. */
final class Selection {

    private final List<String> conditions = new ArrayList<>();
    private final Map<String, Object> binds = new HashMap<>();

    /** Adds a condition, where there is a value to bind in it. */
    Selection and(String condition, String name, @Nullable Object value) {
        if (value != null) {
            conditions.add(condition);
            binds.put(name, value);
        }
        return this;
    }

    /** Adds a condition that binds nothing. */
    Selection and(String condition) {
        conditions.add(condition);
        return this;
    }

    /**
     * Narrows to the public rows, the viewer's own and those of the viewer's teams, among those that there are for the viewer.
     *
     * @param owned the table that has an owner
     */
    Selection visibleTo(Viewer viewer, String owned) {
        if (!viewer.all()) {
            conditions.add("""
                    (%1$s.visibility = 'PUBLIC' OR %1$s.owner = :viewer
                     OR (%1$s.visibility = 'TEAM' AND %1$s.team_id = ANY(:teams)))""".formatted(owned));
            binds.put("viewer", viewer.user());
            binds.put("teams", Columns.array(List.copyOf(viewer.teams())));
        }
        if (viewer.only() != null) {
            conditions.add(owned + ".id = ANY(:only)");
            binds.put("only", viewer.only().toArray(UUID[]::new));
        }
        return this;
    }

    /**
     * @param alias the table that the tag, the text and the switch are columns of
     * @param owned the table that has an owner
     */
    Selection matching(Filter filter, String alias, String owned) {
        return and(owned + ".id = :gateway", "gateway", filter.gatewayId())
                .and(owned + ".name = :source", "source", filter.source())
                .and(owned + ".team_id = :team", "team", filter.teamId())
                .and(owned + ".visibility = :visibility", "visibility", name(filter.visibility()))
                .and(":tag = ANY(" + alias + ".tags)", "tag", filter.tag())
                .and("(%1$s.name ILIKE :q OR %1$s.description ILIKE :q)".formatted(alias), "q", part(filter.q()))
                .and(alias + ".enabled = :enabled", "enabled", filter.enabled())
                .and(alias + ".id = ANY(:ids)", "ids", array(filter.ids()));
    }

    private static UUID @Nullable [] array(@Nullable Set<UUID> ids) {
        return ids == null ? null : ids.toArray(UUID[]::new);
    }

    /** Continues after the last row of the page before. */
    Selection before(@Nullable Cursor cursor, String alias, String time) {
        if (cursor != null) {
            conditions.add("(%1$s.%2$s, %1$s.id) < (:before, :beforeId)".formatted(alias, time));
            binds.put("before", Columns.time(cursor.at()));
            binds.put("beforeId", cursor.id());
        }
        return this;
    }

    /** The query with these conditions, newest first. */
    DatabaseClient.GenericExecuteSpec page(
            DatabaseClient database, String select, String alias, String time, int limit) {
        return all(database, select, "ORDER BY %1$s.%2$s DESC, %1$s.id DESC LIMIT :limit".formatted(alias, time))
                .bind("limit", limit);
    }

    /** The query with these conditions, in any order. */
    DatabaseClient.GenericExecuteSpec all(DatabaseClient database, String select) {
        return all(database, select, "");
    }

    DatabaseClient.GenericExecuteSpec all(DatabaseClient database, String select, String order) {
        var where = conditions.isEmpty() ? "" : "WHERE " + String.join(" AND ", conditions);
        return database.sql(select + "\n" + where + "\n" + order).bindValues(binds);
    }

    private static @Nullable String name(@Nullable Visibility visibility) {
        return visibility == null ? null : visibility.name();
    }

    /** A pattern that finds the text as it is: backslash is the escape of {@code ILIKE} on both databases. */
    private static @Nullable String part(@Nullable String text) {
        return text == null
                ? null
                : "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%";
    }
}
