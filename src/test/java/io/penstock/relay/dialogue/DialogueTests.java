package io.penstock.relay.dialogue;

import static io.penstock.relay.dialogue.Talks.LONG;
import static io.penstock.relay.dialogue.Talks.dialogues;
import static io.penstock.relay.dialogue.Talks.gateway;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.Transport;
import io.penstock.relay.Dialogues.UpstreamError;
import io.penstock.relay.UpstreamDouble;
import io.penstock.relay.UpstreamDouble.Heard;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.http.server.HttpServerResponse;

/** What is said on the wire once a conversation is open. */
class DialogueTests {

    private static final String LIST = "{\"tools\":[]}";

    private static BiFunction<Heard, HttpServerResponse, Publisher<Void>> stateless(
            BiFunction<Heard, HttpServerResponse, Publisher<Void>> answers) {
        return (heard, response) -> heard.says("server/discover")
                ? UpstreamDouble.result(response, heard, UpstreamDouble.DISCOVERED)
                : answers.apply(heard, response);
    }

    private static BiFunction<Heard, HttpServerResponse, Publisher<Void>> sessions(
            BiFunction<Heard, HttpServerResponse, Publisher<Void>> answers) {
        return (heard, response) -> switch (heard.method() + heard.member("method")) {
            case "POSTserver/discover" -> UpstreamDouble.status(response, 400);
            case "POSTinitialize" ->
                UpstreamDouble.result(response.header("Mcp-Session-Id", "s-1"), heard, UpstreamDouble.INITIALIZED);
            case "POSTnotifications/initialized" ->
                response.status(202)
                        .header("Content-Type", "text/plain")
                        .sendString(Mono.just("Accepted"))
                        .then();
            case "POST" -> UpstreamDouble.status(response, 202);
            default -> answers.apply(heard, response);
        };
    }

    private static String ask(Gateway gateway, String method, String params) {
        return dialogues()
                .hold(gateway, dialogue -> dialogue.request(method, params))
                .block(LONG);
    }

    @Test
    void aStatelessRequestCarriesItsMetaBesideItsParameters() {
        try (var upstream =
                new UpstreamDouble(stateless((heard, response) -> UpstreamDouble.result(response, heard, LIST)))) {
            assertThat(ask(gateway(upstream.url("/mcp")), "tools/list", "{\"cursor\":\"a\"}"))
                    .isEqualTo(LIST);

            var heard = upstream.heard.getLast();
            assertThat(heard.headers().get("Mcp-Method")).isEqualTo("tools/list");
            assertThat(heard.body())
                    .contains("\"params\":{\"cursor\":\"a\",\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":");
            assertThat(heard.member("id")).isEqualTo("2");
        }
    }

    @Test
    void aNameThatFitsNoHeaderIsMirroredInBase64() {
        try (var upstream =
                new UpstreamDouble(stateless((heard, response) -> UpstreamDouble.result(response, heard, "{}")))) {
            assertThat(ask(gateway(upstream.url("/mcp")), "tools/call", "{\"name\":\"wést\"}"))
                    .isEqualTo("{}");
            assertThat(ask(gateway(upstream.url("/mcp")), "tools/call", "{\"name\":\"west\"}"))
                    .isEqualTo("{}");

            assertThat(upstream.heard.stream()
                            .filter(heard -> heard.says("tools/call"))
                            .map(heard -> heard.headers().get("Mcp-Name")))
                    .containsExactly("=?base64?d8Opc3Q=?=", "west");
        }
    }

    @Test
    void anAnswerMayComeAsEventsAmongNotifications() {
        try (var upstream = new UpstreamDouble(stateless((heard, response) -> UpstreamDouble.events(
                response,
                Flux.just(
                        ": hello\n\n",
                        "id: 1\nretry: 500\ndata: \n\n",
                        UpstreamDouble.event(
                                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{}}"),
                        UpstreamDouble.event(UpstreamDouble.result(heard, LIST))))))) {

            assertThat(ask(gateway(upstream.url("/mcp")), "tools/list", null)).isEqualTo(LIST);
        }
    }

    @Test
    void aSessionIsNamedOnEveryRequestAndEndsWithTheConversation() {
        try (var upstream =
                new UpstreamDouble(sessions((heard, response) -> heard.method().equals("DELETE")
                        ? UpstreamDouble.status(response, 405)
                        : UpstreamDouble.result(response, heard, LIST)))) {
            assertThat(ask(gateway(upstream.url("/mcp")), "tools/list", null)).isEqualTo(LIST);

            assertThat(upstream.methods())
                    .containsExactly(
                            "server/discover", "initialize", "notifications/initialized", "tools/list", "DELETE");
            assertThat(upstream.heard.get(1).headers().contains("Mcp-Session-Id"))
                    .isFalse();
            assertThat(upstream.heard.subList(2, 5)).allSatisfy(heard -> {
                assertThat(heard.headers().get("Mcp-Session-Id")).isEqualTo("s-1");
                assertThat(heard.headers().get("MCP-Protocol-Version")).isEqualTo("2025-11-25");
                assertThat(heard.headers().get("Authorization")).isEqualTo("Bearer sesame");
            });
        }
    }

    @Test
    void aSessionEndsThoughTheTalkFails() {
        try (var upstream = new UpstreamDouble(sessions((_, response) -> UpstreamDouble.status(response, 200)))) {
            var failing =
                    dialogues().hold(gateway(upstream.url("/mcp")), _ -> Mono.error(new IllegalStateException("no")));

            assertThatThrownBy(() -> failing.block(LONG)).hasMessage("no");
            assertThat(upstream.methods()).endsWith("DELETE");
        }
    }

    @Test
    void aSessionThatTheUpstreamEndedIsSaidToBeSo() {
        try (var upstream = new UpstreamDouble(sessions((_, response) -> UpstreamDouble.status(response, 404)))) {

            assertThatThrownBy(() -> ask(gateway(upstream.url("/mcp")), "tools/list", null))
                    .hasMessage("upstream answered tools/list by ending the session: try again");
        }
    }

    @Test
    void answersAPingInBetweenAndNothingElse() {
        try (var upstream = new UpstreamDouble(sessions((heard, response) -> UpstreamDouble.events(
                response,
                Flux.just(
                        UpstreamDouble.event("{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"ping\"}"),
                        UpstreamDouble.event("{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"roots/list\"}"),
                        UpstreamDouble.event(UpstreamDouble.result(heard, LIST))))))) {
            assertThat(ask(gateway(upstream.url("/mcp")), "tools/list", null)).isEqualTo(LIST);

            assertThat(upstream.heard.stream().map(Heard::body))
                    .contains("{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{}}")
                    .contains(
                            "{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"error\":{\"code\":-32601,\"message\":\"Method not found\"}}");
        }
    }

    @Test
    void aJsonRpcErrorIsToldByItsCodeAlone() {
        try (var upstream = new UpstreamDouble(
                stateless((heard, response) -> UpstreamDouble.error(response, 404, heard, -32601)))) {

            assertThatThrownBy(() -> ask(gateway(upstream.url("/mcp")), "prompts/list", null))
                    .satisfies(error -> {
                        var cause = (UpstreamError) Exceptions.unwrap(error);
                        assertThat(cause.code()).isEqualTo(-32601);
                        assertThat(cause)
                                .hasMessage("upstream answered prompts/list with error -32601 (method not found)");
                    });
        }
    }

    /** An HTTP+SSE upstream: answers arrive on the one stream. */
    private static BiFunction<Heard, HttpServerResponse, Publisher<Void>> stream(String endpoint) {
        Sinks.Many<String> stream = Sinks.many().multicast().onBackpressureBuffer();
        var open = ConcurrentHashMap.<String>newKeySet();
        return (heard, response) -> {
            if (heard.method().equals("GET") && open.add("stream")) {
                var first = Flux.just("event: endpoint\ndata: " + endpoint + "\n\n");
                return UpstreamDouble.events(response, Flux.concat(first, stream.asFlux()));
            }
            if (!heard.uri().startsWith("/messages")) {
                return UpstreamDouble.status(response, 404);
            }
            String result = heard.says("initialize") ? UpstreamDouble.INITIALIZED : LIST;
            if (!heard.says("notifications/initialized")) {
                stream.tryEmitNext(UpstreamDouble.event("{\"jsonrpc\":\"2.0\",\"id\":99,\"result\":{\"late\":true}}"))
                        .orThrow();
                stream.tryEmitNext(UpstreamDouble.event(UpstreamDouble.result(heard, result)))
                        .orThrow();
            }
            return response.status(heard.says("initialize") ? 202 : 200)
                    .header("Content-Type", "text/plain")
                    .sendString(Mono.just("Accepted"))
                    .then();
        };
    }

    @Test
    void overHttpAndSseTheAnswersArriveOnTheStream() {
        try (var upstream = new UpstreamDouble(stream("/messages?session=7"))) {
            var gateway = gateway(upstream.url("/sse"));
            var transport = dialogues()
                    .hold(
                            gateway,
                            dialogue -> dialogue.request("tools/list", null)
                                    .map(result -> dialogue.greeting().transport() + result))
                    .block(LONG);

            assertThat(transport).isEqualTo("sse" + LIST);
            assertThat(upstream.methods())
                    .containsExactly(
                            "server/discover",
                            "initialize",
                            "GET",
                            "initialize",
                            "notifications/initialized",
                            "tools/list");
            assertThat(upstream.heard.getLast().uri()).isEqualTo("/messages?session=7");
            assertThat(upstream.heard.getLast().headers().get("Authorization")).isEqualTo("Bearer sesame");
        }
    }

    @Test
    void aCredentialInTheQueryGoesToTheEndpointToo() {
        try (var upstream = new UpstreamDouble(stream("messages?session=7"))) {
            var result = dialogues(LONG, "key=sesame")
                    .hold(
                            gateway(upstream.url("/sse"), Transport.SSE),
                            dialogue -> dialogue.request("tools/list", null))
                    .block(LONG);

            assertThat(result).isEqualTo(LIST);
            assertThat(upstream.heard.getFirst().uri()).isEqualTo("/sse?key=sesame");
            assertThat(upstream.heard.getLast().uri()).isEqualTo("/messages?session=7&key=sesame");
        }
    }

    @Test
    void anEndpointOnAnotherOriginIsNotFollowed() {
        try (var foreign = new UpstreamDouble((_, response) -> UpstreamDouble.status(response, 202))) {
            var elsewhere = new String[] {
                foreign.url("/messages").toString(),
                "//localhost:1/messages",
                "http://user@localhost/",
                "file:///etc/passwd",
                " ",
                "::"
            };
            for (String endpoint : elsewhere) {
                try (var upstream = new UpstreamDouble(stream(endpoint))) {
                    assertThatThrownBy(() -> ask(gateway(upstream.url("/sse"), Transport.SSE), "tools/list", null))
                            .as(endpoint)
                            .hasMessageMatching(
                                    "upstream answered GET with an endpoint (on another origin|that is no).*");
                }
            }
            assertThat(foreign.heard).isEmpty();
        }
    }
}
