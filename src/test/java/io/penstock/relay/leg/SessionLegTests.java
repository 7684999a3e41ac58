package io.penstock.relay.leg;

import static io.penstock.relay.leg.Parties.LONG;
import static io.penstock.relay.leg.Parties.open;
import static io.penstock.relay.leg.Scripts.sessions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.penstock.relay.UpstreamDouble;
import io.penstock.relay.UpstreamDouble.Heard;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What is said on the wire of the 2025 revisions. */
class SessionLegTests {

    private static final Message.Asked CALL = new Message.Asked("\"mine\"", "tools/call", "{\"name\":\"work\"}");

    private static List<Message> ask(UpstreamDouble upstream, Message.Asked request) {
        return open(upstream.url("/mcp"), Parties.PLAIN)
                .ask(request)
                .collectList()
                .block(LONG);
    }

    @Test
    void theClientsIdStaysHereAndItsTokenComesBackAsItWas() {
        try (var upstream = new UpstreamDouble(sessions((heard, response) -> UpstreamDouble.events(
                response,
                Flux.just(
                        UpstreamDouble.event("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":"
                                + "{\"progressToken\":" + heard.id() + ",\"progress\":1}}"),
                        UpstreamDouble.event("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":"
                                + "{\"progressToken\":7,\"progress\":9}}"),
                        UpstreamDouble.event(UpstreamDouble.result(heard, "{\"content\":[]}"))))))) {
            var said = ask(upstream, CALL.with("{\"name\":\"work\",\"_meta\":{\"progressToken\":7}}"));

            assertThat(upstream.heard.getLast().body()).doesNotContain("mine", "\"progressToken\":7");
            assertThat(said)
                    .first()
                    .isEqualTo(new Message.Told("notifications/progress", "{\"progressToken\":7,\"progress\":1}"));
            assertThat(said).hasSize(2).last().isInstanceOf(Message.Result.class);
        }
    }

    @Test
    void whatOnlyTheStatelessRevisionSaysIsLeftOut() {
        try (var upstream = new UpstreamDouble(sessions(
                (heard, response) -> UpstreamDouble.json(response, 200, UpstreamDouble.result(heard, "{}"))))) {
            ask(
                    upstream,
                    CALL.with(
                            "{\"name\":\"work\",\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                                    + "\"io.modelcontextprotocol/clientCapabilities\":{},\"own\":1}}"));

            assertThat(upstream.heard.getLast().body())
                    .contains("\"params\":{\"name\":\"work\",\"_meta\":{\"own\":1}}");
        }
    }

    @Test
    void aRequestInMidCallIsAnsweredByItsOwnId() {
        try (var upstream = new UpstreamDouble(sessions((heard, response) -> UpstreamDouble.events(
                response,
                Flux.just(
                        UpstreamDouble.event("{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"ping\"}"),
                        UpstreamDouble.event(
                                "{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"roots/list\",\"params\":{}}"),
                        UpstreamDouble.event(UpstreamDouble.result(heard, "{}"))))))) {
            var leg = open(upstream.url("/mcp"), Parties.PLAIN);
            var said = leg.ask(CALL)
                    .concatMap(message -> message instanceof Message.Asked asked
                            ? leg.answer(asked, new Message.Result("0", "{\"roots\":[]}"))
                                    .thenReturn(message)
                            : Mono.just(message))
                    .collectList()
                    .block(LONG);

            assertThat(said).hasSize(2).first().isEqualTo(new Message.Asked("\"q\"", "roots/list", "{}"));
            assertThat(upstream.heard.stream().map(Heard::body))
                    .contains("{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{}}")
                    .contains("{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"result\":{\"roots\":[]}}");
        }
    }

    @Test
    void leavingBeforeTheResponseCancelsUpstream() {
        try (var upstream = new UpstreamDouble(sessions((_, response) ->
                UpstreamDouble.events(response, Flux.concat(Flux.just(UpstreamDouble.event(TOLD)), Flux.never()))))) {
            var leg = open(upstream.url("/mcp"), Parties.PLAIN);
            assertThat(leg.ask(CALL).next().block(LONG)).isInstanceOf(Message.Told.class);

            await().atMost(Duration.ofSeconds(5)).until(() -> upstream.methods().contains("notifications/cancelled"));
            var call = upstream.heard.stream()
                    .filter(heard -> heard.says("tools/call"))
                    .findFirst()
                    .orElseThrow();
            assertThat(upstream.heard.getLast().body()).contains("\"requestId\":" + call.id());
        }
    }

    private static final String TOLD = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{}}";

    @Test
    void nothingIsCancelledOnceTheResponseIsThere() {
        try (var upstream = new UpstreamDouble(sessions((heard, response) -> UpstreamDouble.events(
                response,
                Flux.concat(Flux.just(UpstreamDouble.event(UpstreamDouble.result(heard, "{}"))), Flux.never()))))) {
            var leg = open(upstream.url("/mcp"), Parties.PLAIN);
            assertThat(leg.ask(CALL).next().block(LONG)).isInstanceOf(Message.Result.class);
            assertThat(leg.ask(CALL).next().block(LONG)).isInstanceOf(Message.Result.class);

            assertThat(upstream.methods()).doesNotContain("notifications/cancelled");
        }
    }

    @Test
    void aStreamThatEndsTooSoonIsTakenUpAgainFromItsLastMark() {
        try (var upstream = new UpstreamDouble(sessions((heard, response) -> {
            if (heard.method().equals("GET")) {
                return UpstreamDouble.events(response, Flux.just(UpstreamDouble.event(held)));
            }
            held = UpstreamDouble.result(heard, "{\"content\":[]}");
            return UpstreamDouble.events(response, Flux.just("id: e-1\nretry: 10\ndata: \n\n"));
        }))) {
            assertThat(ask(upstream, CALL)).singleElement().isInstanceOf(Message.Result.class);

            var resumed = upstream.heard.getLast();
            assertThat(resumed.headers().get("Last-Event-ID")).isEqualTo("e-1");
            assertThat(resumed.headers().get("Mcp-Session-Id")).isEqualTo("s-1");
        }
    }

    private volatile String held = "";

    @Test
    void aCallWhoseStreamBreaksWithoutAMarkIsSaidToBeUnknown() {
        try (var upstream =
                new UpstreamDouble(sessions((_, response) -> UpstreamDouble.events(response, Flux.just(": hm\n\n"))))) {

            assertThatThrownBy(() -> ask(upstream, CALL))
                    .hasMessage("upstream answered tools/call with a stream that ended without a response: whether it"
                            + " did the work is not known");
        }
    }

    @Test
    void aSessionThatWasLostWhileAStreamWasBrokenIsNoReasonToRepeatTheCall() {
        try (var upstream =
                new UpstreamDouble(sessions((heard, response) -> heard.method().equals("GET")
                        ? UpstreamDouble.status(response, 404)
                        : UpstreamDouble.events(response, Flux.just("id: e-1\nretry: 10\ndata: \n\n"))))) {
            StepVerifier.create(open(upstream.url("/mcp"), Parties.PLAIN).ask(CALL))
                    .expectErrorSatisfies(
                            error -> assertThat(((Refusal) error).reason()).isInstanceOf(Reason.UpstreamFailed.class))
                    .verify(LONG);

            assertThat(upstream.methods()).containsOnlyOnce("tools/call");
        }
    }
}
