package io.penstock.relay.bridge;

import static io.penstock.relay.bridge.Replies.events;
import static io.penstock.relay.bridge.Replies.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.access.Route;
import io.penstock.catalog.Feature;
import io.penstock.catalog.SampleGateways;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Showing;
import io.penstock.catalog.snapshot.Showing.Shown;
import io.penstock.catalog.snapshot.Snapshots;
import io.penstock.wire.JsonParts;
import io.penstock.wire.ProtocolVersion;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class StatelessFrontTests {

    private static final String QUESTION = "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"elicitation/create\","
            + "\"params\":{\"message\":\"Who?\",\"requestedSchema\":{\"type\":\"object\"}}}";

    private final World world = new World(ProtocolVersion.V2025_11_25);

    private Mono<Reply> call(String user, String id, String more) {
        return world.stateless(user, id, "tools/call", "\"name\":\"greet\"" + more);
    }

    /** Begins a call, and gives its reply once the upstream has said something. */
    private Reply called(String id, String said) {
        var reply = call("ada", id, "").toFuture();
        world.leg.says(said);
        return reply.join();
    }

    private static String state(String json) {
        return Objects.requireNonNull(
                JsonParts.string(JsonParts.member(JsonParts.member(json, "result"), "requestState")));
    }

    private static String answering(String state) {
        return ",\"requestState\":\"" + state + "\",\"inputResponses\":{\"question\":{\"action\":\"accept\"}}";
    }

    @Test
    void whatTheUpstreamAsksOnTheSessionsStreamMeanwhileEndsTheResponseToo() {
        var reply = call("ada", "1", "").toFuture();
        world.leg.saysUnrelated(QUESTION);
        String asked = json(reply.join());
        assertThat(asked).contains("\"resultType\":\"input_required\"", "Who?");
        var retried = call("ada", "2", answering(state(asked))).toFuture();
        world.leg.ends("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[]}}");

        assertThat(json(retried.join())).contains("\"id\":2", "\"content\":[]");
        assertThat(world.leg.answers).singleElement().asString().contains("accept");
    }

    @Test
    void discoversWhatTheUpstreamSaidWhenItWasGreeted() {
        var reply = world.stateless("ada", "1", "server/discover", "").block();

        assertThat(json(Objects.requireNonNull(reply)))
                .contains("\"supportedVersions\":[\"2026-07-28\"]")
                .contains("\"io.modelcontextprotocol/serverInfo\":{\"name\":\"scripted\"")
                .contains("\"instructions\":\"be brief\"")
                .contains("\"resultType\":\"complete\",\"ttlMs\":0,\"cacheScope\":\"private\"");
    }

    private Mono<Reply> declaring(String capabilities, String clientInfo) {
        String body = World.statelessBody("1", "server/discover", "")
                .replace(
                        "{\"elicitation\":{}}", capabilities + ",\"io.modelcontextprotocol/clientInfo\":" + clientInfo);
        return Mono.defer(() -> world.stateless.handle(World.call("ada", Era.STATELESS, "POST", body, world.route)));
    }

    @Test
    void aClientIsNamedUpstreamAsItNamesItself() {
        String named = "{\"name\":\"c\",\"version\":\"1\",\"icons\":[]}";

        StepVerifier.create(declaring("{}", named)).expectNextCount(1).verifyComplete();

        assertThat(world.parties.getLast().clientInfo()).isEqualTo(named);
    }

    @Test
    void aClientThatDescribesItselfAtLengthIsKnownByItsNameAndVersion() {
        String icons = "[{\"src\":\"data:image/png;base64," + "A".repeat(5_000) + "\"}]";

        StepVerifier.create(declaring("{}", "{\"name\":\"c\",\"icons\":" + icons + ",\"version\":\"1\"}"))
                .expectNextCount(1)
                .verifyComplete();

        assertThat(world.parties.getLast().clientInfo()).isEqualTo("{\"name\":\"c\",\"version\":\"1\"}");
    }

    @Test
    void aClientThatDeclaresMoreThanASessionCouldIsRefused() {
        String tooMuch = "\"" + "x".repeat(4_100) + "\"";

        for (var declared : List.of(
                declaring("{\"experimental\":{" + tooMuch + ":{}}}", "{\"name\":\"c\",\"version\":\"1\"}"),
                declaring("{}", "{\"name\":" + tooMuch + ",\"version\":\"1\"}"),
                declaring("{},\"io.modelcontextprotocol/logLevel\":" + tooMuch, "{\"name\":\"c\"}"))) {
            StepVerifier.create(declared)
                    .verifyErrorSatisfies(
                            error -> assertThat(((Refusal) error).reason()).isInstanceOf(Reason.BadParams.class));
        }
        assertThat(world.parties).isEmpty();
    }

    private Mono<Reply> mirroring(HttpHeaders headers, boolean mirrored) {
        world.snapshot = Snapshots.tool(World.GATEWAY, "greet", """
            {"name":"greet","inputSchema":{"type":"object","properties":{"to":{"type":"string","x-mcp-header":"To"}}}}\
            """);
        String body = World.statelessBody("1", "tools/call", "\"name\":\"greet\",\"arguments\":{\"to\":\"ada\"}");
        var called = World.call("ada", Era.STATELESS, "POST", body, world.route, headers, mirrored);
        return Mono.defer(() -> world.stateless.handle(called));
    }

    @Test
    void aHeaderThatRepeatsAnArgumentSaysTheSameOrTheCallIsRefused() {
        for (var headers : List.of(new DefaultHttpHeaders(), new DefaultHttpHeaders().add("Mcp-Param-To", "bob"))) {
            StepVerifier.create(mirroring(headers, true))
                    .verifyErrorSatisfies(
                            error -> assertThat(((Refusal) error).reason()).isInstanceOf(Reason.HeaderMismatch.class));
        }
        assertThat(world.leg.requests).isEmpty();

        var reply = mirroring(new DefaultHttpHeaders().add("mcp-param-to", "ada"), true)
                .toFuture();
        world.leg.ends("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
        assertThat(reply.join().status()).isEqualTo(200);
    }

    @Test
    void aLinesMessagesHaveNoHeadersToCompare() {
        var reply = mirroring(new DefaultHttpHeaders(), false).toFuture();
        world.leg.ends("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");

        assertThat(reply.join().status()).isEqualTo(200);
    }

    @Test
    void anOlderResultIsCompleteAndKeepsTheClientsId() {
        var reply = called("\"seven\"", "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[]}}");

        assertThat(json(reply))
                .isEqualTo(
                        "{\"jsonrpc\":\"2.0\",\"id\":\"seven\",\"result\":{\"content\":[],\"resultType\":\"complete\"}}");
    }

    @Test
    void progressIsToldUnderTheClientsTokenAndWhatBelongsToNoRequestIsNot() {
        var reply = called(
                "1",
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":4,\"progress\":1}}");
        world.leg.says("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
        world.leg.ends("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");

        StepVerifier.create(events(reply))
                .assertNext(event -> assertThat(event).contains("\"progressToken\":\"mine\""))
                .assertNext(event -> assertThat(event).contains("\"id\":1,\"result\":"))
                .verifyComplete();
    }

    private static final String VISIT =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32042,\"message\":\"visit\","
                    + "\"data\":{\"elicitations\":[{\"mode\":\"url\",\"elicitationId\":\"e\",\"url\":\"https://a.example\",\"message\":\"Pay\"}]}}}";

    private Mono<Reply> callOpeningUrls(String id, String more) {
        String body = World.statelessBody(id, "tools/call", "\"name\":\"greet\"" + more)
                .replace("{\"elicitation\":{}}", "{\"elicitation\":{\"url\":{}}}");
        return world.stateless.handle(World.call("ada", Era.STATELESS, "POST", body, world.route));
    }

    private String asksToVisit() {
        var reply = callOpeningUrls("1", "").toFuture();
        world.leg.ends(VISIT);
        return json(reply.join());
    }

    private static String visited(String state, String action) {
        return answering(state)
                .replace("{\"question\":{\"action\":\"accept\"}}", "{\"page1\":{\"action\":\"" + action + "\"}}");
    }

    @Test
    void aPageThatAnOlderUpstreamWantsVisitedIsAskedForAndTheRetryIsTheCallAnew() {
        String asked = asksToVisit();
        assertThat(asked)
                .contains("\"id\":1,\"result\":{\"resultType\":\"input_required\",\"inputRequests\":{\"page1\":"
                        + "{\"method\":\"elicitation/create\",\"params\":"
                        + "{\"mode\":\"url\",\"url\":\"https://a.example\",\"message\":\"Pay\"}}}");

        var retried = callOpeningUrls("2", visited(state(asked), "accept")).toFuture();
        world.leg.ends("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[]}}");

        assertThat(json(retried.join())).startsWith("{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":");
        assertThat(world.leg.requests).hasSize(2);
        assertThat(world.leg.requests.getLast().params()).doesNotContain("requestState", "inputResponses");
    }

    @Test
    void whoseUserDoesNotVisitThePageIsToldThatTheCallWasNotCarriedOut() {
        var retried = callOpeningUrls("2", visited(state(asksToVisit()), "decline"));

        assertThat(json(Objects.requireNonNull(retried.block()))).contains("\"id\":2,\"error\":{\"code\":-32603");
        assertThat(world.leg.requests).hasSize(1);
    }

    @Test
    void aPageThatTheClientCannotShowIsAnErrorThatItsRevisionHas() {
        assertThat(json(called("1", VISIT)))
                .contains("\"id\":1,\"error\":{\"code\":-32603")
                .contains("https://a.example");
    }

    @Test
    void aQuestionEndsTheResponseAndTheRetryCarriesTheAnswer() {
        String asked = json(called("1", QUESTION));
        assertThat(asked)
                .contains("\"resultType\":\"input_required\"")
                .contains(
                        "\"inputRequests\":{\"question\":{\"method\":\"elicitation/create\",\"params\":{\"message\":\"Who?\"");

        var retried = call("ada", "2", answering(state(asked))).toFuture();
        world.leg.ends("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[]}}");

        assertThat(json(retried.join())).startsWith("{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":");
        assertThat(world.leg.answers)
                .singleElement()
                .satisfies(answer -> assertThat(answer.json())
                        .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":9,\"result\":{\"action\":\"accept\"}}"));
        assertThat(world.leg.requests).hasSize(1);
    }

    @Test
    void aStateIsGoodForItsUserItsCallAndOnce() {
        String state = state(json(called("1", QUESTION)));

        StepVerifier.create(call("eve", "2", answering(state))).verifyErrorSatisfies(StatelessFrontTests::badParams);
        StepVerifier.create(world.stateless("ada", "2", "tools/call", "\"name\":\"other\"" + answering(state)))
                .verifyErrorSatisfies(StatelessFrontTests::badParams);
        var retried = call("ada", "3", answering(state)).toFuture();
        world.leg.ends("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
        assertThat(json(retried.join())).contains("\"id\":3");
        StepVerifier.create(call("ada", "4", answering(state))).verifyErrorSatisfies(StatelessFrontTests::badParams);
    }

    /** Its own is good, or it would not be here. */
    @Test
    void aRetryIsToCallAgainWhereTheCredentialOfTheFirstRequestHasEnded() {
        String state = state(json(called("1", QUESTION)));

        world.leg.fails(new Refusal(new Reason.Unauthenticated("The token has expired")));

        StepVerifier.create(call("ada", "2", answering(state)))
                .verifyErrorSatisfies(error -> assertThat(((Refusal) error).reason())
                        .isEqualTo(new Reason.BadParams("The call that this answers has ended; call again")));
    }

    /** Not found would be that of the endpoint, after which some clients fall back to an earlier revision. */
    @Test
    void aRetryIsToCallAgainWhereTheUpstreamsSessionIsOver() {
        String state = state(json(called("1", QUESTION)));

        world.leg.answered = Mono.error(new Refusal(new Reason.SessionEnded("start a new one")));

        StepVerifier.create(call("ada", "2", answering(state))).verifyErrorSatisfies(StatelessFrontTests::badParams);
        assertThat(world.leg.cancelled()).isTrue();
    }

    private static void badParams(Throwable error) {
        assertThat(error).isInstanceOf(Refusal.class);
        assertThat(((Refusal) error).reason()).isInstanceOf(Reason.BadParams.class);
    }

    @Test
    void aRetryWhoseCallIsGoneWithItsReplicaIsToCallAgain() {
        String state = state(json(called("1", QUESTION)));
        world.self = "another";

        StepVerifier.create(call("ada", "2", answering(state))).verifyErrorSatisfies(StatelessFrontTests::badParams);
    }

    @Test
    void whatItsRevisionDoesNotKnowTheClientIsNotAsked() {
        var reply = call("ada", "1", "").toFuture();
        world.leg.says("{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"vendor/ask\",\"params\":{}}");
        world.leg.ends("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[]}}");

        assertThat(json(reply.join())).contains("\"resultType\":\"complete\"");
        assertThat(world.leg.answers)
                .singleElement()
                .satisfies(
                        answer -> assertThat(answer.json()).contains("\"id\":9").contains("-32601"));
    }

    @Test
    void aRetryWithoutTheAnswerIsAskedAgain() {
        String state = state(json(called("1", QUESTION)));

        String again = json(Objects.requireNonNull(
                call("ada", "2", ",\"requestState\":\"" + state + "\"").block()));

        assertThat(again).contains("input_required").contains("Who?");
        assertThat(world.leg.answers).isEmpty();
    }

    @Test
    void aQuestionWhereNoneMayBeAskedIsRefusedForTheClient() {
        var reply = world.stateless("ada", "1", "completion/complete", "\"ref\":{\"name\":\"p\"}")
                .toFuture();
        world.leg.says(QUESTION);
        world.leg.ends("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");

        assertThat(json(reply.join())).contains("\"resultType\":\"complete\"");
        assertThat(world.leg.answers)
                .singleElement()
                .satisfies(answer -> assertThat(answer.json()).contains("-32601"));
    }

    @Test
    void closingTheStreamCancelsTheCall() {
        var reply = called(
                "1",
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":4,\"progress\":1}}");

        StepVerifier.create(events(reply), 1).expectNextCount(1).thenCancel().verify();

        assertThat(world.leg.cancelled()).isTrue();
    }

    @Test
    void aClientThatLeavesBeforeTheFirstWordCancelsTheCall() {
        call("ada", "1", "").subscribe().dispose();

        assertThat(world.leg.cancelled()).isTrue();
    }

    @Test
    void olderRevisionsMethodsAreNotFound() {
        StepVerifier.create(world.stateless("ada", "1", "ping", ""))
                .verifyErrorSatisfies(
                        error -> assertThat(((Refusal) error).reason()).isInstanceOf(Reason.UnknownMethod.class));
    }

    @Test
    void aListenerIsAcknowledgedAndHearsOnlyWhatItAskedFor() {
        var reply = world.stateless(
                        "ada", "\"sub\"", "subscriptions/listen", "\"notifications\":{\"toolsListChanged\":true}")
                .block();

        StepVerifier.create(events(Objects.requireNonNull(reply)))
                .assertNext(event -> assertThat(event)
                        .contains("notifications/subscriptions/acknowledged")
                        .contains("\"notifications\":{\"toolsListChanged\":true}")
                        .contains("\"io.modelcontextprotocol/subscriptionId\":\"sub\""))
                .then(() -> {
                    world.leg.saysUnrelated("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/prompts/list_changed\"}");
                    world.leg.saysUnrelated("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
                })
                .assertNext(event -> assertThat(event)
                        .contains("notifications/tools/list_changed")
                        .contains("\"io.modelcontextprotocol/subscriptionId\":\"sub\""))
                .thenCancel()
                .verify();
    }

    private void declaring(String capabilities) {
        world.route = new Route.One(SampleGateways.declaring(World.GATEWAY, capabilities), null);
    }

    private String acknowledged(String filter) {
        var reply = world.stateless("ada", "1", "subscriptions/listen", "\"notifications\":{" + filter + "}")
                .block();
        return Objects.requireNonNull(events(Objects.requireNonNull(reply)).blockFirst());
    }

    @Test
    void whatTheUpstreamDoesNotTellOfIsNotAcknowledged() {
        String all = "\"toolsListChanged\":true,\"promptsListChanged\":true,\"resourcesListChanged\":true,"
                + "\"resourceSubscriptions\":[\"memo://7\"]";

        declaring("{\"tools\":{\"listChanged\":true},\"prompts\":{},\"resources\":{\"listChanged\":false}}");
        assertThat(acknowledged(all)).contains("\"notifications\":{\"toolsListChanged\":true}");
        declaring("{\"resources\":{\"subscribe\":true,\"listChanged\":true}}");
        assertThat(acknowledged(all))
                .contains("\"notifications\":{\"resourcesListChanged\":true,\"resourceSubscriptions\":[\"memo://7\"]}");
    }

    @Test
    void aVirtualServerTellsOfItsListsAndOfTheResourcesThatItsUpstreamsTellOf() {
        var telling = SampleGateways.declaring(World.GATEWAY, "{\"resources\":{\"subscribe\":true}}");
        var silent = SampleGateways.declaring(Snapshots.gateway("silent", Visibility.PUBLIC, null, true), "{}");
        world.route = new Route.Many(new Showing(
                "desk",
                List.of(telling, silent),
                Map.of(
                        Feature.Kind.RESOURCE,
                        Map.of("memo://1", new Shown("memo://1", "memo://1", telling, "{}")),
                        Feature.Kind.RESOURCE_TEMPLATE,
                        Map.of("file:///{name}", new Shown("file:///{name}", "file:///{name}", silent, "{}")))));

        assertThat(acknowledged("\"promptsListChanged\":true,"
                        + "\"resourceSubscriptions\":[\"memo://1\",\"file:///a\",\"other://1\"]"))
                .contains("\"notifications\":{\"promptsListChanged\":true,\"resourceSubscriptions\":[\"memo://1\"]}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"method\":\"sampling/createMessage\",\"params\":{\"messages\":[]}",
                "\"method\":\"roots/list\"",
                "\"method\":\"elicitation/create\",\"params\":{\"mode\":\"url\",\"url\":\"https://a.example\"}"
            })
    void aClientIsNotAskedForWhatItDidNotDeclare(String question) {
        var reply = call("ada", "1", "").toFuture();
        world.leg.says("{\"jsonrpc\":\"2.0\",\"id\":9," + question + "}");
        world.leg.ends("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");

        assertThat(json(reply.join())).contains("\"resultType\":\"complete\"");
        assertThat(world.leg.answers)
                .singleElement()
                .satisfies(
                        answer -> assertThat(answer.json()).contains("\"id\":9").contains("-32601"));
    }

    @Test
    void whoDidNotDeclareTasksCannotAskForOne() {
        var reply = Objects.requireNonNull(
                world.stateless("ada", "1", "tasks/get", "\"taskId\":\"7\"").block());

        assertThat(reply.status()).isEqualTo(400);
        assertThat(json(reply)).contains("\"code\":-32021").contains("requiredCapabilities");
        assertThat(world.leg.requests).isEmpty();
    }

    private Reply answeredBy(ProtocolVersion upstream, String method, String params, String answer) {
        var other = new World(upstream);
        var reply = other.stateless("ada", "1", method, params).toFuture();
        other.leg.ends("{\"jsonrpc\":\"2.0\",\"id\":1," + answer + "}");
        return reply.join();
    }

    @Test
    void whatMayBeKeptIsKeptForNobodyElse() {
        String list = "\"result\":{\"resultType\":\"complete\",\"ttlMs\":7,\"cacheScope\":\"public\",\"contents\":[]}";

        var reply = answeredBy(ProtocolVersion.V2026_07_28, "resources/read", "\"uri\":\"a://b\"", list);

        assertThat(json(reply)).contains("\"ttlMs\":7,\"cacheScope\":\"private\"");
    }

    @Test
    void aRetrySaysAnewWhatItsClientWantsToHearAndCanBeAsked() {
        String state = state(json(called("1", QUESTION)));
        String body = World.statelessBody("2", "tools/call", "\"name\":\"greet\"" + answering(state))
                .replace("\"progressToken\":\"mine\"", "\"io.modelcontextprotocol/logLevel\":\"error\"")
                .replace("{\"elicitation\":{}}", "{\"roots\":{}}");
        var retried = world.stateless
                .handle(World.call("ada", Era.STATELESS, "POST", body, world.route))
                .toFuture();
        world.leg.says(
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":4,\"progress\":1}}");
        world.leg.says("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"error\"}}");
        world.leg.says(QUESTION.replace("\"id\":9", "\"id\":10"));
        world.leg.ends("{\"jsonrpc\":\"2.0\",\"id\":11,\"method\":\"roots/list\"}");

        StepVerifier.create(events(retried.join()))
                .assertNext(event -> assertThat(event).contains("notifications/message"))
                .assertNext(event -> assertThat(event).contains("\"method\":\"roots/list\""))
                .expectComplete()
                .verify(Duration.ofSeconds(5));
        assertThat(world.leg.answers.getLast().json()).contains("\"id\":10").contains("-32601");
    }

    @ParameterizedTest
    @ValueSource(ints = {-32020, -32021, -32022, -32042, -32050, -32099})
    void anOlderUpstreamsErrorHasNoCodeThatMeansSomethingElseHere(int code) {
        var reply = answeredBy(
                ProtocolVersion.V2025_11_25,
                "tools/call",
                "\"name\":\"greet\"",
                "\"error\":{\"code\":" + code + ",\"message\":\"full\"}");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(json(reply)).contains("\"error\":{\"code\":-32603,\"message\":\"full\"}");
    }

    @ParameterizedTest
    @ValueSource(ints = {-32019, -32000, -32100, -32603, 7})
    void otherCodesStay(int code) {
        var reply = answeredBy(
                ProtocolVersion.V2025_11_25,
                "tools/call",
                "\"name\":\"greet\"",
                "\"error\":{\"code\":" + code + ",\"message\":\"full\"}");

        assertThat(json(reply)).contains("\"code\":" + code);
    }

    @ParameterizedTest
    @ValueSource(ints = {-32020, -32021, -32022})
    void theRevisionsOwnErrorsHaveItsStatus(int code) {
        var reply = answeredBy(
                ProtocolVersion.V2026_07_28,
                "tools/call",
                "\"name\":\"greet\"",
                "\"error\":{\"code\":" + code + ",\"message\":\"no\"}");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(json(reply)).contains("\"code\":" + code);
    }

    private boolean isAsked(String capabilities, String question) {
        var other = new World(ProtocolVersion.V2025_11_25);
        String body = World.statelessBody("1", "tools/call", "\"name\":\"greet\"")
                .replace("{\"elicitation\":{}}", capabilities);
        var reply = other.stateless
                .handle(World.call("ada", Era.STATELESS, "POST", body, other.route))
                .toFuture();
        other.leg.says("{\"jsonrpc\":\"2.0\",\"id\":9," + question + "}");
        other.leg.ends("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
        return json(reply.join()).contains("input_required");
    }

    @Test
    void aFormIsShownOnlyToWhoseClientFillsForms() {
        String form = "\"method\":\"elicitation/create\",\"params\":{\"message\":\"Who?\"}";

        assertThat(isAsked("{\"elicitation\":{}}", form)).isTrue();
        assertThat(isAsked("{\"elicitation\":{\"form\":{},\"url\":{}}}", form)).isTrue();
        assertThat(isAsked("{\"elicitation\":{\"applyDefaults\":true}}", form)).isTrue();
        assertThat(isAsked("{\"elicitation\":{\"url\":{}}}", form)).isFalse();
    }

    @Test
    void onlyAClientThatSamplesWithToolsIsGivenThem() {
        String sampling = "\"method\":\"sampling/createMessage\",\"params\":{\"messages\":[]%s}";

        for (String more : List.of(",\"tools\":[]", ",\"toolChoice\":{\"mode\":\"auto\"}")) {
            assertThat(isAsked("{\"sampling\":{}}", sampling.formatted(more))).isFalse();
            assertThat(isAsked("{\"sampling\":{\"tools\":{}}}", sampling.formatted(more)))
                    .isTrue();
        }
        for (String more : List.of("", ",\"tools\":null", ",\"includeContext\":\"thisServer\"")) {
            assertThat(isAsked("{\"sampling\":{}}", sampling.formatted(more))).isTrue();
        }
    }

    private static String updated(String uri) {
        return "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\",\"params\":{\"uri\":\"" + uri
                + "\"}}";
    }

    @Test
    void aListenerHearsOfThePartsOfAResourceThatCanBeUsed() {
        world.snapshot = Snapshots.without(World.GATEWAY, Feature.Kind.RESOURCE, "a://b/off");
        var reply = world.stateless(
                        "ada", "1", "subscriptions/listen", "\"notifications\":{\"resourceSubscriptions\":[\"a://b\"]}")
                .block();

        StepVerifier.create(events(Objects.requireNonNull(reply)))
                .expectNextCount(1)
                .then(() -> {
                    world.leg.saysUnrelated(updated("a://bc"));
                    world.leg.saysUnrelated(updated("a://b/off"));
                    world.leg.saysUnrelated(updated("a://b/c"));
                })
                .assertNext(event -> assertThat(event).contains("\"uri\":\"a://b/c\""))
                .thenCancel()
                .verify(Duration.ofSeconds(5));
    }
}
