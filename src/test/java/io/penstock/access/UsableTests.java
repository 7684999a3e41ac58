package io.penstock.access;

import static io.penstock.catalog.Feature.Kind.PROMPT;
import static io.penstock.catalog.Feature.Kind.RESOURCE;
import static io.penstock.catalog.Feature.Kind.TOOL;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.penstock.caller.Caller;
import io.penstock.caller.Grants;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.NameStyle;
import io.penstock.catalog.Server;
import io.penstock.catalog.Server.Chosen;
import io.penstock.catalog.Viewer;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Showing;
import io.penstock.catalog.snapshot.Snapshot;
import io.penstock.catalog.snapshot.Snapshots;
import io.penstock.wire.Arrival;
import io.penstock.wire.Arrival.Target;
import io.penstock.wire.Envelope;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal;
import io.penstock.wire.Request;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is kept of virtual servers for one caller is never what another gets who may not see it. */
class UsableTests {

    private static final int LOOKS = 8000;

    private final Gateway open = Snapshots.gateway("open", Visibility.PUBLIC, null, true);
    private final Gateway team = Snapshots.gateway("team", Visibility.TEAM, "team-alpha", true);
    private final Gateway anns = Snapshots.owned("anns", "ann@example.com");
    private final Gateway bobs = Snapshots.owned("bobs", "bob@example.com");
    private final Chosen all =
            new Chosen(List.of(), List.of(), List.of(), List.of(open.id(), team.id(), anns.id(), bobs.id()));
    private final Server desk = Snapshots.server("desk", Visibility.PUBLIC, NameStyle.PREFIXED, all);
    private final Server twin = Snapshots.server("twin", Visibility.PUBLIC, NameStyle.PREFIXED, all);
    private final Server shared = Snapshots.server("shared", Visibility.TEAM, NameStyle.PREFIXED, all);

    private final Snapshot kept = snapshot();

    private Snapshot snapshot() {
        List<Feature> features = new ArrayList<>();
        for (var gateway : List.of(open, team, anns, bobs)) {
            features.add(Snapshots.feature(gateway, TOOL, "one"));
            features.add(Snapshots.feature(gateway, TOOL, "two"));
            features.add(Snapshots.feature(gateway, PROMPT, "ask"));
            features.add(Snapshots.feature(gateway, RESOURCE, "file:///" + gateway.slug()));
        }
        return Snapshots.of(List.of(open, team, anns, bobs), List.of(desk, twin, shared), features);
    }

    /** Callers who differ from others in one thing only, for everything that there is. */
    private List<Caller> callers() {
        List<Caller> callers = new ArrayList<>();
        var scopes = new ArrayList<@Nullable Set<String>>();
        scopes.add(null);
        scopes.addAll(List.of(
                Set.of(),
                Set.of("tools.read"),
                Set.of("tools.read", "resources.read"),
                Set.of("tools.read", "resources.read", "prompts.read"),
                Set.of("mcp:registry:admin"),
                Set.of("mcp:server:open:read"),
                Set.of("mcp:server:desk:read"),
                Set.of("mcp:server:twin:execute"),
                Set.of("mcp:server:open:tool:one:execute"),
                Set.of("mcp:server:desk:tool:open-two:execute")));
        var bounds = new ArrayList<@Nullable UUID>();
        bounds.add(null);
        bounds.addAll(List.of(desk.id(), twin.id(), open.id()));
        for (var user : List.of("ann@example.com", "bob@example.com", "eve@example.com")) {
            for (boolean admin : List.of(false, true)) {
                for (Set<String> teams : List.of(Set.<String>of(), Set.of("team-alpha"))) {
                    for (boolean granted : List.of(false, true)) {
                        for (var bound : bounds) {
                            for (var scope : scopes) {
                                for (var grants : grants()) {
                                    callers.add(new Caller(
                                            user,
                                            Caller.Source.JWT,
                                            admin,
                                            teams,
                                            scope,
                                            granted,
                                            grants,
                                            bound,
                                            "digest",
                                            Instant.MAX));
                                }
                            }
                        }
                    }
                }
            }
        }
        return callers;
    }

    private static List<Grants> grants() {
        return List.of(
                Grants.NONE,
                new Grants(Set.of("tools.read"), Map.of(), null),
                new Grants(Set.of(), Map.of("team-alpha", Set.of("tools.read")), null),
                new Grants(Set.of(), Map.of("team-beta", Set.of("tools.read")), null),
                Grants.ofGroups(Set.of()),
                Grants.ofGroups(Set.of("mcp-user")),
                Grants.ofGroups(Set.of("mcp-server-team")));
    }

    private List<Target> targets() {
        return List.of(
                new Target.ServerTarget(desk.id()),
                new Target.ServerTarget(twin.id()),
                new Target.NamedTarget("shared"),
                new Target.AllTarget());
    }

    private static @Nullable Showing shown(Caller caller, Target target, Snapshot snapshot) {
        var viewer = new Viewer(
                caller.admin(), caller.user(), caller.teams(), caller.bound() == null ? null : Set.of(caller.bound()));
        var found = Destination.find(target, snapshot, viewer);
        if (found == null) {
            return null;
        }
        var request = new Request(
                "POST", "/", EmptyHttpHeaders.INSTANCE, InetSocketAddress.createUnresolved("client", 1), "c");
        var list = new Envelope(Envelope.Kind.REQUEST, "1", "tools/list", null, null, null);
        var arrival = new Arrival(request, target, Era.SESSIONS, list, null, new byte[0]);
        try {
            var permit = Decision.permit(caller, arrival, found, snapshot).block();
            return permit == null ? null : ((Route.Many) permit.route()).showing();
        } catch (Refusal refused) {
            return null;
        }
    }

    /** What a showing tells, whichever edition it is. */
    private static Map<String, Object> told(@Nullable Showing showing) {
        Map<String, Object> told = new TreeMap<>();
        if (showing != null) {
            showing.features().forEach((kind, shown) -> told.put(kind.name(), List.copyOf(shown.values())));
            told.put("gateways", showing.gateways());
            told.put("rest", String.valueOf(showing.rest()));
            told.put("hidden", showing.hidden());
        }
        return told;
    }

    @Test
    void nobodyGetsWhatWasMadeForSomebodyWhoMaySeeMoreOrLess() {
        record Look(Caller caller, Target target) {}
        List<Look> looks = new ArrayList<>();
        for (var caller : callers()) {
            for (var target : targets()) {
                looks.add(new Look(caller, target));
            }
        }
        Collections.shuffle(looks, new Random(1));
        var contents = new HashMap<Long, Map<String, Object>>();

        for (var look : looks.subList(0, LOOKS)) {
            var first = shown(look.caller(), look.target(), kept);
            var expected = told(shown(look.caller(), look.target(), snapshot()));

            assertThat(told(first)).as(look.toString()).isEqualTo(expected);
            if (first != null) {
                assertThat(contents.computeIfAbsent(first.edition(), _ -> expected))
                        .as("an edition shows one thing")
                        .isEqualTo(expected);
                assertThat(shown(look.caller(), look.target(), kept))
                        .as("and is made once")
                        .isSameAs(first);
            }
        }
        assertThat(contents).hasSizeGreaterThan(20);
    }

    @Test
    void whatChangesShowsWithTheNextSnapshot() {
        var reader = new Caller(
                "eve@example.com",
                Caller.Source.JWT,
                false,
                Set.of(),
                Set.of("mcp:server:open:read"),
                "digest",
                Instant.MAX);
        var before = shown(reader, new Target.AllTarget(), kept);
        var after = shown(
                reader,
                new Target.AllTarget(),
                Snapshots.of(List.of(open), List.of(), List.of(Snapshots.feature(open, TOOL, "two"))));

        assertThat(before.features().get(TOOL)).containsOnlyKeys("open-one", "open-two");
        assertThat(after.features().get(TOOL)).containsOnlyKeys("open-two");
        assertThat(after.edition()).isNotEqualTo(before.edition());
    }

    @Test
    void aRightThatIsTakenShowsAtOnce() {
        var narrow = Set.of("mcp:server:open:tool:one:execute");
        var wide = Set.of("mcp:server:open:read");
        var eve = "eve@example.com";

        for (var scopes : List.of(wide, narrow, wide, narrow)) {
            var caller = new Caller(eve, Caller.Source.JWT, false, Set.of(), scopes, "digest", Instant.MAX);
            assertThat(shown(caller, new Target.AllTarget(), kept).features().get(TOOL))
                    .hasSize(scopes.equals(wide) ? 2 : 1);
        }
    }
}
