package io.penstock.catalog.database;

import io.penstock.catalog.Feature;
import io.penstock.catalog.GatewayEvent;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Finds what several gateways offer under one name, in the transaction of those who write what was found (decision 0034). */
@Component
final class NameClaims {

    private static final Logger LOG = LoggerFactory.getLogger(NameClaims.class);

    private static final int LONGEST = 200;

    /**
     * Resources have one name wherever both are shown; tools and prompts on a virtual server that shows them by their own, which is asked first:
     * thousands of gateways may have a tool of one name. Whoever sees a gateway reads its events: the other one is named where all of them see
     * that one too.
     */
    private static final String FIRST = """
            SELECT o.original_name, og.name AS gateway,
                og.visibility = 'PUBLIC' OR (g.visibility = 'PRIVATE' AND og.owner = g.owner)
                    OR (g.visibility = 'TEAM' AND og.visibility = 'TEAM' AND og.team_id = g.team_id) AS told
            FROM features o
            JOIN gateways og ON og.id = o.gateway_id
            JOIN gateways g ON g.id = :gateway
            WHERE o.name_digest = ANY(:digests) AND o.kind = :kind AND o.gateway_id <> :gateway
              AND o.enabled AND NOT o.gone
              AND (:shared OR EXISTS (
                SELECT 1 FROM servers s JOIN server_gateways w ON w.server_id = s.id AND w.gateway_id = :gateway
                WHERE s.name_style = 'ORIGINAL'))
              AND (:shared OR EXISTS (
                SELECT 1 FROM servers s JOIN server_gateways w ON w.server_id = s.id AND w.gateway_id = :gateway
                WHERE s.name_style = 'ORIGINAL'
                  AND (EXISTS (SELECT 1 FROM server_gateways c WHERE c.server_id = s.id AND c.gateway_id = o.gateway_id)
                    OR EXISTS (SELECT 1 FROM server_features c WHERE c.server_id = s.id AND c.feature_id = o.id))))
            ORDER BY o.original_name, o.created_at, og.created_at, og.id
            """;

    private final DatabaseClient database;
    private final GatewayEvents events;

    NameClaims(DatabaseClient database, GatewayEvents events) {
        this.database = database;
        this.events = events;
    }

    private record First(String name, String gateway, boolean told) {}

    /** Notes which of the names that were found just now another gateway's things had before. */
    Mono<Void> noteRefused(UUID gateway, Feature.Kind kind, Collection<String> names) {
        return database.sql(FIRST)
                .bind("gateway", gateway)
                .bind("kind", kind.name())
                .bind("shared", !FeatureNames.named(kind))
                .bind("digests", names.stream().map(Definition::sha256).toArray(String[]::new))
                .map(row -> new First(
                        Columns.get(row, "original_name", String.class),
                        Columns.get(row, "gateway", String.class),
                        Columns.get(row, "told", Boolean.class)))
                .all()
                .distinct(First::name)
                .collectList()
                .flatMap(firsts -> firsts.isEmpty() ? Mono.empty() : note(gateway, kind, firsts));
    }

    private Mono<Void> note(UUID gateway, Feature.Kind kind, List<First> firsts) {
        LOG.warn(
                "Gateway {} now lists {} of kind {} under names that other gateways' things have: those keep them",
                gateway,
                firsts.size(),
                kind);
        var details = firsts.stream()
                .filter(First::told)
                .map(first -> detail(kind, first))
                .toList();
        return details.isEmpty()
                ? Mono.empty()
                : events.addAll(gateway, GatewayEvent.Kind.NAME_TAKEN, details).then(events.trim(gateway));
    }

    private static String detail(Feature.Kind kind, First first) {
        return Definition.object()
                .put("kind", kind.name().toLowerCase(Locale.ROOT))
                .put("name", PublicNames.cut(first.name(), LONGEST))
                .put("gateway", first.gateway())
                .toString();
    }
}
