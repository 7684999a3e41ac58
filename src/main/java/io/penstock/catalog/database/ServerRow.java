package io.penstock.catalog.database;

import io.penstock.catalog.NameStyle;
import io.penstock.catalog.Server;
import io.penstock.catalog.Visibility;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A virtual server's columns and how they are read; what it shows is in tables of its own. */
public final class ServerRow {

    /** The columns of {@code servers s}. */
    public static final String COLUMNS = """
            s.id, s.name, s.slug, s.description, s.visibility, s.team_id, s.owner, s.tags, s.name_style, s.enabled,
            s.created_at, s.updated_at, s.version
            """;

    private ServerRow() {}

    public static Server server(Readable row) {
        return new Server(
                Columns.get(row, "id", UUID.class),
                Columns.get(row, "name", String.class),
                Columns.get(row, "slug", String.class),
                row.get("description", String.class),
                Visibility.valueOf(Columns.get(row, "visibility", String.class)),
                row.get("team_id", String.class),
                Columns.get(row, "owner", String.class),
                Columns.texts(row, "tags"),
                NameStyle.valueOf(Columns.get(row, "name_style", String.class)),
                Columns.get(row, "enabled", Boolean.class),
                Server.Chosen.NOTHING,
                Columns.instant(row, "created_at"),
                Columns.instant(row, "updated_at"),
                Columns.get(row, "version", Long.class));
    }

    /** The servers with what each shows. */
    public static List<Server> with(List<Server> servers, Map<UUID, ServerChoices.Choices> chosen) {
        return servers.stream()
                .map(server ->
                        server.showing(ServerChoices.of(server.id(), chosen).chosen()))
                .toList();
    }
}
