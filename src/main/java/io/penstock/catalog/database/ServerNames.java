package io.penstock.catalog.database;

import io.penstock.catalog.NameStyle;
import io.penstock.catalog.Viewer;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.List;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Keeps two things from having one name on a virtual server, in the transaction of those who choose. */
@Component
final class ServerNames {

    private static final String SELECT = """
            SELECT f.kind AS kind, f.original_name AS original_name, g.name AS gateway
            FROM features f JOIN gateways g ON g.id = f.gateway_id AND g.enabled
            """;

    private static final String SHOWN = """
            (f.id IN (SELECT c.feature_id FROM server_features c WHERE c.server_id = :server)
             OR f.gateway_id IN (SELECT c.gateway_id FROM server_gateways c WHERE c.server_id = :server))""";

    private static final String NAMED = "f.enabled AND NOT f.gone AND f.kind IN ('TOOL', 'PROMPT')";

    private final DatabaseClient database;

    ServerNames(DatabaseClient database) {
        this.database = database;
    }

    /** What has a name on the server. */
    private record Named(String kind, String name, String gateway) {

        boolean collides(Named other) {
            return kind.equals(other.kind) && name.equals(other.name);
        }
    }

    /** Error: {@code Conflict} that names both, where two of what the viewer sees have one original name. Looks at nothing else. */
    Mono<Void> check(UUID server, NameStyle style, Viewer viewer) {
        if (style == NameStyle.PREFIXED) {
            return Mono.empty();
        }
        return new Selection()
                .and(SHOWN, "server", server)
                .and(NAMED)
                .visibleTo(viewer, "g")
                .all(database, SELECT, "ORDER BY f.kind, f.original_name, g.slug")
                .map(row -> new Named(
                        Columns.get(row, "kind", String.class),
                        Columns.get(row, "original_name", String.class),
                        Columns.get(row, "gateway", String.class)))
                .all()
                .collectList()
                .flatMap(ServerNames::first);
    }

    private static Mono<Void> first(List<Named> sorted) {
        for (int i = 1; i < sorted.size(); i++) {
            var one = sorted.get(i - 1);
            var other = sorted.get(i);
            if (one.collides(other)) {
                return Mono.error(new Refusal(new Reason.Conflict(
                        "Both gateway \"%s\" and gateway \"%s\" have a %s \"%s\": choose one of them, or the name_style prefixed"
                                .formatted(
                                        one.gateway(),
                                        other.gateway(),
                                        one.kind().toLowerCase(java.util.Locale.ROOT),
                                        one.name()))));
            }
        }
        return Mono.empty();
    }
}
