package io.penstock.relay.bridge;

import static io.penstock.relay.bridge.Replies.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.penstock.access.Permit;
import io.penstock.access.Route;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.SampleGateways;
import io.penstock.catalog.Transport;
import io.penstock.wire.JsonParts;
import io.penstock.wire.ProtocolVersion;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Refusal.Reason.NeedsAuthorization;
import io.penstock.wire.Reply;
import io.penstock.wire.RpcError;
import java.net.URI;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class UnconnectedTests {

    private static final String URL = "https://penstock.example.com/oauth/authorize/7";
    private static final NeedsAuthorization REASON = new NeedsAuthorization("drive", URL);
    private static final String SHOWS_PAGES = "{\"elicitation\":{\"url\":{}}}";

    private final Gateway perUser =
            SampleGateways.at(URI.create("http://localhost:1/mcp"), Transport.STREAMABLEHTTP, "oauth");
    private final World world = new World(ProtocolVersion.V2025_11_25);
    private Route route = new Route.One(perUser, null);

    private Permit permit(String user, Era era, String method, String body, String... headers) {
        var head = new DefaultHttpHeaders();
        for (int i = 0; i < headers.length; i += 2) {
            head.add(headers[i], headers[i + 1]);
        }
        return World.call(user, era, method, body, route, head, true).permit();
    }

    private static String asked(String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"" + method + "\",\"params\":{" + params + "}}";
    }

    private static String stateless(String method, String params, String capabilities) {
        return asked(
                method,
                params + (params.isEmpty() ? "" : ",")
                        + "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                        + "\"io.modelcontextprotocol/clientCapabilities\":" + capabilities + "}");
    }

    private Mono<Reply> answer(Permit permit) {
        return world.unconnected.answer(permit, REASON);
    }

    private String answered(Permit permit) {
        return json(Objects.requireNonNull(answer(permit).block()));
    }

    private static Reason refused(Mono<Reply> reply) {
        var caught = new Reason[1];
        StepVerifier.create(reply).verifyErrorSatisfies(error -> caught[0] = ((Refusal) error).reason());
        return caught[0];
    }

    /** The session that initialize opens. */
    private String opened(String capabilities) {
        var permit = permit("ada", Era.SESSIONS, "POST", asked("initialize", """
                "protocolVersion":"2025-11-25","capabilities":%s,"clientInfo":{"name":"c","version":"1"}""".formatted(capabilities)));
        return Objects.requireNonNull(
                Objects.requireNonNull(answer(permit).block()).session());
    }

    private Permit inSession(String session, String method, String body) {
        return permit("ada", Era.SESSIONS, method, body, "mcp-session-id", session);
    }

    @Test
    void theGatewayItselfGreetsSoThatTheClientCanSayWhatItShows() {
        String body = asked("initialize", "\"protocolVersion\":\"2025-11-25\",\"capabilities\":{}");

        String greeting = answered(permit("ada", Era.SESSIONS, "POST", body));

        assertThat(greeting)
                .contains("\"protocolVersion\":\"2025-11-25\"")
                .contains("\"tools\":{}")
                .contains("\"serverInfo\":{\"name\":\"sample\"")
                .contains(URL);
        assertThat(world.parties).isEmpty();
    }

    @Test
    void theGreetingIsWhatTheUpstreamWasLastHeardToSay() {
        route = new Route.One(SampleGateways.seen(perUser, "2025-11-25", "streamable_http"), null);
        String body = asked("initialize", "\"protocolVersion\":\"2025-06-18\",\"capabilities\":{}");

        assertThat(answered(permit("ada", Era.SESSIONS, "POST", body))).contains("\"capabilities\":{}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tools/call", "resources/read", "prompts/get", "completion/complete", "tools/list"})
    void aClientWithASessionThatShowsPagesIsAskedToByTheErrorForThat(String method) {
        String session = opened(SHOWS_PAGES);

        var reason = refused(answer(inSession(session, "POST", asked(method, "\"name\":\"greet\""))));

        var error = RpcError.of(reason).answered(reason);
        assertThat(error.status()).isEqualTo(200);
        assertThat(error.code()).isEqualTo(-32042);
        var elicitations = JsonParts.elements(Objects.requireNonNull(JsonParts.member(error.data(), "elicitations")));
        assertThat(elicitations).singleElement().satisfies(elicitation -> {
            assertThat(JsonParts.member(elicitation, "mode")).isEqualTo("\"url\"");
            assertThat(JsonParts.string(JsonParts.member(elicitation, "url"))).isEqualTo(URL);
            assertThat(JsonParts.string(JsonParts.member(elicitation, "elicitationId")))
                    .hasSizeGreaterThan(20);
            assertThat(JsonParts.string(JsonParts.member(elicitation, "message")))
                    .contains("drive");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"elicitation\":{}}", "{\"elicitation\":{\"form\":{}}}"})
    void anyOtherClientGetsAMessageWithTheWholeAddress(String capabilities) {
        String session = opened(capabilities);

        var reason = refused(answer(inSession(session, "POST", asked("tools/call", "\"name\":\"greet\""))));

        var error = RpcError.of(reason);
        assertThat(error.code()).isEqualTo(-32600);
        assertThat(error.message()).contains(URL);
        assertThat(error.data()).isEqualTo("{\"authorize_url\":\"" + URL + "\"}");
    }

    @Test
    void aSessionGoesOnAsFarAsItCanWithoutTheUpstream() {
        String session = opened("{}");

        assertThat(answered(inSession(session, "POST", asked("ping", "")))).contains("\"result\":{}");
        assertThat(answered(inSession(session, "POST", asked("logging/setLevel", "\"level\":\"error\""))))
                .contains("\"result\":{}");
        assertThat(Objects.requireNonNull(answer(inSession(
                                        session,
                                        "POST",
                                        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}"))
                                .block())
                        .status())
                .isEqualTo(202);
        assertThat(refused(answer(inSession(session, "GET", "")))).isInstanceOf(Reason.MethodNotAllowed.class);
        assertThat(Objects.requireNonNull(
                                answer(inSession(session, "DELETE", "")).block())
                        .status())
                .isEqualTo(204);
        assertThat(refused(answer(inSession(session, "POST", asked("ping", "")))))
                .isInstanceOf(Reason.SessionEnded.class);
    }

    @Test
    void aSessionIsItsUsersAlone() {
        String session = opened(SHOWS_PAGES);

        var reason = refused(answer(
                permit("eve", Era.SESSIONS, "POST", asked("tools/call", "\"name\":\"x\""), "mcp-session-id", session)));

        assertThat(reason).isInstanceOf(Reason.SessionEnded.class);
    }

    @Test
    void aSessionThatTheUpstreamOpenedKnowsWhatItsClientShows() {
        var sessions = world.sealed.tokens(World.SETTINGS);
        var permit = permit("ada", Era.SESSIONS, "GET", "");
        String call = asked("tools/call", "\"name\":\"greet\"");

        var shows = refused(answer(inSession(sessions.seal(permit, "up", true), "POST", call)));
        var other = refused(answer(inSession(sessions.seal(permit, "up", false), "POST", call)));

        assertThat(RpcError.of(shows).code()).isEqualTo(-32042);
        assertThat(RpcError.of(other).code()).isEqualTo(-32600);
    }

    @ParameterizedTest
    @CsvSource({"tools/call,name", "prompts/get,name", "resources/read,uri"})
    void aClientWithoutSessionsThatShowsPagesIsAskedByAResult(String method, String member) {
        String params = "\"" + member + "\":\"it\"";

        String result = answered(permit("ada", Era.STATELESS, "POST", stateless(method, params, SHOWS_PAGES)));

        assertThat(result)
                .contains("\"resultType\":\"input_required\"")
                .contains("\"method\":\"elicitation/create\",\"params\":{\"mode\":\"url\"")
                .contains("\"url\":\"" + URL + "\"")
                .contains("\"requestState\":")
                .doesNotContain("elicitationId")
                .doesNotContain("-32042");
    }

    @Test
    void noResultButThoseThreeMayAsk() {
        for (String method : new String[] {"completion/complete", "tools/list", "subscriptions/listen"}) {
            var reason = refused(answer(
                    permit("ada", Era.STATELESS, "POST", stateless(method, "\"ref\":{\"name\":\"p\"}", SHOWS_PAGES))));

            assertThat(RpcError.of(reason).code()).isEqualTo(-32600);
            assertThat(reason.detail()).contains(URL);
        }
    }

    @Test
    void aClientWithoutSessionsDiscoversTheEndpoint() {
        String found = answered(permit("ada", Era.STATELESS, "POST", stateless("server/discover", "", "{}")));

        assertThat(found).contains("\"supportedVersions\":[\"2026-07-28\"]").contains("\"cacheScope\":\"private\"");
    }

    private String retry(String state, String action) {
        return stateless(
                "tools/call",
                "\"name\":\"it\",\"requestState\":\"" + state
                        + "\",\"inputResponses\":{\"authorization\":{\"action\":\"" + action + "\"}}",
                SHOWS_PAGES);
    }

    private String state(String user) {
        String result =
                answered(permit(user, Era.STATELESS, "POST", stateless("tools/call", "\"name\":\"it\"", SHOWS_PAGES)));
        return Objects.requireNonNull(
                JsonParts.string(JsonParts.member(JsonParts.member(result, "result"), "requestState")));
    }

    @Test
    void whoHasNotAgreedYetIsAskedAgainAndWhoDoesNotWantToIsToldWhatThatMeans() {
        assertThat(answered(permit("ada", Era.STATELESS, "POST", retry(state("ada"), "accept"))))
                .contains("input_required");
        for (String action : new String[] {"decline", "cancel"}) {
            assertThat(refused(answer(permit("ada", Era.STATELESS, "POST", retry(state("ada"), action)))))
                    .isEqualTo(REASON);
        }
    }

    @Test
    void whoHasAgreedGetsTheCallThatWasAskedFor() {
        var call = World.call("ada", Era.STATELESS, "POST", retry(state("ada"), "accept"), route);

        var reply = world.stateless.handle(call).toFuture();
        world.leg.ends("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[]}}");

        assertThat(json(reply.join())).contains("\"id\":7,\"result\":{\"content\":[]");
        assertThat(world.leg.requests)
                .singleElement()
                .satisfies(request -> assertThat(request.params())
                        .contains("\"name\":\"it\"")
                        .doesNotContain("requestState")
                        .doesNotContain("inputResponses"));
    }

    @Test
    void whoDeclinesIsNotCalledForThoughTheyHaveAgreedMeanwhile() {
        var call = World.call("ada", Era.STATELESS, "POST", retry(state("ada"), "decline"), route);

        assertThat(refused(world.stateless.handle(call))).isInstanceOf(NeedsAuthorization.class);
        assertThat(world.leg.requests).isEmpty();
    }

    @Test
    void aStateIsItsUsersAndItsCallsAlone() {
        String others = state("eve");
        var call = World.call("ada", Era.STATELESS, "POST", retry(others, "accept"), route);

        assertThat(refused(world.stateless.handle(call))).isInstanceOf(Reason.BadParams.class);
        String other = retry(state("ada"), "accept").replace("\"name\":\"it\"", "\"name\":\"other\"");
        assertThat(refused(world.stateless.handle(World.call("ada", Era.STATELESS, "POST", other, route))))
                .isInstanceOf(Reason.BadParams.class);
    }

    @Test
    void aCallWithoutASessionGetsTheAddressToo() {
        var reason = refused(answer(permit("ada", Era.SESSIONS, "POST", asked("tools/call", "\"name\":\"it\""))));

        assertThat(reason).isEqualTo(REASON);
    }
}
