package io.penstock.relay.dialogue;

import static io.penstock.relay.dialogue.Talks.gateway;
import static io.penstock.relay.dialogue.Talks.greet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.catalog.SampleGateways;
import io.penstock.catalog.Transport;
import io.penstock.relay.UpstreamDouble;
import io.penstock.relay.UpstreamDouble.Heard;
import io.penstock.wire.Refusal;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.netty.http.server.HttpServerResponse;

/** Which era an upstream is taken to speak, and from what. */
class EraTests {

    /** Speaks sessions; answers what it does not know with a status. */
    private static BiFunction<Heard, HttpServerResponse, Publisher<Void>> sessions(int unknown) {
        return (heard, response) -> switch (heard.member("method")) {
            case "initialize" -> UpstreamDouble.result(response, heard, UpstreamDouble.INITIALIZED);
            case "notifications/initialized" -> UpstreamDouble.status(response, 202);
            default -> UpstreamDouble.status(response, unknown);
        };
    }

    private static Publisher<Void> modern(Heard heard, HttpServerResponse response) {
        return heard.says("server/discover")
                ? UpstreamDouble.result(response, heard, UpstreamDouble.DISCOVERED)
                : UpstreamDouble.error(response, 400, heard, -32022);
    }

    @Test
    void anAnswerToDiscoverIsTheStatelessEra() {
        try (var upstream = new UpstreamDouble(EraTests::modern)) {
            var greeting = greet(gateway(upstream.url("/mcp")));

            assertThat(greeting.protocolVersion()).isEqualTo("2026-07-28");
            assertThat(greeting.transport()).isEqualTo("streamable_http");
            assertThat(greeting.capabilities()).isEqualTo("{\"tools\":{\"listChanged\":true}}");
            assertThat(greeting.serverInfo()).isEqualTo("{\"name\":\"double\",\"version\":\"1\"}");
            assertThat(upstream.methods()).containsExactly("server/discover");
        }
    }

    @Test
    void theFirstRequestMirrorsItsBodyInItsHeaders() {
        try (var upstream = new UpstreamDouble(EraTests::modern)) {
            assertThat(greet(gateway(upstream.url("/mcp")))).isNotNull();

            var heard = upstream.heard.getFirst();
            assertThat(heard.headers().get("MCP-Protocol-Version")).isEqualTo("2026-07-28");
            assertThat(heard.headers().get("Mcp-Method")).isEqualTo("server/discover");
            assertThat(heard.headers().contains("Mcp-Name")).isFalse();
            assertThat(heard.headers().get("Accept")).isEqualTo("application/json, text/event-stream");
            assertThat(heard.headers().get("Authorization")).isEqualTo("Bearer sesame");
            assertThat(heard.body())
                    .contains("\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"")
                    .contains("\"io.modelcontextprotocol/clientInfo\":{\"name\":\"penstock\"")
                    .contains("\"io.modelcontextprotocol/clientCapabilities\":{}");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 405, 406, 415, 421, 422})
    void aRefusalWithoutAModernErrorIsFollowedByInitialize(int status) {
        try (var upstream = new UpstreamDouble(sessions(status))) {
            var greeting = greet(gateway(upstream.url("/mcp")));

            assertThat(greeting.protocolVersion()).isEqualTo("2025-11-25");
            assertThat(upstream.methods())
                    .containsExactly("server/discover", "initialize", "notifications/initialized");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-32600, -32601, -32000, -32001})
    void anErrorOfOlderServersIsFollowedByInitialize(int code) {
        try (var upstream = new UpstreamDouble((heard, response) -> heard.says("server/discover")
                ? UpstreamDouble.error(response, code == -32601 ? 200 : 400, heard, code)
                : sessions(400).apply(heard, response))) {

            assertThat(greet(gateway(upstream.url("/mcp"))).protocolVersion()).isEqualTo("2025-11-25");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-32020, -32021, -32022})
    void aModernErrorIsAVerdictForTheStatelessEra(int code) {
        try (var upstream = new UpstreamDouble((heard, response) -> UpstreamDouble.error(response, 400, heard, code))) {

            assertThatThrownBy(() -> greet(gateway(upstream.url("/mcp"))))
                    .isInstanceOf(Refusal.class)
                    .hasMessageStartingWith("upstream answered server/discover with error " + code)
                    .hasMessageNotContaining("sesame");
            assertThat(upstream.methods()).containsExactly("server/discover");
        }
    }

    @Test
    void aModernErrorThatNamesAnOlderRevisionIsFollowedByInitialize() {
        try (var upstream = new UpstreamDouble((heard, response) -> heard.says("server/discover")
                ? UpstreamDouble.json(
                        response,
                        400,
                        "{\"jsonrpc\":\"2.0\",\"id\":" + heard.member("id")
                                + ",\"error\":{\"code\":-32022,\"message\":\"\",\"data\":{\"supported\":[\"2025-06-18\"]}}}")
                : sessions(400).apply(heard, response))) {

            assertThat(greet(gateway(upstream.url("/mcp"))).protocolVersion()).isEqualTo("2025-11-25");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 429, 500, 502, 503})
    void aRefusalThatSaysNothingOfErasEndsTheProbing(int status) {
        try (var upstream = new UpstreamDouble((_, response) -> UpstreamDouble.status(response, status))) {

            assertThatThrownBy(() -> greet(gateway(upstream.url("/mcp"))))
                    .isInstanceOf(Refusal.class)
                    .hasMessageStartingWith("upstream answered " + status + " to server/discover: ");
            assertThat(upstream.methods()).containsExactly("server/discover");
        }
    }

    @Test
    void whatRefusesBothPostsIsAskedForAStream() {
        try (var upstream = new UpstreamDouble((_, response) -> UpstreamDouble.status(response, 404))) {

            assertThatThrownBy(() -> greet(gateway(upstream.url("/mcp"))))
                    .hasMessage("upstream answered 404 to initialize: check url");
            assertThat(upstream.methods()).containsExactly("server/discover", "initialize", "GET");
        }
    }

    @Test
    void streamableHttpIsNeverAskedForAStream() {
        try (var upstream = new UpstreamDouble((_, response) -> UpstreamDouble.status(response, 404))) {

            assertThatThrownBy(() -> greet(gateway(upstream.url("/mcp"), Transport.STREAMABLEHTTP)))
                    .hasMessage("upstream answered 404 to initialize: check url");
            assertThat(upstream.methods()).containsExactly("server/discover", "initialize");
        }
    }

    @Test
    void sseIsAskedForAStreamAtOnce() {
        try (var upstream = new UpstreamDouble((_, response) -> UpstreamDouble.status(response, 404))) {

            assertThatThrownBy(() -> greet(gateway(upstream.url("/sse"), Transport.SSE)))
                    .hasMessage("upstream answered 404 to GET: check url");
            assertThat(upstream.methods()).containsExactly("GET");
        }
    }

    @Test
    void whatWasSeenLastIsTriedFirst() {
        try (var upstream = new UpstreamDouble(sessions(400))) {
            var greeting = greet(SampleGateways.seen(gateway(upstream.url("/mcp")), "2025-06-18", "streamable_http"));

            assertThat(greeting.protocolVersion()).isEqualTo("2025-11-25");
            assertThat(upstream.methods()).containsExactly("initialize", "notifications/initialized");
        }
    }

    @Test
    void anUpstreamThatWasUpgradedIsProbedAgain() {
        try (var upstream = new UpstreamDouble(EraTests::modern)) {
            var greeting = greet(SampleGateways.seen(gateway(upstream.url("/mcp")), "2025-06-18", "streamable_http"));

            assertThat(greeting.protocolVersion()).isEqualTo("2026-07-28");
            assertThat(upstream.methods()).containsExactly("initialize", "server/discover");
        }
    }

    @Test
    void anUpstreamThatWasReplacedByAnOlderOneIsProbedAgain() {
        try (var upstream = new UpstreamDouble(sessions(400))) {
            var greeting = greet(SampleGateways.seen(gateway(upstream.url("/mcp")), "2026-07-28", "streamable_http"));

            assertThat(greeting.protocolVersion()).isEqualTo("2025-11-25");
        }
    }

    @Test
    void aProtocolVersionThatNobodyKnowsIsRefused() {
        try (var upstream = new UpstreamDouble((heard, response) -> heard.says("initialize")
                ? UpstreamDouble.result(response, heard, "{\"protocolVersion\":\"1999-01-01\",\"capabilities\":{}}")
                : UpstreamDouble.status(response, 400))) {

            assertThatThrownBy(() -> greet(gateway(upstream.url("/mcp"))))
                    .hasMessage("upstream answered initialize with a protocol version that is not spoken here");
        }
    }
}
