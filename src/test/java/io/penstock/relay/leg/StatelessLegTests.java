package io.penstock.relay.leg;

import static io.penstock.relay.leg.Parties.LONG;
import static io.penstock.relay.leg.Parties.open;
import static io.penstock.relay.leg.Scripts.stateless;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.penstock.relay.UpstreamDouble;
import io.penstock.wire.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What is said on the wire of 2026-07-28. */
class StatelessLegTests {

    private static final Message.Asked READ = new Message.Asked("\"mine\"", "resources/read", "{\"uri\":\"test://a\"}");

    /** Asks, answers what is asked back, and gives all that was said. */
    private static List<Message> converse(Leg leg, Message.Asked request, String answer) {
        return leg.ask(request)
                .concatMap(message -> message instanceof Message.Asked asked
                        ? leg.answer(asked, new Message.Result("0", answer)).thenReturn(message)
                        : Mono.just(message))
                .collectList()
                .block(LONG);
    }

    @Test
    void declaresWhatThePartyDeclared() {
        try (var upstream =
                new UpstreamDouble(stateless((heard, response) -> UpstreamDouble.result(response, heard, "{}")))) {
            var said = converse(open(upstream.url("/mcp"), Parties.ABLE), READ, "{}");

            assertThat(said).singleElement().isInstanceOf(Message.Result.class);
            var heard = upstream.heard.getLast();
            assertThat(heard.headers().get("MCP-Protocol-Version")).isEqualTo("2026-07-28");
            assertThat(heard.headers().get("Mcp-Method")).isEqualTo("resources/read");
            assertThat(heard.headers().get("Mcp-Name")).isEqualTo("test://a");
            assertThat(heard.headers().get("Authorization")).isEqualTo("Bearer sesame");
            assertThat(heard.body())
                    .contains("\"io.modelcontextprotocol/clientInfo\":" + Parties.ABLE.clientInfo())
                    .contains("\"io.modelcontextprotocol/clientCapabilities\":" + Parties.ABLE.capabilities())
                    .contains("\"io.modelcontextprotocol/logLevel\":\"debug\"")
                    .doesNotContain("mine");
        }
    }

    @Test
    void noLogLevelIsNamedForAPartyThatWantsNoLogs() {
        try (var upstream =
                new UpstreamDouble(stateless((heard, response) -> UpstreamDouble.result(response, heard, "{}")))) {
            converse(open(upstream.url("/mcp"), Parties.PLAIN), READ, "{}");

            assertThat(upstream.heard.getLast().body())
                    .contains("\"io.modelcontextprotocol/clientCapabilities\":{}")
                    .doesNotContain("logLevel");
        }
    }

    @Test
    void inputThatIsRequiredComesAsRequestsAndGoesBackWithTheStateAsItWas() {
        try (var upstream =
                new UpstreamDouble(stateless((heard, response) -> heard.body().contains("inputResponses")
                        ? UpstreamDouble.result(response, heard, "{\"resultType\":\"complete\",\"contents\":[]}")
                        : UpstreamDouble.result(
                                response,
                                heard,
                                "{\"resultType\":\"input_required\",\"requestState\":\"a\\u0062\",\"inputRequests\":{"
                                        + "\"k1\":{\"method\":\"elicitation/create\",\"params\":{\"mode\":\"url\"}},"
                                        + "\"k2\":{\"method\":\"roots/list\"}}}")))) {
            var said = converse(open(upstream.url("/mcp"), Parties.ABLE), READ, "{\"roots\":[]}");

            assertThat(said)
                    .extracting(message -> message instanceof Message.Asked asked ? asked.method() : "response")
                    .containsExactly("elicitation/create", "roots/list", "response");
            var retry = upstream.heard.getLast();
            assertThat(retry.body())
                    .contains("\"uri\":\"test://a\"")
                    .contains("\"inputResponses\":{\"k1\":{\"roots\":[]},\"k2\":{\"roots\":[]}}")
                    .contains("\"requestState\":\"a\\u0062\"");
            assertThat(retry.member("id")).isNotEqualTo(upstream.heard.get(1).member("id"));
        }
    }

    @Test
    void anAnswerThatIsAnErrorEndsTheExchangeWithIt() {
        try (var upstream = new UpstreamDouble(stateless((heard, response) -> UpstreamDouble.result(
                response,
                heard,
                "{\"resultType\":\"input_required\",\"inputRequests\":{\"k\":{\"method\":\"roots/list\"}}}")))) {
            var leg = open(upstream.url("/mcp"), Parties.ABLE);
            var refused = new Message.Failure(null, "{\"code\":-1,\"message\":\"no\"}");
            var last = leg.ask(READ)
                    .concatMap(message -> message instanceof Message.Asked asked
                            ? leg.answer(asked, refused).thenReturn(message)
                            : Mono.just(message))
                    .last()
                    .block(LONG);

            assertThat(last).isEqualTo(refused);
        }
    }

    @Test
    void anUpstreamThatNeverHasEnoughIsLeft() {
        try (var upstream = new UpstreamDouble(stateless((heard, response) -> UpstreamDouble.result(
                response, heard, "{\"resultType\":\"input_required\",\"requestState\":\"again\"}")))) {

            assertThatThrownBy(() -> converse(open(upstream.url("/mcp"), Parties.ABLE), READ, "{}"))
                    .hasMessage("upstream answered resources/read by asking for input more than 8 times");
            assertThat(upstream.heard).hasSize(1 + 9);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"resultType\":\"surprise\"}",
                "{\"resultType\":7}",
                "{\"resultType\":\"input_required\"}",
                "{\"resultType\":\"input_required\",\"inputRequests\":{\"k\":7}}",
                "{\"resultType\":\"input_required\",\"inputRequests\":{},\"requestState\":7}"
            })
    void aResultThatNobodyCanReadFails(String result) {
        try (var upstream =
                new UpstreamDouble(stateless((heard, response) -> UpstreamDouble.result(response, heard, result)))) {

            assertThatThrownBy(() -> converse(open(upstream.url("/mcp"), Parties.ABLE), READ, "{}"))
                    .hasMessageStartingWith("upstream answered resources/read with a ");
        }
    }

    @Test
    void argumentsAreMirroredAsTheToolSays() {
        try (var upstream = new UpstreamDouble(stateless((heard, response) ->
                UpstreamDouble.result(response, heard, heard.says("tools/list") ? TOOLS : "{\"content\":[]}")))) {
            var leg = open(upstream.url("/mcp"), Parties.PLAIN);
            for (int i = 0; i < 2; i++) {
                converse(
                        leg,
                        new Message.Asked(
                                "1",
                                "tools/call",
                                "{\"name\":\"t\",\"arguments\":{\"region\":\"zürich\",\"deep\":{\"n\":42},\"gone\":null}}"),
                        "{}");
            }

            var call = upstream.heard.getLast().headers();
            assertThat(call.get("Mcp-Param-Region")).isEqualTo("=?base64?esO8cmljaA==?=");
            assertThat(call.get("Mcp-Param-N")).isEqualTo("42");
            assertThat(call.contains("Mcp-Param-Gone")).isFalse();
            assertThat(upstream.methods()).containsOnlyOnce("tools/list");
        }
    }

    private static final String TOOLS = """
            {"tools":[{"name":"t","inputSchema":{"type":"object","properties":{\
            "region":{"type":"string","x-mcp-header":"Region"},\
            "deep":{"type":"object","properties":{"n":{"type":"integer","x-mcp-header":"N"}}},\
            "gone":{"type":"boolean","x-mcp-header":"Gone"}}}}]}""";

    @Test
    void aToolThatNobodyCouldCallIsLeftOutOfTheList() {
        String tools = """
                {"tools":[\
                {"name":"good","inputSchema":{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}},\
                {"name":"typeless","inputSchema":{"properties":{"a":{"x-mcp-header":"A"}}}},\
                {"name":"twice","inputSchema":{"properties":{"a":{"type":"string","x-mcp-header":"A"},\
                "b":{"type":"string","x-mcp-header":"a"}}}},\
                {"name":"elsewhere","inputSchema":{"oneOf":[{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}]}},\
                {"name":"plain"}],"nextCursor":""}""";
        try (var upstream =
                new UpstreamDouble(stateless((heard, response) -> UpstreamDouble.result(response, heard, tools)))) {
            var said = converse(
                    open(upstream.url("/mcp"), Parties.PLAIN), new Message.Asked("1", "tools/list", null), "{}");

            assertThat(said.getLast().json())
                    .contains("good", "plain", "\"nextCursor\":\"\"")
                    .doesNotContain("typeless", "twice", "elsewhere");
        }
    }

    @Test
    void headersThatDifferAreMadeAnewOnce() {
        var calls = new AtomicInteger();
        try (var upstream = new UpstreamDouble(stateless((heard, response) -> heard.says("tools/list")
                ? UpstreamDouble.result(response, heard, calls.get() == 0 ? "{\"tools\":[]}" : TOOLS)
                : calls.incrementAndGet() == 1
                        ? UpstreamDouble.error(response, 400, heard, -32020)
                        : UpstreamDouble.result(response, heard, "{\"content\":[]}")))) {
            var said = converse(
                    open(upstream.url("/mcp"), Parties.PLAIN),
                    new Message.Asked("1", "tools/call", "{\"name\":\"t\",\"arguments\":{\"region\":\"west\"}}"),
                    "{}");

            assertThat(said).singleElement().isInstanceOf(Message.Result.class);
            assertThat(upstream.heard.getLast().headers().get("Mcp-Param-Region"))
                    .isEqualTo("west");
            assertThat(upstream.methods())
                    .containsExactly("server/discover", "tools/list", "tools/call", "tools/list", "tools/call");
        }
    }

    @Test
    void leavingClosesTheStream() {
        try (var upstream = new UpstreamDouble(stateless((_, response) -> UpstreamDouble.events(
                response,
                Flux.concat(
                        Flux.just(UpstreamDouble.event(
                                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{}}")),
                        Flux.never()))))) {
            var leg = open(upstream.url("/mcp"), Parties.PLAIN);
            assertThat(leg.ask(READ).next().block(LONG)).isInstanceOf(Message.Told.class);

            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(upstream.connections()).isZero());
            assertThat(upstream.methods()).containsExactly("server/discover", "resources/read");
        }
    }

    @Test
    void anErrorIsTheResponseWhateverItsStatus() {
        try (var upstream = new UpstreamDouble(stateless((heard, response) ->
                UpstreamDouble.error(response, heard.member("uri").equals("test://a") ? 404 : 400, heard, -32602)))) {
            var leg = open(upstream.url("/mcp"), Parties.PLAIN);
            var codes = new ArrayList<Integer>();
            for (String uri : List.of("test://a", "test://b")) {
                var last = converse(leg, READ.with("{\"uri\":\"" + uri + "\"}"), "{}")
                        .getLast();
                codes.add(((Message.Failure) last).code());
            }

            assertThat(codes).containsExactly(-32602, -32602);
        }
    }
}
