package io.penstock.catalog.snapshot;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.Server;
import io.penstock.catalog.database.Columns;
import io.penstock.catalog.database.GatewayRow;
import io.penstock.catalog.database.ServerChoices;
import io.penstock.catalog.database.ServerChoices.Choices;
import io.penstock.catalog.database.ServerRow;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Reads the snapshot from the database, definitions only where they are not known from the snapshot before. */
@Component
final class R2dbcSnapshotReader implements SnapshotReader {

    private static final String GATEWAYS = "SELECT " + GatewayRow.COLUMNS + " FROM gateways g";

    private static final String SERVERS = "SELECT " + ServerRow.COLUMNS + " FROM servers s";

    private static final String GATEWAYS_NAMED = "SELECT g.id FROM gateways g WHERE g.slug = ANY(:slugs)";

    private static final String SERVERS_NAMED = "SELECT s.id FROM servers s WHERE s.slug = ANY(:slugs)";

    private final DatabaseClient database;
    private final ServerChoices choices;
    private final OfferedRows offered;

    R2dbcSnapshotReader(DatabaseClient database, ServerChoices choices) {
        this.database = database;
        this.choices = choices;
        this.offered = new OfferedRows(database);
    }

    /** What was read of some or all of it; features by their gateways' ids. */
    private record Rows(
            List<Gateway> gateways,
            Map<UUID, Map<UUID, Offered>> features,
            List<Server> servers,
            Map<UUID, Choices> choices) {}

    /** Virtual servers first, then what is chosen for them, then all that they show: others may register more between any two of the queries. */
    @Override
    public Mono<Snapshot> read(Snapshot before) {
        return database.sql(SERVERS)
                .map(ServerRow::server)
                .all()
                .collectList()
                .flatMap(servers -> choices.all().flatMap(chosen -> rows(before, servers, chosen)))
                .publishOn(Schedulers.parallel())
                .map(rows -> whole(before, rows));
    }

    private Mono<Rows> rows(Snapshot before, List<Server> servers, Map<UUID, Choices> chosen) {
        return Mono.zip(
                database.sql(GATEWAYS).map(GatewayRow::gateway).all().collectList(),
                offered.all(before),
                (gateways, features) -> new Rows(gateways, features, servers, chosen));
    }

    private static Snapshot whole(Snapshot before, Rows rows) {
        var next = new Succession(before);
        var gateways = new HashSet<UUID>();
        for (Gateway gateway : rows.gateways()) {
            gateways.add(gateway.id());
            next.put(gateway, rows.features().getOrDefault(gateway.id(), Map.of()));
        }
        var servers = new HashSet<UUID>();
        for (Server server : ServerRow.with(rows.servers(), rows.choices())) {
            servers.add(server.id());
            next.put(assortment(server, rows.choices()));
        }
        before.gateways().stream()
                .map(Gateway::id)
                .filter(id -> !gateways.contains(id))
                .forEach(next::removeGateway);
        before.servers().stream()
                .map(Server::id)
                .filter(id -> !servers.contains(id))
                .forEach(next::removeServer);
        return next.next();
    }

    private static Assortment assortment(Server server, Map<UUID, Choices> choices) {
        return Assortment.of(server, ServerChoices.of(server.id(), choices).homes());
    }

    @Override
    public Mono<Snapshot> read(Snapshot before, Wanted wanted) {
        return found(wanted).flatMap(ids -> some(before, ids));
    }

    /** With what is asked for, by ids that it may have, among what is to be read. */
    private Mono<Wanted> found(Wanted wanted) {
        return Mono.zip(
                named(GATEWAYS_NAMED, wanted.slugs()), named(SERVERS_NAMED, wanted.slugs()), (gateways, servers) -> {
                    var asked = joined(wanted.ids(), gateways);
                    return new Wanted(
                            joined(wanted.gateways(), asked),
                            joined(wanted.stocked(), asked),
                            joined(wanted.servers(), joined(wanted.ids(), servers)),
                            Set.of(),
                            Set.of());
                });
    }

    private Mono<List<UUID>> named(String sql, Set<String> slugs) {
        if (slugs.isEmpty()) {
            return Mono.just(List.of());
        }
        return database.sql(sql)
                .bind("slugs", slugs.toArray(String[]::new))
                .map(row -> Columns.get(row, "id", UUID.class))
                .all()
                .collectList();
    }

    private static Set<UUID> joined(Set<UUID> some, Collection<UUID> others) {
        var all = new HashSet<>(some);
        all.addAll(others);
        return all;
    }

    /** Virtual servers first: what is chosen for one and not known here is read along with it, so that it shows what it should at once. */
    private Mono<Snapshot> some(Snapshot before, Wanted wanted) {
        return servers(wanted.servers()).zipWith(choices(wanted.servers())).flatMap(read -> {
            var behind = unknown(before, read.getT2());
            var gateways = joined(wanted.gateways(), behind);
            var stocked = joined(wanted.stocked(), behind);
            gateways.stream().filter(id -> before.stocks().get(id) == null).forEach(stocked::add);
            return Mono.zip(
                    gateways(gateways),
                    offered.of(before, stocked),
                    (rows, features) -> part(
                            before,
                            new Wanted(gateways, stocked, wanted.servers(), Set.of(), Set.of()),
                            new Rows(rows, features, read.getT1(), read.getT2())));
        });
    }

    /**
     * The gateways of what is chosen and not in the snapshot. Of a virtual server that is not in it either, all of them: what was found at a
     * gateway just before may be announced after somebody asks for the server.
     */
    private static Set<UUID> unknown(Snapshot before, Map<UUID, Choices> choices) {
        var unknown = new HashSet<UUID>();
        choices.forEach((server, chosen) -> {
            if (before.server(server) == null) {
                unknown.addAll(chosen.chosen().gateways());
                unknown.addAll(chosen.homes().values());
            }
            for (UUID gateway : chosen.chosen().gateways()) {
                if (before.stocks().get(gateway) == null) {
                    unknown.add(gateway);
                }
            }
            chosen.homes().forEach((feature, gateway) -> {
                var stock = before.stocks().get(gateway);
                if (stock == null || !stock.features().containsKey(feature)) {
                    unknown.add(gateway);
                }
            });
        });
        return unknown;
    }

    private static Snapshot part(Snapshot before, Wanted wanted, Rows rows) {
        var next = new Succession(before);
        var gone = new HashSet<>(wanted.gateways());
        for (Gateway gateway : rows.gateways()) {
            gone.remove(gateway.id());
            var known = before.stocks().get(gateway.id());
            next.put(
                    gateway,
                    known != null && !wanted.stocked().contains(gateway.id())
                            ? known.features()
                            : rows.features().getOrDefault(gateway.id(), Map.of()));
        }
        var closed = new HashSet<>(wanted.servers());
        for (Server server : ServerRow.with(rows.servers(), rows.choices())) {
            closed.remove(server.id());
            next.put(assortment(server, rows.choices()));
        }
        gone.forEach(next::removeGateway);
        closed.forEach(next::removeServer);
        return next.next();
    }

    private Mono<List<Gateway>> gateways(Set<UUID> ids) {
        return ids.isEmpty()
                ? Mono.just(List.of())
                : database.sql(GATEWAYS + " WHERE g.id = ANY(:ids)")
                        .bind("ids", ids.toArray(UUID[]::new))
                        .map(GatewayRow::gateway)
                        .all()
                        .collectList();
    }

    private Mono<List<Server>> servers(Set<UUID> ids) {
        return ids.isEmpty()
                ? Mono.just(List.of())
                : database.sql(SERVERS + " WHERE s.id = ANY(:ids)")
                        .bind("ids", ids.toArray(UUID[]::new))
                        .map(ServerRow::server)
                        .all()
                        .collectList();
    }

    private Mono<Map<UUID, Choices>> choices(Set<UUID> ids) {
        return ids.isEmpty() ? Mono.just(Map.of()) : choices.of(ids);
    }
}
