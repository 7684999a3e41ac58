package io.penstock.catalog.snapshot;

import io.penstock.catalog.Feature;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Server;
import io.penstock.catalog.Viewer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All that a snapshot tells, as text: times of checks apart, which are not announced. */
final class Told {

    private static final List<Viewer> VIEWERS = List.of(
            new Viewer(true, "root@example.com", Set.of()),
            new Viewer(false, "ann@example.com", Set.of()),
            new Viewer(false, "eve@example.com", Set.of("team-alpha")),
            new Viewer(false, "eve@example.com", Set.of()));

    private Told() {}

    static Map<String, Object> of(Snapshot snapshot) {
        var told = new TreeMap<String, Object>();
        for (Gateway gateway : snapshot.gateways()) {
            told.put("gateway " + gateway.id(), timeless(gateway));
            told.put("gateway called " + gateway.name(), id(snapshot.gateway(gateway.name())));
            told.put("gateway called " + gateway.slug(), id(snapshot.gateway(gateway.slug())));
            for (var kind : Feature.Kind.values()) {
                offered(told, snapshot, gateway.id(), kind);
            }
        }
        for (Server server : snapshot.servers()) {
            told.put("server " + server.id(), server);
            told.put("server called " + server.name(), snapshot.server(server.name()));
            for (var viewer : VIEWERS) {
                told.put("shown by " + server.id() + " to " + viewer, shown(snapshot.showing(server.id(), viewer)));
                told.put("in " + server.id() + " for " + viewer, shown(snapshot.contents(server.id(), viewer)));
            }
        }
        VIEWERS.forEach(viewer -> told.put("all for " + viewer, shown(snapshot.all(viewer))));
        RandomChanges.NAMES.stream().filter(snapshot::hasNamed).forEach(name -> told.put("has " + name, true));
        return told;
    }

    private static UUID id(Gateway gateway) {
        return gateway == null ? null : gateway.id();
    }

    private static Gateway timeless(Gateway gateway) {
        return gateway.with(new Gateway.Status(gateway.status().condition(), null, null, null));
    }

    private static void offered(Map<String, Object> told, Snapshot snapshot, UUID gateway, Feature.Kind kind) {
        var of = kind + " of " + gateway;
        told.put("offered " + of, snapshot.offered(gateway, kind));
        told.put("barred " + of, snapshot.barred(gateway, kind));
        for (String name : snapshot.offered(gateway, kind)) {
            told.put("tool " + name + " " + of, String.valueOf(snapshot.tool(gateway, name)));
            told.put("why " + name + " " + of, String.valueOf(snapshot.barred(gateway, kind, name)));
        }
    }

    private static String shown(Showing showing) {
        if (showing == null) {
            return "nothing";
        }
        var features = showing.features().entrySet().stream()
                .flatMap(entry -> entry.getValue().values().stream()
                        .map(one -> entry.getKey() + " " + one.name() + " " + one.originalName() + " "
                                + timeless(one.gateway()) + " " + one.definition()));
        var hidden = showing.hidden().stream()
                .map(one -> one.kind() + " " + one.name() + " " + one.why() + " " + id(one.gateway()) + " "
                        + id(one.shown()));
        var gateways =
                showing.gateways().stream().map(gateway -> timeless(gateway).toString());
        return Stream.of(Stream.of(showing.name(), String.valueOf(id(showing.rest()))), gateways, features, hidden)
                .flatMap(all -> all)
                .map(text -> text.replaceAll("sealed=\\[B@[0-9a-f]+", "sealed"))
                .collect(Collectors.joining("\n"));
    }
}
