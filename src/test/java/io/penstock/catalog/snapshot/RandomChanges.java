package io.penstock.catalog.snapshot;

import io.penstock.catalog.DriftPolicy;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Features;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.NameStyle;
import io.penstock.catalog.Server;
import io.penstock.catalog.Servers;
import io.penstock.catalog.Transport;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.Viewer;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.database.Stores;
import io.penstock.vault.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Changes of the catalog, one after the other, as users and upstreams make them. */
final class RandomChanges {

    static final List<String> NAMES =
            List.of("Alpha", "alpha-beta", "beta", "Gamma Ray", "gamma-ray-2", "delta", "desk", "Shop Floor");

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Viewer ADMIN = Stores.ADMIN;
    private static final int MOST = 5;

    private final Stores stores;
    private final Random random;
    private final List<String> done = new ArrayList<>();

    RandomChanges(Stores stores, Random random) {
        this.stores = stores;
        this.random = random;
    }

    @Override
    public String toString() {
        return String.join("; ", done.subList(Math.max(0, done.size() - 12), done.size()));
    }

    /** One change; what is refused, as a name that is taken, changes nothing. */
    String next() {
        var gateways = all(stores.gateways().list(ADMIN, Stores.ALL, 100, null));
        var servers = all(stores.servers().list(ADMIN, Stores.ALL, 100, null));
        String what = gateways.size() < 2 || (random.nextInt(8) == 0 && gateways.size() < MOST)
                ? tried("create gateway", stores.gateways().create(gateway(), owner()))
                : random.nextInt(3) == 0 ? ofServers(servers) : ofGateway(pick(gateways));
        done.add(what);
        return what;
    }

    private String ofGateway(Gateway one) {
        var gateways = stores.gateways();
        return switch (random.nextInt(10)) {
            case 0 -> tried("update gateway", gateways.update(one.id(), gateway(), one.version()));
            case 1 -> tried("switch gateway", gateways.enable(one.id(), !one.enabled(), one.version()));
            case 2 -> tried("delete gateway", gateways.delete(one.id(), one.version(), Mono.empty()));
            case 3 ->
                tried(
                        "check gateway",
                        gateways.checked(
                                one,
                                condition(),
                                pick(List.of(Gateways.Heard.NOTHING, Gateways.Heard.ANSWER, Gateways.Heard.offers(1))),
                                Duration.ofHours(1)));
            case 4, 5, 6 -> tried("discover", discovered(one));
            default -> ofFeature();
        };
    }

    private String ofFeature() {
        var kind = pick(List.of(Feature.Kind.values()));
        var features = all(stores.features().list(kind, ADMIN, Stores.ALL, 100, null));
        if (features.isEmpty()) {
            return "nothing to change of " + kind;
        }
        var one = pick(features);
        return switch (random.nextInt(3)) {
            case 0 ->
                tried(
                        "switch " + kind,
                        stores.features().update(kind, one.id(), !one.enabled(), List.of(), one.version()));
            case 1 -> tried("approve " + kind, stores.features().approve(kind, one.id(), one.version()));
            default -> tried("delete " + kind, stores.features().delete(kind, one.id(), one.version()));
        };
    }

    private String ofServers(List<Server> all) {
        var servers = stores.servers();
        if (all.size() < 2) {
            return tried("create server", servers.create(server(), ADMIN));
        }
        var one = pick(all);
        return switch (random.nextInt(6)) {
            case 0 -> tried("delete server", servers.delete(one.id(), one.version()));
            case 1 -> tried("switch server", servers.enable(one.id(), !one.enabled(), one.version()));
            default -> tried("update server", servers.update(one.id(), server(), ADMIN, one.version()));
        };
    }

    private static String tried(String what, Mono<?> change) {
        try {
            var _ = change.blockOptional(PATIENCE);
            return what;
        } catch (io.penstock.wire.Refusal refused) {
            return what + " (refused)";
        }
    }

    private static <T> List<T> all(Flux<T> rows) {
        return rows.collectList().block(PATIENCE);
    }

    private <T> T pick(List<T> some) {
        return some.get(random.nextInt(some.size()));
    }

    private <T> List<UUID> some(List<T> all, Function<T, UUID> id) {
        return all.stream().filter(_ -> random.nextInt(3) == 0).map(id).toList();
    }

    private String owner() {
        return pick(List.of("ann@example.com", "bob@example.com"));
    }

    private Gateways.Draft gateway() {
        var visibility = pick(List.of(Visibility.values()));
        return new Gateways.Draft(
                pick(NAMES),
                URI.create("http://upstream.example:9000/mcp"),
                pick(List.of("one", "two")),
                Transport.AUTO,
                random.nextBoolean()
                        ? new UpstreamAuth.None()
                        : new UpstreamAuth.Bearer(new Secret("s" + random.nextInt(3))),
                visibility,
                visibility == Visibility.TEAM ? "team-alpha" : null,
                List.of(),
                List.of(),
                null,
                pick(List.of(DriftPolicy.values())),
                random.nextBoolean(),
                null);
    }

    private Gateway.Condition condition() {
        return new Gateway.Condition(
                random.nextBoolean(),
                random.nextInt(2),
                null,
                "2025-11-25",
                "streamable_http",
                pick(List.of("{}", "{\"resources\":{}}")),
                null);
    }

    /** Some of five names, each with one of two definitions. */
    private Mono<Features.Outcome> discovered(Gateway gateway) {
        var kind = pick(List.of(Feature.Kind.values()));
        var found = new ArrayList<Features.Discovered>();
        for (int i = 0; i < 5; i++) {
            if (random.nextInt(3) > 0) {
                String name = kind == Feature.Kind.RESOURCE_TEMPLATE ? "file:///" + i + "/{x}" : "file:///" + i + "/a";
                found.add(new Features.Discovered(
                        name, "{\"name\":\"n" + i + "\",\"title\":\"" + random.nextInt(2) + "\"}"));
            }
        }
        return stores.features().replace(gateway, kind, found, 0);
    }

    private Servers.Draft server() {
        var tools = all(stores.features().list(Feature.Kind.TOOL, ADMIN, Stores.ALL, 100, null));
        var resources = all(stores.features().list(Feature.Kind.RESOURCE, ADMIN, Stores.ALL, 100, null));
        var prompts = all(stores.features().list(Feature.Kind.PROMPT, ADMIN, Stores.ALL, 100, null));
        var gateways = all(stores.gateways().list(ADMIN, Stores.ALL, 100, null));
        return server(
                pick(NAMES),
                pick(List.of(NameStyle.values())),
                new Server.Chosen(
                        some(tools, Feature::id),
                        some(resources, Feature::id),
                        some(prompts, Feature::id),
                        some(gateways, Gateway::id)));
    }

    static Servers.Draft server(String name, NameStyle style, Server.Chosen chosen) {
        return new Servers.Draft(name, null, Visibility.PUBLIC, null, List.of(), style, chosen);
    }
}
