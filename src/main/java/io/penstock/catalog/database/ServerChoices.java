package io.penstock.catalog.database;

import io.penstock.catalog.Feature;
import io.penstock.catalog.Server.Chosen;
import io.penstock.catalog.Viewer;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Refusal.Reason.Invalid.Field;
import io.r2dbc.spi.Readable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What virtual servers show, in the transaction of those who write it. */
@Component
public final class ServerChoices {

    private static final String FEATURES = """
            SELECT c.server_id AS server, f.id AS id, f.kind AS kind, f.gateway_id AS gateway
            FROM server_features c JOIN features f ON f.id = c.feature_id
            """;

    private static final String GATEWAYS =
            "SELECT c.server_id AS server, c.gateway_id AS id, 'GATEWAY' AS kind, c.gateway_id AS gateway"
                    + " FROM server_gateways c";

    private static final String OF = " WHERE c.server_id = ANY(:servers)";

    private static final String SEEN_FEATURES = """
            SELECT f.id AS server, f.id AS id, f.kind AS kind, f.gateway_id AS gateway
            FROM features f JOIN gateways g ON g.id = f.gateway_id
            """;

    private static final String SEEN_GATEWAYS =
            "SELECT g.id AS server, g.id AS id, 'GATEWAY' AS kind, g.id AS gateway FROM gateways g";

    private static final String FORGET_FEATURES = "DELETE FROM server_features WHERE server_id = :server";

    private static final String FORGET_GATEWAYS = "DELETE FROM server_gateways WHERE server_id = :server";

    private static final String CHOOSE_FEATURE = "INSERT INTO server_features (server_id, feature_id) VALUES ($1, $2)";

    private static final String CHOOSE_GATEWAY = "INSERT INTO server_gateways (server_id, gateway_id) VALUES ($1, $2)";

    private final DatabaseClient database;

    ServerChoices(DatabaseClient database) {
        this.database = database;
    }

    /**
     * What one server shows.
     *
     * @param homes the gateways of the features that are chosen one by one, by their ids
     */
    public record Choices(Chosen chosen, Map<UUID, UUID> homes) {

        private static final Choices NONE = new Choices(Chosen.NOTHING, Map.of());
    }

    /** What the server shows, of what was read. */
    public static Choices of(UUID server, Map<UUID, Choices> read) {
        return read.getOrDefault(server, Choices.NONE);
    }

    /** One thing that a server shows; its kind is null where it is a gateway. */
    private record Choice(UUID server, UUID id, Feature.@Nullable Kind kind, UUID gateway) {

        static Choice of(Readable row) {
            var kind = Columns.get(row, "kind", String.class);
            return new Choice(
                    Columns.get(row, "server", UUID.class),
                    Columns.get(row, "id", UUID.class),
                    kind.equals("GATEWAY") ? null : Feature.Kind.valueOf(kind),
                    Columns.get(row, "gateway", UUID.class));
        }
    }

    /** What all servers show, by server; those that show nothing are not in it. */
    public Mono<Map<UUID, Choices>> all() {
        return byServer(Flux.concat(
                database.sql(FEATURES).map(Choice::of).all(),
                database.sql(GATEWAYS).map(Choice::of).all()));
    }

    /** As {@link #all}, of these. */
    public Mono<Map<UUID, Choices>> of(Collection<UUID> servers) {
        var ids = servers.toArray(UUID[]::new);
        return byServer(Flux.concat(
                database.sql(FEATURES + OF).bind("servers", ids).map(Choice::of).all(),
                database.sql(GATEWAYS + OF).bind("servers", ids).map(Choice::of).all()));
    }

    private static Mono<Map<UUID, Choices>> byServer(Flux<Choice> choices) {
        return choices.collectMultimap(Choice::server).map(all -> {
            var chosen = new HashMap<UUID, Choices>();
            all.forEach((server, its) -> chosen.put(server, new Choices(chosen(its), homes(its))));
            return chosen;
        });
    }

    private static Map<UUID, UUID> homes(Iterable<Choice> choices) {
        var homes = new HashMap<UUID, UUID>();
        for (var choice : choices) {
            if (choice.kind() != null) {
                homes.put(choice.id(), choice.gateway());
            }
        }
        return homes;
    }

    private static Chosen chosen(Iterable<Choice> choices) {
        var features = new EnumMap<Feature.Kind, List<UUID>>(Feature.Kind.class);
        var gateways = new ArrayList<UUID>();
        for (var choice : choices) {
            if (choice.kind() == null) {
                gateways.add(choice.id());
            } else {
                features.computeIfAbsent(choice.kind(), _ -> new ArrayList<>()).add(choice.id());
            }
        }
        var resources = new ArrayList<>(features.getOrDefault(Feature.Kind.RESOURCE, List.of()));
        resources.addAll(features.getOrDefault(Feature.Kind.RESOURCE_TEMPLATE, List.of()));
        return new Chosen(
                features.getOrDefault(Feature.Kind.TOOL, List.of()),
                resources,
                features.getOrDefault(Feature.Kind.PROMPT, List.of()),
                gateways);
    }

    /** What of it there is, of the right kind and visible to the viewer. */
    Mono<Chosen> visible(Chosen chosen, Viewer viewer) {
        var features = new Selection()
                .and("f.id = ANY(:ids)", "ids", chosen.features().toArray(UUID[]::new))
                .visibleTo(viewer, "g")
                .all(database, SEEN_FEATURES)
                .map(Choice::of)
                .all();
        var gateways = new Selection()
                .and("g.id = ANY(:ids)", "ids", chosen.gateways().toArray(UUID[]::new))
                .visibleTo(viewer, "g")
                .all(database, SEEN_GATEWAYS)
                .map(Choice::of)
                .all();
        return Flux.concat(features, gateways)
                .collectList()
                .map(ServerChoices::chosen)
                .map(seen -> both(chosen, seen));
    }

    /**
     * What a server is to show by a draft: what it names, and what was chosen before and the viewer does not see. Error: {@code Invalid}
     * with each id that names nothing that the viewer sees.
     */
    Mono<Chosen> settle(Chosen drafted, Chosen before, Viewer viewer) {
        return visible(drafted, viewer)
                .doOnNext(seen -> demand(drafted, seen))
                .then(visible(before, viewer))
                .map(seen -> new Chosen(
                        joined(drafted.tools(), without(before.tools(), seen.tools())),
                        joined(drafted.resources(), without(before.resources(), seen.resources())),
                        joined(drafted.prompts(), without(before.prompts(), seen.prompts())),
                        joined(drafted.gateways(), without(before.gateways(), seen.gateways()))));
    }

    private static void demand(Chosen drafted, Chosen seen) {
        var refused = new ArrayList<Field>();
        demand("tools", "tool", drafted.tools(), seen.tools(), refused);
        demand("resources", "resource or resource template", drafted.resources(), seen.resources(), refused);
        demand("prompts", "prompt", drafted.prompts(), seen.prompts(), refused);
        demand("gateways", "gateway", drafted.gateways(), seen.gateways(), refused);
        if (!refused.isEmpty()) {
            throw new Refusal(new Reason.Invalid(refused));
        }
    }

    private static void demand(String field, String what, List<UUID> drafted, List<UUID> seen, List<Field> refused) {
        for (UUID missing : without(drafted, seen)) {
            refused.add(new Field(field, "there is no " + what + " with the id " + missing));
        }
    }

    private static Chosen both(Chosen one, Chosen other) {
        return new Chosen(
                among(one.tools(), other.tools()),
                among(one.resources(), other.resources()),
                among(one.prompts(), other.prompts()),
                among(one.gateways(), other.gateways()));
    }

    private static List<UUID> among(List<UUID> ids, List<UUID> those) {
        Set<UUID> set = new HashSet<>(those);
        return ids.stream().filter(set::contains).toList();
    }

    private static List<UUID> without(List<UUID> ids, List<UUID> those) {
        Set<UUID> set = new HashSet<>(those);
        return ids.stream().filter(id -> !set.contains(id)).toList();
    }

    private static List<UUID> joined(List<UUID> ids, List<UUID> more) {
        var all = new ArrayList<>(ids);
        all.addAll(more);
        return all;
    }

    /** Replaces what a server shows. Error: {@code Conflict} where something of it is deleted in the same moment. */
    Mono<Void> write(UUID server, Chosen chosen) {
        return database.sql(FORGET_FEATURES)
                .bind("server", server)
                .then()
                .then(database.sql(FORGET_GATEWAYS).bind("server", server).then())
                .then(Batch.run(database, CHOOSE_FEATURE, rows(server, chosen.features())))
                .then(Batch.run(database, CHOOSE_GATEWAY, rows(server, chosen.gateways())))
                .onErrorMap(
                        DataIntegrityViolationException.class,
                        _ -> new Refusal(new Reason.Conflict(
                                "Something that is chosen was deleted meanwhile: read again what there is")));
    }

    private static List<Object[]> rows(UUID server, List<UUID> ids) {
        return ids.stream().map(id -> new Object[] {server, id}).toList();
    }
}
