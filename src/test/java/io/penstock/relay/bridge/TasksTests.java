package io.penstock.relay.bridge;

import static io.penstock.relay.bridge.Replies.events;
import static io.penstock.relay.bridge.Replies.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.access.Route;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.SampleGateways;
import io.penstock.catalog.snapshot.Showing;
import io.penstock.relay.session.Session;
import io.penstock.wire.JsonParts;
import io.penstock.wire.ProtocolVersion;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal;
import io.penstock.wire.Reply;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** Tasks of upstreams that stand behind a virtual server. */
class TasksTests {

    private static final String DECLARED =
            "{\"tasks\":{\"list\":{},\"requests\":{\"tools\":{\"call\":{}}}},\"extensions\":{\"io.modelcontextprotocol/tasks\":{},\"x/y\":{}}}";
    private static final String RELATED = "\"_meta\":{\"io.modelcontextprotocol/related-task\":{\"taskId\":\"%s\"}}";

    private final Gateway one = declaring(World.GATEWAY);
    private final Gateway other =
            declaring(renamed(SampleGateways.at(World.GATEWAY.url(), World.GATEWAY.transport(), "none")));
    private final Route all = new Route.Many(new Showing("all", List.of(other, one), Map.of()));

    private static Gateway declaring(Gateway gateway) {
        return gateway.with(new Gateway.Status(
                new Gateway.Condition(true, 0, null, "2025-11-25", "streamable_http", DECLARED, null),
                null,
                null,
                null));
    }

    private static Gateway renamed(Gateway gateway) {
        return new Gateway(
                gateway.id(),
                "other",
                "other",
                gateway.url(),
                null,
                gateway.transport(),
                gateway.auth(),
                null,
                gateway.visibility(),
                null,
                "ada",
                List.of(),
                List.of(),
                null,
                gateway.driftPolicy(),
                false,
                true,
                gateway.status(),
                gateway.createdAt(),
                gateway.updatedAt(),
                1);
    }

    private static World world(ProtocolVersion upstream) {
        return new World(upstream);
    }

    private final World world = world(ProtocolVersion.V2025_11_25);
    private final Session.Held session = world.session("ada", begun());

    private Reply begun() {
        world.route = all;
        return Objects.requireNonNull(world.begin("ada").block());
    }

    private String request(String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"" + method + "\",\"params\":{" + params + "}}";
    }

    private static String result(String result) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + result + "}";
    }

    @Test
    void aVirtualServerDeclaresThemInTheWordsOfEachRevision() {
        assertThat(json(begun()))
                .contains("\"tasks\":{\"list\":{},\"requests\":{\"tools\":{\"call\":{}}}}")
                .doesNotContain("extensions");
        assertThat(json(Objects.requireNonNull(
                        world.stateless("ada", "1", "server/discover", "").block())))
                .contains("\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}")
                .doesNotContain("\"list\"");
    }

    @Test
    void aCallThatBecomesATaskIsFoundAgainByTheIdThatItsResultNames() {
        world.route = Route.One.amongMany(one, null);
        var called = world.in(session, "ada", request("tools/call", "\"name\":\"work\",\"task\":{}"))
                .toFuture();
        world.leg.ends(result("{\"task\":{\"taskId\":\"7\",\"status\":\"working\"}}"));
        assertThat(json(called.join())).contains("{\"task\":{\"taskId\":\"sample.7\",\"status\":\"working\"}}");

        world.route = Route.One.amongMany(one, "7");
        var got = world.in(session, "ada", request("tasks/get", "\"taskId\":\"sample.7\""))
                .toFuture();
        world.leg.ends(result("{\"taskId\":\"7\",\"status\":\"completed\"}"));

        assertThat(world.leg.requests.getLast().params()).isEqualTo("{\"taskId\":\"7\"}");
        assertThat(json(got.join())).contains("{\"taskId\":\"sample.7\",\"status\":\"completed\"}");
    }

    @Test
    void aQuestionInTheCourseOfATaskNamesItAndItsAnswerGoesBackInTheUpstreamsWords() {
        world.route = Route.One.amongMany(one, "7");
        var awaited = world.in(session, "ada", request("tasks/result", "\"taskId\":\"sample.7\""))
                .toFuture();
        world.leg.says("{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"elicitation/create\",\"params\":{"
                + RELATED.formatted("7") + "}}");

        StepVerifier.create(events(awaited.join()))
                .assertNext(event -> {
                    assertThat(event).contains(RELATED.formatted("sample.7"));
                    world.route = all;
                    String answer = "{\"jsonrpc\":\"2.0\",\"id\":" + JsonParts.member(event, "id")
                            + ",\"result\":{\"action\":\"accept\"," + RELATED.formatted("sample.7") + "}}";
                    assertThat(Objects.requireNonNull(
                                            world.in(session, "ada", answer).block())
                                    .status())
                            .isEqualTo(202);
                })
                .then(() -> world.leg.ends(result("{\"content\":[]," + RELATED.formatted("7") + "}")))
                .assertNext(event -> assertThat(event).contains(RELATED.formatted("sample.7")))
                .verifyComplete();
        assertThat(world.leg.answers.getFirst().json()).contains(RELATED.formatted("7"));
    }

    @Test
    void progressOfATaskComesWithTheTokenThatTheUpstreamHas() {
        world.route = Route.One.amongMany(one, "7");
        var awaited = world.in(session, "ada", request("tasks/result", "\"taskId\":\"sample.7\""))
                .toFuture();
        world.leg.says(
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":\"call\","
                        + RELATED.formatted("7") + "}}");

        StepVerifier.create(events(awaited.join()))
                .assertNext(event ->
                        assertThat(event).contains("\"progressToken\":\"call\"").contains("sample.7"))
                .thenCancel()
                .verify();
    }

    @Test
    void theStateOfATaskIsToldOnTheSessionsStream() {
        world.route = Route.One.amongMany(one, null);
        var called = world.in(session, "ada", request("tools/call", "\"name\":\"work\""))
                .toFuture();
        world.leg.ends(result("{}"));
        called.join();
        var stream = world.sessions.handle(World.call("ada", Era.SESSIONS, "GET", "", all), session);

        StepVerifier.create(stream.flatMapMany(reply -> events(reply)))
                .then(() -> world.leg.saysUnrelated("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tasks/status\","
                        + "\"params\":{\"taskId\":\"7\",\"status\":\"completed\"}}"))
                .assertNext(event -> assertThat(event).contains("\"taskId\":\"sample.7\""))
                .thenCancel()
                .verify();
    }

    @Test
    void theListIsThatOfAllUpstreamsPageByPage() {
        var second = new ScriptedLeg(ProtocolVersion.V2025_11_25);
        world.others.put(other, second);

        var first = world.in(session, "ada", request("tasks/list", "")).toFuture();
        world.leg.ends(result("{\"tasks\":[{\"taskId\":\"1\"}],\"nextCursor\":\"more\"}"));
        second.ends(result("{\"tasks\":[{\"taskId\":\"1\"}]}"));
        String page = json(first.join());

        assertThat(tasks(page)).containsExactlyInAnyOrder("{\"taskId\":\"sample.1\"}", "{\"taskId\":\"other.1\"}");
        String cursor = JsonParts.member(JsonParts.member(page, "result"), "nextCursor");
        var rest = world.in(session, "ada", request("tasks/list", "\"cursor\":" + cursor))
                .toFuture();
        world.leg.ends(result("{\"tasks\":[{\"taskId\":\"2\"}]}"));
        assertThat(tasks(json(rest.join()))).containsExactly("{\"taskId\":\"sample.2\"}");
        assertThat(json(rest.join())).doesNotContain("nextCursor");
        assertThat(world.leg.requests.getLast().params()).isEqualTo("{\"cursor\":\"more\"}");
        assertThat(second.requests).hasSize(1);
    }

    @Test
    void anUpstreamThatDoesNotListIsNamed() {
        var second = new ScriptedLeg(ProtocolVersion.V2025_11_25);
        world.others.put(other, second);

        var listed = world.in(session, "ada", request("tasks/list", "")).toFuture();
        world.leg.ends(result("{\"tasks\":[{\"taskId\":\"1\"}]}"));
        second.ends("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32601,\"message\":\"no\"}}");

        assertThat(tasks(json(listed.join()))).containsExactly("{\"taskId\":\"sample.1\"}");
        assertThat(json(listed.join())).contains("\"io.penstock/unavailable\":[\"other\"]");
        assertThatThrownBy(() -> world.in(session, "ada", request("tasks/list", "\"cursor\":\"mine\""))
                        .block())
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.reason()).isInstanceOf(Refusal.Reason.BadParams.class));
    }

    private static List<String> tasks(String json) {
        String tasks = JsonParts.member(JsonParts.member(json, "result"), "tasks");
        return JsonParts.elements(Objects.requireNonNull(tasks));
    }

    @Test
    void aClientWithoutSessionsHasNoListAndNoWaitingForResults() {
        var stateless = world(ProtocolVersion.V2026_07_28);

        for (String method : List.of("tasks/list", "tasks/result")) {
            assertThatThrownBy(() -> stateless
                            .stateless("ada", "1", method, "\"taskId\":\"7\"")
                            .block())
                    .isInstanceOfSatisfying(
                            Refusal.class,
                            refusal -> assertThat(refusal.reason()).isInstanceOf(Refusal.Reason.UnknownMethod.class));
        }
    }

    @Test
    void whoListensForTasksHearsOfThemFromTheirUpstream() {
        var stateless = world(ProtocolVersion.V2026_07_28);
        String listen = listen(TaskIds.EXTENSION, "\"taskIds\":[\"sample.7\",\"nobody.1\"]");
        var reply = stateless.stateless.handle(World.call("ada", Era.STATELESS, "POST", listen, alone()));

        StepVerifier.create(reply.flatMapMany(open -> events(open)))
                .assertNext(event -> assertThat(event).contains("{\"taskIds\":[\"sample.7\"]}"))
                .then(() -> stateless.leg.saysUnrelated(
                        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tasks\",\"params\":{\"taskId\":\"7\"}}"))
                .assertNext(event ->
                        assertThat(event).contains("\"taskId\":\"sample.7\"").contains("subscriptionId"))
                .thenCancel()
                .verify();
        assertThat(stateless.leg.listened.getFirst().tasks()).containsExactly("7");
    }

    @Test
    void whoDidNotDeclareTheExtensionCannotListenForTasks() {
        var stateless = world(ProtocolVersion.V2026_07_28);
        String listen = listen("{}", "\"taskIds\":[\"sample.7\"]");

        var reply = Objects.requireNonNull(stateless
                .stateless
                .handle(World.call("ada", Era.STATELESS, "POST", listen, alone()))
                .block());

        assertThat(reply.status()).isEqualTo(400);
        assertThat(json(reply)).contains("\"code\":-32021").contains("requiredCapabilities\":{\"extensions\"");
    }

    private Route alone() {
        return new Route.Many(new Showing("all", List.of(one), Map.of()));
    }

    private static String listen(String capabilities, String filter) {
        return "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"subscriptions/listen\",\"params\":{\"notifications\":{"
                + filter
                + "},\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                + "\"io.modelcontextprotocol/clientCapabilities\":" + capabilities + "}}}";
    }
}
