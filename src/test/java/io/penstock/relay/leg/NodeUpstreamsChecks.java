package io.penstock.relay.leg;

import static io.penstock.relay.leg.Parties.LONG;
import static io.penstock.relay.leg.Parties.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.relay.leg.Leg.Interests;
import io.penstock.wire.Message;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.http.client.HttpClient;
import reactor.test.StepVerifier;

/**
 * Legs to servers made with the TypeScript SDK, one for each era, and to the reference server. {@code src/test/conformance/legs.sh} starts
 * them; the variable names the folder with their addresses.
 */
class NodeUpstreamsChecks {

    static final String FOLDER = "PENSTOCK_UPSTREAMS";

    private static final String MULTI_ROUND = "test_input_required_result_multi_round";

    private static URI url(String name) {
        try {
            return URI.create(Files.readString(Path.of(System.getenv(FOLDER), name + ".url"))
                    .strip());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Leg open(String name) {
        return Parties.open(url(name), Parties.ABLE);
    }

    private static Message.Asked call(String tool, String arguments) {
        return new Message.Asked(
                "\"mine\"",
                "tools/call",
                "{\"name\":\"" + tool + "\",\"arguments\":" + arguments + ",\"_meta\":{\"progressToken\":\"mine\"}}");
    }

    /** Asks, answers what is asked back, and gives all that was said. */
    private static List<Message> converse(Leg leg, Message.Asked request) {
        return converse(leg::ask, leg, request);
    }

    private static List<Message> converse(
            Function<Message.Asked, Flux<Message>> asking, Leg leg, Message.Asked request) {
        return asking.apply(request)
                .concatMap(message -> message instanceof Message.Asked asked
                        ? leg.answer(asked, new Message.Result("0", answer(asked)))
                                .thenReturn(message)
                        : Mono.just(message))
                .collectList()
                .block(LONG);
    }

    private static String answer(Message.Asked asked) {
        String params = String.valueOf(asked.params());
        return switch (asked.method()) {
            case "roots/list" -> "{\"roots\":[{\"uri\":\"file:///r\"}]}";
            case "sampling/createMessage" ->
                "{\"role\":\"assistant\",\"model\":\"m\",\"content\":{\"type\":\"text\",\"text\":\"Paris\"}}";
            default ->
                "{\"action\":\"accept\",\"content\":"
                        + (params.contains("color") ? "{\"color\":\"blue\"}" : "{\"name\":\"Ada\",\"ok\":true}") + "}";
        };
    }

    private static String last(List<Message> said) {
        return said.getLast().json();
    }

    private static String instrument(String name, String path) {
        return HttpClient.create()
                .get()
                .uri(url(name).resolve(path))
                .responseContent()
                .aggregate()
                .asString()
                .block(LONG);
    }

    @ParameterizedTest
    @CsvSource({
        "legacy,          2025-11-25, streamable_http",
        "sse,             2025-11-25, sse",
        "modern,          2026-07-28, streamable_http",
        "dual,            2026-07-28, streamable_http",
        "everything-http, 2025-11-25, streamable_http",
        "everything-sse,  2025-11-25, sse"
    })
    void findsOutWhatTheySpeak(String name, String version, String transport) {
        var leg = open(name);

        assertThat(leg.greeting().version().text()).isEqualTo(version);
        assertThat(leg.greeting().transport()).isEqualTo(transport);
        assertThat(last(converse(leg, call("echo", "{\"text\":\"hello\",\"message\":\"hello\"}"))))
                .contains("hello");
        done(leg.close());
    }

    @ParameterizedTest
    @ValueSource(strings = {"legacy", "sse", "modern", "dual"})
    void progressComesWithTheClientsToken(String name) {
        var said = converse(open(name), call("sleep_ms", "{\"ms\":1500}"));

        assertThat(said).hasSizeGreaterThan(2);
        assertThat(said.subList(0, said.size() - 1))
                .allSatisfy(message ->
                        assertThat(message.json()).contains("notifications/progress", "\"progressToken\":\"mine\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"legacy", "sse", "modern", "dual"})
    void theyMayAskForAllThatThePartyCan(String name) {
        var leg = open(name);

        assertThat(last(converse(leg, call("test_input_required_result_elicitation", "{}"))))
                .contains("Hello, Ada!");
        assertThat(last(converse(leg, call("test_input_required_result_sampling", "{}"))))
                .contains("Paris");
        assertThat(last(converse(leg, call("test_input_required_result_list_roots", "{}"))))
                .contains("file:///r");
        assertThat(last(converse(leg, call("test_input_required_result_multiple_inputs", "{}"))))
                .contains("all inputs received");
        assertThat(last(converse(leg, call("test_input_required_result_request_state", "{}"))))
                .contains("state-ok");
        assertThat(last(converse(leg, call(MULTI_ROUND, "{}")))).contains("likes blue");
    }

    /** One after the other: the upstream may not have missed the stream before, and lets only one be open. */
    @ParameterizedTest
    @ValueSource(strings = {"legacy", "sse"})
    void theyMayAskWithoutSayingForWhichCall(String name) {
        var leg = open(name);

        for (int i = 0; i < 10; i++) {
            assertThat(last(converse(leg::askListening, leg, call("test_elicitation_unrelated", "{}"))))
                    .contains("User response: action=accept", "Ada");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"legacy", "sse", "modern"})
    void leavingCancelsTheCall(String name) {
        instrument(name, "/__reset");
        var leg = open(name);
        assertThat(leg.ask(call("sleep_ms", "{\"ms\":5000}")).next().block(LONG))
                .isInstanceOf(Message.Told.class);

        await().atMost(Duration.ofSeconds(30))
                .until(() -> instrument(name, "/__log").contains("\"event\":\"cancelled\""));
    }

    @Test
    void aSessionThatEndedUpstreamIsReplaced() {
        instrument("legacy", "/__reset");
        var leg = open("legacy");
        assertThat(last(converse(leg, call("echo", "{\"text\":\"one\"}")))).contains("one");
        var session = Pattern.compile("\"mcp-session-id\":\"([^\"]+)\"").matcher(instrument("legacy", "/__log"));
        assertThat(session.find()).isTrue();
        var ended = HttpClient.create()
                .headers(headers ->
                        headers.set("Mcp-Session-Id", session.group(1)).set("MCP-Protocol-Version", "2025-11-25"))
                .delete()
                .uri(url("legacy"))
                .response()
                .block(LONG);
        assertThat(ended).isNotNull();

        assertThat(last(converse(leg, call("echo", "{\"text\":\"two\"}")))).contains("two");
        assertThat(instrument("legacy", "/__log").split("\"rpc\":\"initialize\"", -1))
                .hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"modern", "dual"})
    void aConnectionThatBreaksInMidCallLeavesItOpenWhetherItWasCarriedOut(String name) {
        var leg = open(name);

        StepVerifier.create(leg.ask(call("drop_connection", "{}")))
                .expectErrorMatches(error -> error.getMessage().endsWith("whether it did the work is not known"))
                .verify(LONG);
        assertThat(last(converse(leg, call("echo", "{\"text\":\"two\"}")))).contains("two");
    }

    @ParameterizedTest
    @ValueSource(strings = {"legacy", "sse", "modern", "dual"})
    void changesAreHeard(String name) {
        var leg = open(name);
        var interests = new Interests(true, false, false, Set.of("test://static-text"));
        Sinks.Empty<Void> stood = Sinks.empty();
        StepVerifier.create(leg.listen(interests, () -> stood.tryEmitEmpty().orThrow())
                        .mergeWith(stood.asMono()
                                .doOnSuccess(_ -> {
                                    instrumentLater(name, "/__emit?what=prompts");
                                    instrumentLater(name, "/__emit?what=tools");
                                    instrumentLater(name, "/__emit?what=updated:test://static-text");
                                })
                                .then(Mono.empty()))
                        .map(message -> message instanceof Message.Told told ? told.method() : message.json())
                        .take(2)
                        .collectSortedList())
                .expectNext(List.of("notifications/resources/updated", "notifications/tools/list_changed"))
                .expectComplete()
                .verify(LONG);
    }

    private static void instrumentLater(String name, String path) {
        var _ = HttpClient.create()
                .get()
                .uri(url(name).resolve(path))
                .response()
                .subscribe();
    }
}
