package io.penstock.access;

import static io.penstock.catalog.Feature.Kind.PROMPT;
import static io.penstock.catalog.Feature.Kind.RESOURCE;
import static io.penstock.catalog.Feature.Kind.RESOURCE_TEMPLATE;
import static io.penstock.catalog.Feature.Kind.TOOL;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.penstock.caller.Caller;
import io.penstock.caller.Grants;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.NameStyle;
import io.penstock.catalog.Server;
import io.penstock.catalog.Server.Chosen;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Catalog;
import io.penstock.catalog.snapshot.Showing;
import io.penstock.catalog.snapshot.Snapshot;
import io.penstock.catalog.snapshot.Snapshots;
import io.penstock.wire.Arrival;
import io.penstock.wire.Arrival.Target;
import io.penstock.wire.Envelope;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Where the gate sends what comes to a virtual server. */
class VirtualGateTests {

    private final Gateway alpha = Snapshots.gateway("alpha", Visibility.PUBLIC, null, true);
    private final Gateway beta = Snapshots.gateway("beta", Visibility.PUBLIC, null, true);
    private final Gateway team = Snapshots.gateway("team", Visibility.TEAM, "team-alpha", true);
    private final List<Gateway> gateways = List.of(alpha, beta, team);

    private final List<Feature> features = List.of(
            Snapshots.feature(alpha, TOOL, "add"),
            Snapshots.feature(beta, TOOL, "echo"),
            Snapshots.off(Snapshots.feature(beta, TOOL, "drop")),
            Snapshots.feature(beta, PROMPT, "greet"),
            Snapshots.feature(alpha, RESOURCE, "file:///readme"),
            Snapshots.off(Snapshots.feature(beta, RESOURCE, "memo://closed")),
            Snapshots.feature(beta, RESOURCE_TEMPLATE, "memo://{id}"),
            Snapshots.feature(team, TOOL, "plan"));

    private final Chosen all = new Chosen(List.of(), List.of(), List.of(), List.of(alpha.id(), beta.id(), team.id()));
    private final Server desk = Snapshots.server("My Desk", Visibility.PUBLIC, NameStyle.PREFIXED, all);
    private final Server plain = Snapshots.server("plain", Visibility.PUBLIC, NameStyle.ORIGINAL, all);
    private final Server hers = Snapshots.server("hers", Visibility.PRIVATE, NameStyle.PREFIXED, all);
    private final Server closed = Snapshots.off(Snapshots.server("closed", Visibility.PUBLIC, NameStyle.PREFIXED, all));
    private final Server shadow = Snapshots.server("alpha", Visibility.PRIVATE, NameStyle.PREFIXED, all);

    private final VirtualTimeScheduler clock = VirtualTimeScheduler.create();
    private final AtomicInteger readings = new AtomicInteger();
    private Snapshot memory = Snapshots.of(gateways, List.of(desk, plain, hers, closed, shadow), features);
    private Snapshot database = memory;
    private final RuledGate gate = new RuledGate(new Memory(), clock);

    private final Caller viewer = caller("viewer@example.com", Set.of(), null);
    private final Caller member = caller("member@example.com", Set.of("team-alpha"), null);
    private final Caller owner = caller("owner@example.com", Set.of(), null);

    @ParameterizedTest
    @CsvSource({
        "tools/call, alpha-add, alpha, add",
        "tools/call, beta-echo, beta, echo",
        "prompts/get, beta-greet, beta, greet",
        "resources/read, file:///readme, alpha,",
        "resources/subscribe, file:///readme, alpha,",
        "resources/unsubscribe, memo://7, beta,",
        "resources/read, memo://7, beta,",
        "completion/complete, beta-greet, beta, greet",
        "completion/complete, memo://{id}, beta,",
        "completion/complete, file:///readme, alpha,",
        "tasks/get, beta.t.1, beta, t.1",
        "tasks/cancel, alpha.7, alpha, 7"
    })
    void whatNamesAThingGoesToItsUpstreamUnderItsNameThere(
            String method, String name, String gateway, @Nullable String original) {
        var route = route(viewer, server(desk, method, name));

        assertThat(route).isEqualTo(Route.One.amongMany(gateway.equals("alpha") ? alpha : beta, original));
        assertThat(route(viewer, everything(method, name))).isEqualTo(route);
    }

    @Test
    void whoMayCallOneToolThatIsShownMayAskForTheTasksOfItsUpstream() {
        var scopes = Set.of("mcp:server:" + desk.slug() + ":tool:beta-echo:execute");
        var ofOne = new Caller("viewer@example.com", Caller.Source.JWT, false, Set.of(), scopes, "", Instant.MAX);

        assertThat(route(ofOne, server(desk, "tasks/get", "beta.t.1"))).isEqualTo(Route.One.amongMany(beta, "t.1"));
        refused(permit(ofOne, server(desk, "tasks/get", "alpha.t.1")), new Reason.Forbidden("tools.execute"));
        refused(permit(ofOne, server(plain, "tasks/get", "beta.t.1")), new Reason.Forbidden("tools.execute"));
    }

    @Test
    void originalNamesNeedNoOtherOne() {
        assertThat(route(viewer, server(plain, "tools/call", "echo"))).isEqualTo(Route.One.amongMany(beta, null));
        assertThat(route(viewer, server(plain, "prompts/get", "greet"))).isEqualTo(Route.One.amongMany(beta, null));
        refused(
                permit(viewer, server(plain, "tools/call", "beta-echo")),
                new Reason.BadParams("Unknown tool: beta-echo"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"resources/subscribe", "resources/unsubscribe"})
    void subscriptionsOfOlderRevisionsAreUnknownToTheStatelessOneWhateverTheyName(String method) {
        var older = server(desk, method, "file:///unknown");
        var stateless =
                new Arrival(older.request(), older.target(), Era.STATELESS, older.envelope(), null, older.body());

        refused(permit(viewer, stateless), new Reason.UnknownMethod(method));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tools/call | echo | Unknown tool: echo",
                "tools/call | beta-drop | Unknown tool: beta-drop",
                "tools/call | team-plan | Unknown tool: team-plan",
                "tools/call | beta-greet | Unknown tool: beta-greet",
                "prompts/get | alpha-add | Unknown prompt: alpha-add",
                "resources/read | http://else | Resource not found: http://else",
                "resources/read | memo://closed | Resource not found: memo://closed",
                "completion/complete | greet | Unknown prompt or resource template: greet",
                "tasks/get | t1 | Unknown task: t1",
                "tasks/get | gamma.t1 | Unknown task: gamma.t1",
                "tasks/get | team.t1 | Unknown task: team.t1",
                "tools/call | | params.name is missing or names nothing",
                "prompts/get | | params.name is missing or names nothing",
                "resources/read | | params.uri is missing or names nothing",
                "completion/complete | | params.ref is missing or names nothing",
                "tasks/result | | params.taskId is missing or names nothing"
            })
    void whatIsNotShownIsNotThere(String method, @Nullable String name, String detail) {
        boolean resource = method.equals("resources/read") && name != null;
        Reason reason = resource ? new Reason.NoSuchResource(String.valueOf(name)) : new Reason.BadParams(detail);

        refused(permit(viewer, server(desk, method, name)), reason);
        refused(permit(viewer, everything(method, name)), reason);
    }

    @Test
    void whatIsHeldSaysSo() {
        memory = Snapshots.held(beta, TOOL, "echo");

        refused(
                permit(viewer, everything("tools/call", "beta-echo")),
                new Reason.BadParams(
                        "The upstream changed this, and it is held here until somebody approves the change: beta-echo"));
        refused(
                permit(viewer, everything("prompts/get", "beta-echo")),
                new Reason.BadParams("Unknown prompt: beta-echo"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "initialize",
                "ping",
                "server/discover",
                "logging/setLevel",
                "subscriptions/listen",
                "tools/list",
                "prompts/list",
                "resources/list",
                "resources/templates/list",
                "tasks/list",
                "notifications/initialized",
                "notifications/cancelled"
            })
    void everythingElseGoesToAllThatTheCallerMayCall(String method) {
        var kind = method.startsWith("notifications/") ? Envelope.Kind.NOTIFICATION : Envelope.Kind.REQUEST;
        var envelope = new Envelope(kind, kind == Envelope.Kind.REQUEST ? "1" : null, method, null, null, null);

        var seen = (Route.Many) route(viewer, arrival(new Target.ServerTarget(desk.id()), envelope));
        var more = (Route.Many) route(member, arrival(new Target.ServerTarget(desk.id()), envelope));

        assertThat(seen.showing().gateways()).containsExactly(alpha, beta);
        assertThat(more.showing().gateways()).containsExactly(alpha, beta, team);
        assertThat(more.showing().name()).isEqualTo("My Desk");
    }

    @Test
    void streamsEndsOfSessionsAndResponsesGoToAll() {
        var response = new Envelope(Envelope.Kind.RESPONSE, "1", null, null, null, null);

        assertThat(route(viewer, arrival(new Target.ServerTarget(desk.id()), null)))
                .isInstanceOf(Route.Many.class);
        assertThat(route(viewer, arrival(new Target.AllTarget(), response))).isInstanceOf(Route.Many.class);
    }

    @Test
    void theRulesOfMethodsHoldHereToo() {
        var reader = caller("r", Set.of(), Set.of("tools.read"));

        refused(permit(reader, server(desk, "tools/call", "beta-echo")), new Reason.Forbidden("tools.execute"));
        refused(permit(reader, server(desk, "tools/call", "unknown")), new Reason.Forbidden("tools.execute"));
        refused(permit(viewer, server(desk, "admin/reset", null)), new Reason.UnknownMethod("admin/reset"));
        assertThat(route(reader, server(desk, "tools/list", null))).isInstanceOf(Route.Many.class);
    }

    @Test
    void aPermitForAllIsDividedAmongThem() {
        var permit = permit(viewer, server(desk, "tools/list", null)).block();

        assertThat(permit.towards(beta).gateway()).isEqualTo(beta);
        org.assertj.core.api.Assertions.assertThatIllegalStateException().isThrownBy(() -> permit.towards(team));
    }

    @Test
    void namesMeanServersFirstAndOnlyThoseThatTheCallerMayCall() {
        assertThat(route(viewer, named("My Desk", "tools/list"))).isInstanceOf(Route.Many.class);
        assertThat(route(viewer, named("my-desk", "tools/list"))).isInstanceOf(Route.Many.class);
        assertThat(route(viewer, named("beta", "tools/list")))
                .as("what is switched off is not to be listed either")
                .isEqualTo(new Route.One(
                        beta, null, Map.of(Feature.Kind.TOOL, Route.One.Listed.allBut(Set.of("drop"))), false));
        assertThat(route(viewer, named("alpha", "tools/list"))).isEqualTo(new Route.One(alpha, null));
        assertThat(route(owner, named("alpha", "tools/list"))).isInstanceOf(Route.Many.class);
    }

    @Test
    void whatIsNotVisibleAnswersLikeWhatDoesNotExist() {
        var absent = Snapshots.server("absent", Visibility.PUBLIC, NameStyle.PREFIXED, all);

        refused(permit(viewer, server(hers, "tools/list", null)), new Reason.NotFound("There is no such server"));
        assertThat(readings).hasValue(1);
        pause();
        refused(permit(viewer, server(absent, "tools/list", null)), new Reason.NotFound("There is no such server"));
        assertThat(readings).hasValue(2);
        pause();
        var nobody = new Reason.NotFound("There is no server or gateway of that name");
        refused(permit(viewer, named("hers", "tools/list")), nobody);
        pause();
        refused(permit(viewer, named("nobody", "tools/list")), nobody);
        pause();
        refused(permit(viewer, named("team", "tools/list")), nobody);
        assertThat(route(owner, server(hers, "tools/list", null))).isInstanceOf(Route.Many.class);
    }

    @Test
    void aServerThatAnotherReplicaMadeAMomentAgoIsFound() {
        memory = Snapshots.of(gateways, List.of(), features);

        assertThat(route(viewer, server(desk, "tools/call", "alpha-add"))).isEqualTo(Route.One.amongMany(alpha, "add"));
    }

    @Test
    void aServerThatIsSwitchedOffIsUnavailable() {
        refused(
                permit(viewer, server(closed, "tools/list", null)),
                new Reason.Unavailable("This server is switched off", Duration.ofMinutes(1)));
    }

    @Test
    void whoMayUseOneServerByNameUsesThatOne() {
        Caller one = caller("bob@example.com", Set.of("team-alpha"), Set.of("mcp:server:My Desk:execute"));

        assertThat(route(one, server(desk, "tools/call", "alpha-add"))).isEqualTo(Route.One.amongMany(alpha, "add"));
        assertThat(route(one, server(desk, "resources/read", "file:///readme")))
                .isEqualTo(Route.One.amongMany(alpha, null));
        assertThat(shown(one, server(desk, "tools/list", null))).contains("alpha-add", "beta-echo");
        refused(permit(one, server(plain, "tools/call", "echo")), new Reason.Forbidden("tools.execute"));
        refused(permit(one, everything("tools/call", "alpha-add")), new Reason.Forbidden("tools.execute"));
        assertThat(shown(one, server(plain, "tools/list", null))).isEmpty();
    }

    @Test
    void whoMayUseOneUpstreamByNameUsesItWhereverItIsShown() {
        Caller one = caller("bob@example.com", Set.of(), Set.of("mcp:server:beta:execute"));

        assertThat(route(one, server(desk, "tools/call", "beta-echo"))).isEqualTo(Route.One.amongMany(beta, "echo"));
        assertThat(route(one, everything("prompts/get", "beta-greet"))).isEqualTo(Route.One.amongMany(beta, "greet"));
        refused(permit(one, server(desk, "tools/call", "alpha-add")), new Reason.Forbidden("tools.execute"));
        assertThat(shown(one, server(desk, "tools/list", null))).containsExactly("beta-echo");
        assertThat(((Route.Many) route(one, everything("initialize", null)))
                        .showing()
                        .gateways())
                .containsExactly(beta);
    }

    @Test
    void whoMayUseOneToolSeesAndCallsThatTool() {
        Caller byPublicName = caller("bob@example.com", Set.of(), Set.of("mcp:server:my-desk:tool:beta-echo:execute"));
        Caller byItsOwnName = caller("bob@example.com", Set.of(), Set.of("mcp:server:beta:tool:echo:execute"));

        for (Caller one : List.of(byPublicName, byItsOwnName)) {
            assertThat(shown(one, server(desk, "tools/list", null))).containsExactly("beta-echo");
            assertThat(route(one, server(desk, "tools/call", "beta-echo")))
                    .isEqualTo(Route.One.amongMany(beta, "echo"));
            refused(permit(one, server(desk, "tools/call", "alpha-add")), new Reason.Forbidden("tools.execute"));
            refused(permit(one, server(desk, "prompts/get", "beta-greet")), new Reason.Forbidden("prompts.read"));
        }
        refused(permit(byPublicName, everything("tools/call", "beta-echo")), new Reason.Forbidden("tools.execute"));
    }

    @Test
    void whoIsBoundToAServerFindsNoOther() {
        Caller bound = bound(desk.id());

        assertThat(route(bound, server(desk, "tools/call", "alpha-add"))).isEqualTo(Route.One.amongMany(alpha, "add"));
        assertThat(shown(bound, server(desk, "tools/list", null))).contains("alpha-add", "beta-echo");
        refused(permit(bound, server(plain, "tools/call", "echo")), new Reason.NotFound("There is no such server"));
        assertThat(shown(bound, everything("tools/list", null))).isEmpty();
    }

    @Test
    void whoLeavesATeamMayNotGoOnListeningToItsUpstreamOnAVirtualServer() {
        var listening = arrival(new Target.AllTarget(), null);
        Permit all = permit(caller("bob@example.com", Set.of("team-alpha"), null), listening)
                .block();
        Caller left = caller("bob@example.com", Set.of(), null);

        assertThat(gate.objection(left, all)).isNull();
        assertThat(gate.objection(left, all.towards(alpha))).isNull();
        assertThat(gate.objection(left, all.towards(team)))
                .extracting(Refusal::reason)
                .isEqualTo(new Reason.NotFound("The gateway that this call went to is not there any more"));
    }

    @ParameterizedTest
    @CsvSource({"tools/call, team-plan", "tasks/result, team.t1"})
    void whoLeavesATeamMayNotGoOnCallingItsUpstreamThroughAVirtualServer(String method, String name) {
        Caller left = caller("bob@example.com", Set.of(), null);
        for (Arrival arrival : List.of(server(desk, method, name), everything(method, name))) {
            Permit call = permit(caller("bob@example.com", Set.of("team-alpha"), null), arrival)
                    .block();

            assertThat(gate.objection(member, call)).isNull();
            assertThat(gate.objection(left, call))
                    .extracting(Refusal::reason)
                    .isEqualTo(new Reason.NotFound("The gateway that this call went to is not there any more"));
        }
    }

    @Test
    void aPermitForWhatGoesOnCoversWhatTheVirtualServerShowsNow() {
        Permit all = permit(caller("bob@example.com", Set.of(), null), arrival(new Target.AllTarget(), null))
                .block();
        var joined = Snapshots.gateway("joined", Visibility.PUBLIC, null, true);

        assertThatIllegalStateException().isThrownBy(() -> all.towards(joined));
        assertThat(all.within(new Showing("all", List.of(joined), Map.of()))
                        .towards(joined)
                        .route())
                .isEqualTo(Route.One.amongMany(joined, null));
        assertThatIllegalStateException()
                .isThrownBy(() -> all.towards(alpha).within(new Showing("all", List.of(joined), Map.of())));
    }

    private static Arrival listening(Target target, String uris) {
        String body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subscriptions/listen\",\"params\":{\"notifications\":"
                + "{\"toolsListChanged\":true," + uris + "}}}";
        var envelope = request("subscriptions/listen", null);
        var bare = arrival(target, envelope);
        return new Arrival(bare.request(), target, Era.STATELESS, envelope, null, body.getBytes(UTF_8));
    }

    private static String body(Permit permit) {
        return new String(permit.arrival().body(), UTF_8);
    }

    @Test
    void whoListensGetsTheResourcesThatTheyCouldSubscribeTo() {
        String uris = "\"resourceSubscriptions\":[\"file:///readme\",\"memo://7\",\"memo://closed\",\"http://else\"]";

        assertThat(body(permit(viewer, listening(new Target.ServerTarget(desk.id()), uris))
                        .block()))
                .contains("{\"toolsListChanged\":true,\"resourceSubscriptions\":[\"file:///readme\",\"memo://7\"]}");
        assertThat(body(permit(viewer, listening(new Target.AllTarget(), uris)).block()))
                .contains("\"resourceSubscriptions\":[\"file:///readme\",\"memo://7\"]");
        assertThat(body(permit(viewer, listening(new Target.GatewayTarget(beta.id()), uris))
                        .block()))
                .contains("\"resourceSubscriptions\":[\"file:///readme\",\"memo://7\",\"http://else\"]");
    }

    @Test
    void whatMayAllBeListenedForGoesOnAsItCame() {
        var listening =
                listening(new Target.GatewayTarget(alpha.id()), "\"resourceSubscriptions\": [\"file:///readme\"]");

        assertThat(permit(viewer, listening).block().arrival().body()).isSameAs(listening.body());
    }

    @Test
    void updatesOfResourcesNeedTheRightToReadThem() {
        var reader = caller("r", Set.of(), Set.of("tools.read"));
        String uris = "\"resourceSubscriptions\":[\"file:///readme\"]";

        for (Target target : List.of(new Target.ServerTarget(desk.id()), new Target.GatewayTarget(alpha.id()))) {
            refused(permit(reader, listening(target, uris)), new Reason.Forbidden("resources.read"));
            for (String none : List.of("\"resourceSubscriptions\":[]", "\"resourceSubscriptions\":null")) {
                assertThat(permit(reader, listening(target, none)).block()).isNotNull();
            }
        }
    }

    @Test
    void whoMayReadOneUpstreamsResourcesListensToThoseAlone() {
        Caller one = caller("bob@example.com", Set.of(), Set.of("mcp:server:beta:execute"));
        String uris = "\"resourceSubscriptions\":[\"file:///readme\",\"memo://7\"]";

        assertThat(body(permit(one, listening(new Target.ServerTarget(desk.id()), uris))
                        .block()))
                .contains("\"resourceSubscriptions\":[\"memo://7\"]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"resourceSubscriptions\":\"file:///readme\"",
                "\"resourceSubscriptions\":{}",
                "\"resourceSubscriptions\":[7]",
                "\"ResourceSubscriptions\":[\"file:///readme\"]",
                "\"resourceSubscriptions\":[],\"resourceSubscriptions\":[\"file:///readme\"]"
            })
    void whatCanBeReadInTwoWaysIsNotListenedFor(String uris) {
        StepVerifier.create(permit(viewer, listening(new Target.GatewayTarget(alpha.id()), uris)))
                .verifyErrorSatisfies(error -> assertThat(((Refusal) error).reason())
                        .isInstanceOfAny(Reason.BadParams.class, Reason.Unparsable.class));
    }

    @Test
    void noMoreThanAThousandResourcesAreListenedForAtOnce() {
        String uris = "\"resourceSubscriptions\":[" + "\"memo://7\",".repeat(1000) + "\"memo://7\"]";

        refused(
                permit(viewer, listening(new Target.AllTarget(), uris)),
                new Reason.BadParams("params.notifications.resourceSubscriptions names more than 1000"));
    }

    @Test
    void aResourceThatIsSwitchedOffEndsTheListeningThatPassesToItsUpstream() {
        var target = new Target.GatewayTarget(alpha.id());
        Permit permit = permit(viewer, listening(target, "\"resourceSubscriptions\":[\"file:///readme\"]"))
                .block();
        assertThat(gate.objection(viewer, permit)).isNull();

        memory = Snapshots.without(alpha, RESOURCE, "file:///readme");

        assertThat(gate.objection(viewer, permit))
                .extracting(Refusal::reason)
                .isEqualTo(new Reason.BadParams("Not all that this listens for may be used now; listen again"));
    }

    private List<String> shown(Caller caller, Arrival arrival) {
        var many = (Route.Many) route(caller, arrival);
        return List.copyOf(many.showing().features().get(TOOL).keySet());
    }

    private static Caller bound(UUID server) {
        return new Caller(
                "bob@example.com",
                Caller.Source.API_TOKEN,
                false,
                Set.of(),
                null,
                false,
                Grants.NONE,
                server,
                "digest",
                Instant.MAX);
    }

    private void pause() {
        clock.advanceTimeBy(Duration.ofSeconds(2));
    }

    private Mono<Permit> permit(Caller caller, Arrival arrival) {
        return gate.permit(caller, arrival);
    }

    private Route route(Caller caller, Arrival arrival) {
        return permit(caller, arrival).block().route();
    }

    private static void refused(Mono<?> decision, Reason reason) {
        StepVerifier.create(decision)
                .verifyErrorSatisfies(
                        error -> assertThat(((Refusal) error).reason()).isEqualTo(reason));
    }

    private static Caller caller(String user, Set<String> teams, @Nullable Set<String> scopes) {
        return new Caller(user, Caller.Source.JWT, false, teams, scopes, "digest", Instant.MAX);
    }

    private static Arrival server(Server server, String method, @Nullable String name) {
        return arrival(new Target.ServerTarget(server.id()), request(method, name));
    }

    private static Arrival everything(String method, @Nullable String name) {
        return arrival(new Target.AllTarget(), request(method, name));
    }

    private static Arrival named(String endpoint, String method) {
        return arrival(new Target.NamedTarget(endpoint), request(method, null));
    }

    private static Envelope request(String method, @Nullable String name) {
        return new Envelope(Envelope.Kind.REQUEST, "1", method, name, null, null);
    }

    private static Arrival arrival(Target target, @Nullable Envelope envelope) {
        var request = new Request(
                "POST", "/", EmptyHttpHeaders.INSTANCE, InetSocketAddress.createUnresolved("client", 1), "c");
        return new Arrival(request, target, Era.SESSIONS, envelope, null, new byte[0]);
    }

    private final class Memory implements Catalog {

        @Override
        public Flux<Snapshot> snapshots() {
            return Flux.just(snapshot());
        }

        @Override
        public Snapshot snapshot() {
            return memory;
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
            readings.incrementAndGet();
            return Mono.just(database);
        }

        @Override
        public Mono<Void> ready() {
            return Mono.empty();
        }
    }
}
