package io.penstock.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.penstock.account.BuiltIn;
import io.penstock.caller.Caller;
import io.penstock.caller.Grants;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.NameStyle;
import io.penstock.catalog.Server;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Catalog;
import io.penstock.catalog.snapshot.Snapshot;
import io.penstock.catalog.snapshot.Snapshots;
import io.penstock.wire.Arrival;
import io.penstock.wire.Arrival.Target;
import io.penstock.wire.Envelope;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal;
import io.penstock.wire.Request;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Who may do what to what: the gate asked about each, and the table of its answers as it stands in the documentation. */
class PermissionMatrixTests {

    private static final Path PAGE = Path.of("src/docs/permissions.md");
    private static final String BEGIN = "<!-- the gate's answers, written by PermissionMatrixTests -->\n";
    private static final String END = "<!-- end of the gate's answers -->";
    private static final String WRITE = "docs.write";

    private static final String USER = "user@example.com";

    private static final Map<String, Gateway> GATEWAYS = gateways();
    private static final Map<String, Server> SERVERS = servers();
    private static final Snapshot SNAPSHOT = snapshot();
    private static final VirtualTimeScheduler CLOCK = VirtualTimeScheduler.create();
    private static final Gate GATE = new RuledGate(new Fixed(), CLOCK);

    private static Map<String, Gateway> gateways() {
        var gateways = new LinkedHashMap<String, Gateway>();
        gateways.put("public", Snapshots.gateway("public", Visibility.PUBLIC, null, true));
        gateways.put("team", Snapshots.gateway("ours", Visibility.TEAM, "team-alpha", true));
        gateways.put("other team", Snapshots.gateway("theirs", Visibility.TEAM, "team-beta", true));
        gateways.put("private", Snapshots.gateway("private", Visibility.PRIVATE, null, true));
        gateways.put("own", Snapshots.owned("own", USER));
        return gateways;
    }

    private static Map<String, Server> servers() {
        var servers = new LinkedHashMap<String, Server>();
        GATEWAYS.forEach((name, gateway) -> servers.put(
                name,
                Snapshots.server(
                        "over " + name,
                        Visibility.PUBLIC,
                        NameStyle.ORIGINAL,
                        new Server.Chosen(List.of(), List.of(), List.of(), List.of(gateway.id())))));
        return servers;
    }

    private static Snapshot snapshot() {
        var features = GATEWAYS.values().stream()
                .flatMap(gateway -> Stream.of(
                        Snapshots.feature(gateway, Feature.Kind.TOOL, "echo"),
                        Snapshots.feature(gateway, Feature.Kind.TOOL, "drop"),
                        Snapshots.feature(gateway, Feature.Kind.RESOURCE, "file:///" + gateway.name())))
                .toList();
        return Snapshots.of(List.copyOf(GATEWAYS.values()), List.copyOf(SERVERS.values()), features);
    }

    private record Who(String name, Caller caller) {}

    private static List<Who> everybody() {
        var viewing = new Grants(null, Map.of(), null);
        return List.of(
                new Who("`platform_admin`", caller(true, null, false, viewing)),
                new Who("`developer`", caller(false, null, false, role(BuiltIn.DEVELOPER))),
                new Who("`viewer`, or no role", caller(false, null, false, viewing)),
                new Who("`team_admin` in the team", caller(false, null, false, inTeam(BuiltIn.TEAM_ADMIN))),
                new Who("`developer` in the team", caller(false, null, false, inTeam(BuiltIn.DEVELOPER))),
                new Who("group `mcp-admin`", caller(false, null, false, Grants.ofGroups(Set.of("mcp-admin")))),
                new Who("group `mcp-user`", caller(false, null, false, Grants.ofGroups(Set.of("mcp-user")))),
                new Who(
                        "group `mcp-server-public`",
                        caller(false, null, false, Grants.ofGroups(Set.of("mcp-server-public")))),
                new Who(
                        "group `mcp-server-public-admin`",
                        caller(false, null, false, Grants.ofGroups(Set.of("mcp-server-public-admin")))),
                new Who(
                        "group `mcp-server-public-toggle`",
                        caller(false, null, false, Grants.ofGroups(Set.of("mcp-server-public-toggle")))),
                new Who(
                        "group `mcp-server-public-tool-echo`",
                        caller(false, null, false, Grants.ofGroups(Set.of("mcp-server-public-tool-echo")))),
                new Who("other groups", caller(false, null, false, Grants.ofGroups(Set.of("accounting")))),
                new Who(
                        "administrator with the scope `tools.execute`",
                        caller(true, Set.of("tools.execute"), false, viewing)),
                new Who(
                        "viewer with the scope `gateways.delete`, not granted",
                        caller(false, Set.of("gateways.delete"), false, viewing)),
                new Who(
                        "the same, granted by the operator's key",
                        caller(false, Set.of("gateways.delete"), true, viewing)),
                new Who("API token of a `platform_admin`", token(true, null, null, viewing)),
                new Who(
                        "API token of a `developer` with `tools.read`",
                        token(false, Set.of("tools.read"), null, role(BuiltIn.DEVELOPER))),
                new Who(
                        "API token of a viewer with `gateways.delete`",
                        token(false, Set.of("gateways.delete"), null, viewing)),
                new Who(
                        "API token of a viewer with `mcp:server:public:tool:echo:execute`",
                        token(false, Set.of("mcp:server:public:tool:echo:execute"), null, viewing)),
                new Who(
                        "API token of a `platform_admin` for the public gateway alone",
                        token(true, null, GATEWAYS.get("public").id(), viewing)),
                new Who(
                        "API token of somebody in other groups",
                        token(false, null, null, Grants.ofGroups(Set.of("accounting")))));
    }

    private static Caller token(boolean admin, Set<String> scopes, UUID bound, Grants grants) {
        return new Caller(
                USER,
                Caller.Source.API_TOKEN,
                admin,
                Set.of("team-alpha"),
                scopes,
                false,
                grants,
                bound,
                "d",
                Instant.MAX);
    }

    /** Whatever a token names, and whatever it is for: nothing is allowed with it that is not allowed without it. */
    @Test
    void anApiTokenNarrowsAndNeverWidens() {
        var all = Stream.of(Permission.values()).map(Permission::scope).toList();
        for (Who owner : everybody()) {
            if (owner.caller().scopes() != null) {
                continue;
            }
            for (String scope : all) {
                var caller = owner.caller();
                var token = token(caller.admin(), Set.of(scope), caller.bound(), caller.grants());
                for (Deed deed : deeds()) {
                    for (String what : GATEWAYS.keySet()) {
                        assertThat(!deed.may().test(token, what) || deed.may().test(caller, what))
                                .as("%s with %s: %s, %s", owner.name(), scope, deed.name(), what)
                                .isTrue();
                    }
                }
            }
        }
    }

    private static Grants role(BuiltIn role) {
        return new Grants(role.scopes(), Map.of(), null);
    }

    private static Grants inTeam(BuiltIn role) {
        return new Grants(null, Map.of("team-alpha", role.scopes()), null);
    }

    private static Caller caller(boolean admin, Set<String> scopes, boolean granted, Grants grants) {
        return new Caller(
                USER, Caller.Source.JWT, admin, Set.of("team-alpha"), scopes, granted, grants, null, "d", Instant.MAX);
    }

    private record Deed(String name, BiPredicate<Caller, String> may) {}

    private static List<Deed> deeds() {
        return List.of(
                new Deed("see it", (caller, what) -> listed(caller, Permission.GATEWAYS_READ, what)),
                new Deed("call `echo`", (caller, what) -> calls(caller, what, "tools/call", "echo")),
                new Deed("call `drop`", (caller, what) -> calls(caller, what, "tools/call", "drop")),
                new Deed("list tools", (caller, what) -> calls(caller, what, "tools/list", null)),
                new Deed("read a resource", (caller, what) -> calls(caller, what, "resources/read", "file:///x")),
                new Deed("toggle", (caller, what) -> changes(caller, Permission.GATEWAYS_TOGGLE, what)),
                new Deed("change", (caller, what) -> changes(caller, Permission.GATEWAYS_UPDATE, what)),
                new Deed("delete", (caller, what) -> changes(caller, Permission.GATEWAYS_DELETE, what)));
    }

    private static boolean listed(Caller caller, Permission permission, String what) {
        return allowed(GATE.require(caller, permission))
                && GATE.viewer(caller, permission).sees(gateway(what));
    }

    private static boolean changes(Caller caller, Permission permission, String what) {
        try {
            GATE.demand(caller, permission, gateway(what));
            return GATE.sees(caller, gateway(what)) && allowed(GATE.require(caller, permission));
        } catch (Refusal refused) {
            return false;
        }
    }

    private static boolean calls(Caller caller, String what, String method, String name) {
        return permitted(caller, new Target.GatewayTarget(gateway(what).id()), method, name);
    }

    private static boolean permitted(Caller caller, Target target, String method, String name) {
        var request = new Request(
                "POST", "/", EmptyHttpHeaders.INSTANCE, InetSocketAddress.createUnresolved("client", 1), "c");
        var envelope = new Envelope(Envelope.Kind.REQUEST, "1", method, name, null, null);
        CLOCK.advanceTimeBy(Duration.ofSeconds(2)); // what is not found is looked for once a second
        return allowed(GATE.permit(caller, new Arrival(request, target, Era.SESSIONS, envelope, null, new byte[0])));
    }

    private static boolean allowed(Mono<?> decision) {
        return Boolean.TRUE.equals(
                decision.hasElement().onErrorReturn(Refusal.class, false).block());
    }

    private static Gateway gateway(String what) {
        return java.util.Objects.requireNonNull(GATEWAYS.get(what));
    }

    static Stream<String> whats() {
        return GATEWAYS.keySet().stream();
    }

    /** A virtual server is no way around. */
    @ParameterizedTest
    @MethodSource("whats")
    void aCallThroughAVirtualServerIsAllowedWhereTheGatewaysOwnIs(String what) {
        var server = new Target.ServerTarget(
                java.util.Objects.requireNonNull(SERVERS.get(what)).id());

        for (Who who : everybody()) {
            if (who.caller().bound() != null) {
                continue; // what is for the gateway alone is not for a server over it
            }
            for (String tool : List.of("echo", "drop")) {
                assertThat(permitted(who.caller(), server, "tools/call", tool))
                        .as(who.name() + " calls " + tool)
                        .isEqualTo(calls(who.caller(), what, "tools/call", tool));
            }
        }
    }

    @Test
    void thePageHoldsTheGatesAnswers() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        String current = page.substring(0, begin) + table() + page.substring(page.indexOf(END));
        if (Boolean.getBoolean(WRITE)) {
            Files.writeString(PAGE, current);
        }

        assertThat(PAGE)
                .as("mvn test -Dtest=PermissionMatrixTests -D%s=true writes it anew", WRITE)
                .content()
                .isEqualTo(current);
    }

    private static String table() {
        var lines = new ArrayList<String>();
        lines.add(row("", Deed::name));
        lines.add(row("---", _ -> "---"));
        for (Who who : everybody()) {
            lines.add(row(
                    who.name(),
                    deed -> whats().filter(what -> deed.may().test(who.caller(), what))
                            .collect(Collectors.collectingAndThen(Collectors.toList(), PermissionMatrixTests::cell))));
        }
        return String.join("\n", lines) + "\n";
    }

    private static String cell(List<String> whats) {
        if (whats.isEmpty()) {
            return "nothing";
        }
        return whats.size() == GATEWAYS.size() ? "all" : String.join(", ", whats);
    }

    private static String row(String first, Function<Deed, String> cells) {
        return "| " + first + " | " + deeds().stream().map(cells).collect(Collectors.joining(" | ")) + " |";
    }

    private static final class Fixed implements Catalog {

        @Override
        public Snapshot snapshot() {
            return SNAPSHOT;
        }

        @Override
        public Flux<Snapshot> snapshots() {
            return Flux.just(SNAPSHOT);
        }

        @Override
        public Mono<Snapshot> read() {
            return refresh();
        }

        @Override
        public Mono<Snapshot> refresh(java.util.Collection<String> names) {
            return refresh();
        }

        @Override
        public Mono<Snapshot> refresh() {
            return Mono.just(SNAPSHOT);
        }

        @Override
        public Mono<Void> ready() {
            return Mono.empty();
        }
    }
}
