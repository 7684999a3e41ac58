package io.penstock.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.penstock.caller.Caller;
import io.penstock.caller.Grants;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Viewer;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Catalog;
import io.penstock.catalog.snapshot.Snapshot;
import io.penstock.catalog.snapshot.Snapshots;
import io.penstock.wire.Arrival;
import io.penstock.wire.Envelope;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class RuledGateTests {

    private static final Route.One.Listed NOTHING = new Route.One.Listed(true, Set.of());

    private final Gateway open = Snapshots.gateway("open", Visibility.PUBLIC, null, true);
    private final Gateway teams = Snapshots.gateway("teams", Visibility.TEAM, "team-alpha", true);
    private final Gateway mine = Snapshots.gateway("mine", Visibility.PRIVATE, null, true);
    private final Gateway off = Snapshots.gateway("off", Visibility.PUBLIC, null, false);

    private final VirtualTimeScheduler clock = VirtualTimeScheduler.create();
    private final AtomicInteger readings = new AtomicInteger();
    private Snapshot memory = Snapshots.of(open, teams, mine, off);
    private Snapshot database = memory;
    private final RuledGate gate = new RuledGate(new Memory(), clock);

    private final Caller viewer = caller("viewer@example.com", false, null);
    private final Caller admin = caller("admin@example.com", true, null);

    /** The methods of every revision, as a client sends them (2024-11-05 to 2026-07-28, with the tasks extension). */
    static Stream<String> methods() {
        return Stream.of(
                "initialize",
                "ping",
                "server/discover",
                "logging/setLevel",
                "subscriptions/listen",
                "tools/list",
                "tools/call",
                "resources/list",
                "resources/templates/list",
                "resources/read",
                "resources/subscribe",
                "resources/unsubscribe",
                "prompts/list",
                "prompts/get",
                "completion/complete",
                "tasks/get",
                "tasks/update",
                "tasks/result",
                "tasks/list",
                "tasks/cancel");
    }

    @ParameterizedTest
    @MethodSource("methods")
    void everyMethodOfTheSpecificationHasARule(String method) {
        StepVerifier.create(gate.permit(admin, call(open, method)))
                .assertNext(permit -> assertThat(permit.gateway()).isEqualTo(open))
                .verifyComplete();
        StepVerifier.create(gate.permit(viewer, call(open, method)))
                .expectNextCount(1)
                .verifyComplete();
    }

    @Test
    void noOtherMethodHasARule() {
        assertThat(Rule.OF_METHODS.keySet())
                .containsExactlyInAnyOrderElementsOf(methods().toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tools",
                "tools/",
                "Tools/Call",
                "tools/call ",
                "admin/reset",
                "sampling/createMessage",
                "roots/list",
                "notifications/cancelled"
            })
    void aMethodWithoutARuleIsUnknown(String method) {
        refused(gate.permit(admin, call(open, method)), new Reason.UnknownMethod(method));
    }

    @ParameterizedTest
    @CsvSource({
        "tools/list, tools.read",
        "tools/call, tools.execute",
        "tasks/get, tools.execute",
        "tasks/update, tools.execute",
        "tasks/result, tools.execute",
        "tasks/list, tools.execute",
        "tasks/cancel, tools.execute",
        "resources/list, resources.read",
        "resources/templates/list, resources.read",
        "resources/read, resources.read",
        "resources/subscribe, resources.read",
        "resources/unsubscribe, resources.read",
        "prompts/list, prompts.read",
        "prompts/get, prompts.read"
    })
    void aMethodNeedsItsScope(String method, String scope) {
        Set<String> others = new java.util.HashSet<>(
                Stream.of(Permission.values()).map(Permission::scope).toList());
        others.remove(scope);
        Caller without = caller("viewer@example.com", false, others);
        Caller adminWithout = caller("admin@example.com", true, others);
        Caller with = caller("viewer@example.com", false, Set.of(scope));

        refused(gate.permit(without, call(open, method)), new Reason.Forbidden(scope));
        refused(gate.permit(adminWithout, call(open, method)), new Reason.Forbidden(scope));
        StepVerifier.create(gate.permit(with, call(open, method)))
                .expectNextCount(1)
                .verifyComplete();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tasks/get", "tasks/update", "tasks/result", "tasks/list", "tasks/cancel"})
    void whoMayCallOneToolMayAskForTheTasksThatItMade(String method) {
        memory = Snapshots.of(
                List.of(open, off), List.of(), List.of(Snapshots.feature(open, Feature.Kind.TOOL, "echo")));
        Caller ofOne = caller("a", false, Set.of("mcp:server:open:tool:echo:execute"));
        Caller ofAnother = caller("a", false, Set.of("mcp:server:open:tool:other:execute"));

        StepVerifier.create(gate.permit(ofOne, call(open, method)))
                .expectNextCount(1)
                .verifyComplete();
        StepVerifier.create(gate.explain(ofOne, call(open, method)))
                .assertNext(why -> assertThat(why.steps().getLast())
                        .returns("tool", Explanation.Step::rule)
                        .returns(true, Explanation.Step::passed))
                .verifyComplete();
        refused(gate.permit(ofAnother, call(open, method)), new Reason.Forbidden("tools.execute"));
        StepVerifier.create(gate.explain(ofAnother, call(open, method)))
                .assertNext(why -> assertThat(why.steps().getLast())
                        .returns("tool", Explanation.Step::rule)
                        .returns(false, Explanation.Step::passed))
                .verifyComplete();
    }

    @ParameterizedTest
    @ValueSource(strings = {"initialize", "ping", "server/discover", "logging/setLevel", "subscriptions/listen"})
    void whatOpensAConversationNeedsNoScope(String method) {
        Caller without = caller("viewer@example.com", false, Set.of());

        StepVerifier.create(gate.permit(without, call(open, method)))
                .expectNextCount(1)
                .verifyComplete();
    }

    @Test
    void completionNeedsPromptsOrResources() {
        Arrival completion = call(open, "completion/complete");

        StepVerifier.create(gate.permit(caller("a", false, Set.of("prompts.read")), completion))
                .expectNextCount(1)
                .verifyComplete();
        StepVerifier.create(gate.permit(caller("a", false, Set.of("resources.read")), completion))
                .expectNextCount(1)
                .verifyComplete();
        refused(
                gate.permit(caller("a", false, Set.of("tools.execute")), completion),
                new Reason.Forbidden("prompts.read"));
    }

    @Test
    void streamsSessionsResponsesAndNotificationsNeedOnlyToSeeTheGateway() {
        Caller without = caller("viewer@example.com", false, Set.of());

        Stream.of(
                        arrival(open, null),
                        arrival(open, new Envelope(Envelope.Kind.RESPONSE, "1", null, null, null, null)),
                        arrival(
                                open,
                                new Envelope(
                                        Envelope.Kind.NOTIFICATION,
                                        null,
                                        "notifications/initialized",
                                        null,
                                        null,
                                        null)),
                        arrival(
                                open,
                                new Envelope(
                                        Envelope.Kind.NOTIFICATION, null, "notifications/any/other", null, null, null)))
                .forEach(arrival -> StepVerifier.create(gate.permit(without, arrival))
                        .expectNextCount(1)
                        .verifyComplete());
    }

    @Test
    void aCallDressedAsANotificationKeepsItsRule() {
        var dressed = new Envelope(Envelope.Kind.NOTIFICATION, null, "tools/call", "echo", null, null);
        var unknown = new Envelope(Envelope.Kind.NOTIFICATION, null, "admin/reset", null, null, null);

        refused(
                gate.permit(caller("a", false, Set.of()), arrival(open, dressed)),
                new Reason.Forbidden("tools.execute"));
        refused(gate.permit(admin, arrival(open, unknown)), new Reason.UnknownMethod("admin/reset"));
    }

    @ParameterizedTest
    @CsvSource({
        "tools/call, TOOL",
        "prompts/get, PROMPT",
        "resources/read, RESOURCE",
        "resources/subscribe, RESOURCE",
        "completion/complete, PROMPT",
        "completion/complete, RESOURCE_TEMPLATE",
        "completion/complete, RESOURCE"
    })
    void whatIsSwitchedOffCannotBeUsed(String method, Feature.Kind kind) {
        memory = Snapshots.without(open, kind, "echo");
        var other = new Envelope(Envelope.Kind.REQUEST, "1", method, "other", null, null);

        refused(gate.permit(admin, call(open, method)), new Reason.BadParams("This is switched off here: echo"));
        StepVerifier.create(gate.permit(admin, arrival(open, other)))
                .expectNextCount(1)
                .verifyComplete();
    }

    @Test
    void whatChangedAndIsHeldCannotBeUsedAndSaysWhy() {
        memory = Snapshots.held(open, Feature.Kind.TOOL, "echo");

        refused(
                gate.permit(admin, call(open, "tools/call")),
                new Reason.BadParams(
                        "The upstream changed this, and it is held here until somebody approves the change: echo"));
        StepVerifier.create(gate.permit(admin, call(open, "tools/list")))
                .expectNextCount(1)
                .verifyComplete();
    }

    @Test
    void aGatewayThatIsSwitchedOffIsUnavailableToThoseWhoSeeIt() {
        refused(
                gate.permit(viewer, call(off, "tools/call")),
                new Reason.Unavailable("This gateway is switched off", Duration.ofMinutes(1)));
    }

    @Test
    void teamGatewaysAreTheirMembersAndPrivateOnesTheirOwners() {
        Caller member = new Caller(
                "member@example.com", Caller.Source.JWT, false, Set.of("team-alpha"), null, "d", Instant.MAX);
        Caller owner = caller("owner@example.com", false, null);

        assertThat(gate.sees(viewer, open)).isTrue();
        assertThat(gate.sees(viewer, teams)).isFalse();
        assertThat(gate.sees(viewer, mine)).isFalse();
        assertThat(gate.sees(member, teams)).isTrue();
        assertThat(gate.sees(member, mine)).isFalse();
        assertThat(gate.sees(owner, mine)).isTrue();
        assertThat(gate.sees(admin, teams)).isTrue();
        assertThat(gate.sees(admin, mine)).isTrue();
        assertThat(gate.viewer(member)).isEqualTo(new Viewer(false, "member@example.com", Set.of("team-alpha")));
        assertThat(gate.viewer(admin).all()).isTrue();
    }

    @Test
    void anAdministratorDoesNotCallThroughSomebodysPrivateGateway() {
        StepVerifier.create(gate.permit(admin, call(teams, "tools/call")))
                .expectNextCount(1)
                .verifyComplete();
        refused(gate.permit(admin, call(mine, "tools/call")), new Reason.NotFound("There is no such gateway"));
    }

    @Test
    void whatIsNotVisibleAnswersLikeWhatDoesNotExist() {
        Gateway absent = Snapshots.gateway("absent", Visibility.PUBLIC, null, true);

        refused(gate.permit(viewer, call(teams, "tools/call")), new Reason.NotFound("There is no such gateway"));
        clock.advanceTimeBy(Duration.ofSeconds(2));
        refused(gate.permit(viewer, call(absent, "tools/call")), new Reason.NotFound("There is no such gateway"));
        assertThat(readings).hasValue(2);
    }

    @Test
    void aGatewayThatAnotherReplicaRegisteredAMomentAgoIsFound() {
        database = Snapshots.of(open);
        memory = Snapshots.of();

        StepVerifier.create(gate.permit(viewer, call(open, "tools/call")))
                .expectNextCount(1)
                .verifyComplete();
    }

    @Test
    void aGatewayThatIsRegisteredBetweenTwoReadsIsFoundByTheSecond() {
        memory = Snapshots.of();
        database = Snapshots.of();
        refused(gate.permit(viewer, call(open, "tools/call")), new Reason.NotFound("There is no such gateway"));
        database = Snapshots.of(open);

        StepVerifier.create(gate.permit(viewer, call(open, "tools/call")))
                .then(() -> clock.advanceTimeBy(Duration.ofSeconds(1)))
                .expectNextCount(1)
                .verifyComplete();
    }

    @Test
    void madeUpIdsCostOneReadASecond() {
        List<Mono<Permit>> calls = new ArrayList<>();
        IntStream.range(0, 300).forEach(i -> {
            calls.add(gate.permit(
                    viewer, call(Snapshots.gateway("made-up-" + i, Visibility.PUBLIC, null, true), "ping")));
            clock.advanceTimeBy(Duration.ofMillis(10));
        });

        StepVerifier.create(Mono.when(
                        calls.stream().map(call -> call.onErrorComplete()).toList()))
                .then(() -> clock.advanceTimeBy(Duration.ofSeconds(5)))
                .verifyComplete();
        assertThat(readings.get()).isBetween(3, 4);
    }

    @Test
    void whoMakesUpMoreThanIsLookedForAtOnceIsToldToWaitAndWhatIsKnownIsCalled() {
        refused(gate.permit(viewer, call(teams, "ping")), new Reason.NotFound("There is no such gateway"));
        var waiting = IntStream.range(0, 2000)
                .mapToObj(i -> Snapshots.gateway("made-up-" + i, Visibility.PUBLIC, null, true))
                .map(madeUp -> gate.permit(viewer, call(madeUp, "ping"))
                        .onErrorComplete()
                        .toFuture())
                .toList();

        StepVerifier.create(gate.permit(viewer, call(teams, "ping")))
                .verifyErrorSatisfies(
                        error -> assertThat(((Refusal) error).reason()).isInstanceOf(Reason.Unavailable.class));
        StepVerifier.create(gate.permit(viewer, call(open, "ping")))
                .expectNextCount(1)
                .verifyComplete();

        clock.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(waiting).allMatch(java.util.concurrent.CompletableFuture::isDone);
        assertThat(readings).hasValue(2);
    }

    @Test
    void aDatabaseThatIsDownMakesTheUnknownUnavailableAndLeavesTheKnownAlone() {
        database = null;

        StepVerifier.create(gate.permit(viewer, call(open, "ping")))
                .expectNextCount(1)
                .verifyComplete();
        StepVerifier.create(gate.permit(viewer, call(teams, "ping")))
                .verifyErrorSatisfies(
                        error -> assertThat(((Refusal) error).reason()).isInstanceOf(Reason.Unavailable.class));
    }

    @ParameterizedTest
    @EnumSource(Permission.class)
    void aViewerReadsAndExecutesAndNothingElse(Permission permission) {
        boolean viewers = Set.of(
                        "gateways.read",
                        "servers.read",
                        "tools.read",
                        "tools.execute",
                        "resources.read",
                        "prompts.read")
                .contains(permission.scope());

        StepVerifier.create(gate.require(admin, permission)).expectNext(admin).verifyComplete();
        if (viewers) {
            StepVerifier.create(gate.require(viewer, permission))
                    .expectNext(viewer)
                    .verifyComplete();
        } else {
            refused(gate.require(viewer, permission), new Reason.Forbidden(permission.scope()));
        }
    }

    @ParameterizedTest
    @EnumSource(Permission.class)
    void scopesAreExactlyWhatTheOperatorsTokenMayDo(Permission permission) {
        Caller granted = caller("bob@example.com", false, Set.of(permission.scope()));

        for (Permission any : Permission.values()) {
            if (any == permission || any.impliedBy() == permission) {
                StepVerifier.create(gate.require(granted, any))
                        .expectNext(granted)
                        .verifyComplete();
            } else {
                refused(gate.require(granted, any), new Reason.Forbidden(any.scope()));
            }
        }
    }

    @Test
    void scopesOfAnotherIssuerNarrowWhatTheUserHasAndGrantNothing() {
        Caller foreign = new Caller(
                "bob@example.com",
                Caller.Source.JWT,
                false,
                Set.of(),
                Set.of("gateways.delete", "gateways.read"),
                false,
                Grants.NONE,
                null,
                "d",
                Instant.MAX);

        StepVerifier.create(gate.require(foreign, Permission.GATEWAYS_READ))
                .expectNext(foreign)
                .verifyComplete();
        refused(gate.require(foreign, Permission.GATEWAYS_DELETE), new Reason.Forbidden("gateways.delete"));
        refused(gate.require(foreign, Permission.TOOLS_READ), new Reason.Forbidden("tools.read"));
    }

    @Test
    void aStarIsNoScope() {
        refused(
                gate.require(caller("admin@example.com", true, Set.of("*", "gateways.*")), Permission.GATEWAYS_READ),
                new Reason.Forbidden("gateways.read"));
    }

    @Test
    void whatTheGatewayDoesItselfGoesOnForAsLongAsItsUpstreamIsThere() {
        var permit = gate.own(mine);

        assertThat(gate.objection(permit.caller(), permit)).isNull();
        memory = Snapshots.of(open);
        assertThat(gate.objection(permit.caller(), permit)).isNotNull();
        assertThat(gate.objection(permit.caller(), gate.own(off))).isNotNull();
    }

    @Test
    void aSessionsStreamMayBringNoListOfMoreThanOneMayUse() {
        memory = Snapshots.of(
                List.of(open),
                List.of(),
                List.of(
                        Snapshots.feature(open, Feature.Kind.TOOL, "echo"),
                        Snapshots.feature(open, Feature.Kind.TOOL, "drop"),
                        Snapshots.feature(open, Feature.Kind.PROMPT, "greet")));
        var stream = arrival(open, null);
        Caller one = caller("bob@example.com", false, Set.of("mcp:server:open:tool:echo:execute"));

        assertThat(gate.permit(one, stream).block().route())
                .isEqualTo(new Route.One(
                        open,
                        null,
                        Map.of(
                                Feature.Kind.TOOL,
                                new Route.One.Listed(true, Set.of("echo")),
                                Feature.Kind.PROMPT,
                                NOTHING,
                                Feature.Kind.RESOURCE,
                                NOTHING,
                                Feature.Kind.RESOURCE_TEMPLATE,
                                NOTHING),
                        false));
        assertThat(gate.permit(admin, stream).block().route()).isEqualTo(new Route.One(open, null));
    }

    @Test
    void whoMayUseOneToolOfAGatewayCallsItAndIsShownNoOther() {
        memory = Snapshots.of(
                List.of(open),
                List.of(),
                List.of(
                        Snapshots.feature(open, Feature.Kind.TOOL, "echo"),
                        Snapshots.feature(open, Feature.Kind.TOOL, "drop")));
        Caller one = caller("bob@example.com", false, Set.of("mcp:server:open:tool:echo:execute"));
        Caller none = caller("bob@example.com", false, Set.of("mcp:server:other:tool:echo:execute"));

        assertThat(gate.permit(one, call(open, "tools/call")).block().gateway()).isEqualTo(open);
        assertThat(gate.permit(one, call(open, "tools/list")).block().route())
                .as("what the upstream lists may be newer than what is known of it")
                .isEqualTo(new Route.One(
                        open, null, Map.of(Feature.Kind.TOOL, new Route.One.Listed(true, Set.of("echo"))), false));
        refused(gate.permit(one, call(open, "prompts/get")), new Reason.Forbidden("prompts.read"));
        refused(gate.permit(none, call(open, "tools/call")), new Reason.Forbidden("tools.execute"));
        refused(gate.permit(none, call(open, "tools/list")), new Reason.Forbidden("tools.read"));
    }

    @Test
    void listsShowWhatThePermissionHoldsFor() {
        Caller one = caller("bob@example.com", false, Set.of("mcp:server:open:read"));
        Caller all = caller("bob@example.com", false, Set.of("gateways.read"));

        assertThat(gate.viewer(one, Permission.GATEWAYS_READ).only()).containsExactly(open.id());
        assertThat(gate.viewer(one, Permission.GATEWAYS_UPDATE).only()).isEmpty();
        assertThat(gate.viewer(all, Permission.GATEWAYS_READ).only()).isNull();
    }

    @Test
    void anExplanationIsTheDecisionWithItsReasons() {
        var reader = caller("bob@example.com", false, Set.of("tools.read"));

        var allowed = gate.explain(viewer, call(open, "tools/call")).block();
        var refused = gate.explain(reader, call(open, "tools/call")).block();
        var hidden = gate.explain(viewer, call(mine, "tools/call")).block();
        var unknown = gate.explain(admin, call(open, "tools/drop")).block();

        assertThat(allowed.allowed()).isTrue();
        assertThat(allowed.outcome()).isEqualTo("The call goes to the gateway open");
        assertThat(allowed.steps())
                .extracting(Explanation.Step::rule)
                .containsExactly("visibility", "method", "scopes", "role");
        assertThat(allowed.steps()).allMatch(Explanation.Step::passed);
        assertThat(allowed.steps().getLast().detail())
                .isEqualTo("The user has no role and is a viewer: that allows tools.execute");
        assertThat(refused.allowed()).isFalse();
        assertThat(refused.outcome()).contains("tools.execute");
        assertThat(refused.steps())
                .contains(new Explanation.Step("scopes", false, "The credential's scopes do not allow tools.execute"));
        assertThat(hidden.steps())
                .containsExactly(new Explanation.Step(
                        "visibility", false, "There is no such gateway, or viewer@example.com does not see it"));
        assertThat(unknown.steps().getLast())
                .isEqualTo(new Explanation.Step("method", false, "No rule allows this method, whoever calls it"));
        assertThat(List.of(hidden, unknown)).noneMatch(Explanation::allowed);
    }

    @Test
    void anExplanationNamesTheTeamThatSpeaksForTheCall() {
        var member = new Caller(
                "member@example.com",
                Caller.Source.JWT,
                false,
                Set.of("team-alpha"),
                null,
                false,
                new Grants(Set.of("gateways.read"), Map.of("team-alpha", Set.of("tools.execute")), null),
                null,
                "d",
                Instant.MAX);

        var explained = gate.explain(member, call(teams, "tools/call")).block();

        assertThat(explained.allowed()).isTrue();
        assertThat(explained.steps())
                .contains(
                        new Explanation.Step("role", false, "The user has roles: that does not allow tools.execute"),
                        new Explanation.Step(
                                "team", true, "The user's role in the team team-alpha allows tools.execute"));
    }

    @Test
    void theGatewaysOwnErrandsArePermittedToItAndSoIsAGatewayThatIsSwitchedOff() {
        Permit permit = gate.own(off);

        assertThat(permit.gateway()).isEqualTo(off);
        assertThat(permit.caller().source()).isEqualTo(Caller.Source.GATEWAY);
    }

    private static void refused(Mono<?> decision, Reason reason) {
        StepVerifier.create(decision)
                .verifyErrorSatisfies(
                        error -> assertThat(((Refusal) error).reason()).isEqualTo(reason));
    }

    private static Caller caller(String user, boolean admin, Set<String> scopes) {
        return new Caller(user, Caller.Source.JWT, admin, Set.of(), scopes, "digest", Instant.MAX);
    }

    private static Arrival call(Gateway gateway, String method) {
        return arrival(gateway, new Envelope(Envelope.Kind.REQUEST, "1", method, "echo", null, null));
    }

    private static Arrival arrival(Gateway gateway, @Nullable Envelope envelope) {
        var request = new Request(
                "POST", "/", EmptyHttpHeaders.INSTANCE, InetSocketAddress.createUnresolved("client", 1), "c");
        return new Arrival(
                request, new Arrival.Target.GatewayTarget(gateway.id()), Era.SESSIONS, envelope, null, new byte[0]);
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
            return database == null ? Mono.error(new IllegalStateException("down")) : Mono.just(database);
        }

        @Override
        public Mono<Void> ready() {
            return Mono.empty();
        }
    }
}
