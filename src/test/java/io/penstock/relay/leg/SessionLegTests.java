package io.penstock.relay.leg;

import static io.penstock.relay.leg.Parties.LONG;
import static io.penstock.relay.leg.Parties.open;
import static io.penstock.relay.leg.Scripts.sessions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.penstock.relay.UpstreamDouble;
import io.penstock.relay.UpstreamDouble.Heard;
import io.penstock.relay.line.Limits;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;
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
    void theProgressOfATaskIsToldInAnyExchangeUnderTheClientsToken() {
        String progress = "{\"progressToken\":7,\"progress\":1,"
                + "\"_meta\":{\"io.modelcontextprotocol/related-task\":{\"taskId\":\"t\"}}}";
        try (var upstream = new UpstreamDouble(sessions((heard, response) -> UpstreamDouble.events(
                response,
                Flux.just(
                        UpstreamDouble.event("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":"
                                + progress + "}"),
                        UpstreamDouble.event(UpstreamDouble.result(heard, "{\"content\":[]}"))))))) {
            var called = ask(upstream, CALL.with("{\"name\":\"work\",\"task\":{},\"_meta\":{\"progressToken\":7}}"));
            assertThat(upstream.heard.getLast().body()).contains("\"progressToken\":7");
            var awaited = ask(upstream, new Message.Asked("2", "tasks/result", "{\"taskId\":\"t\"}"));

            assertThat(called).first().isEqualTo(new Message.Told("notifications/progress", progress));
            assertThat(awaited).first().isEqualTo(new Message.Told("notifications/progress", progress));
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

            var question = (Message.Asked) said.getFirst();
            assertThat(question).isEqualTo(new Message.Asked(question.id(), "roots/list", "{}"));
            assertThat(question.id()).matches("\"[0-9]+\\|\\\\\"q\\\\\"\"");
            assertThat(said).hasSize(2);
            assertThat(upstream.heard.stream().map(Heard::body))
                    .contains("{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{}}")
                    .contains("{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"result\":{\"roots\":[]}}");
        }
    }

    @Test
    void aRequestThatIsTakenBackIsNamedAsItWasAsked() {
        try (var upstream = new UpstreamDouble(sessions((heard, response) -> UpstreamDouble.events(
                response,
                Flux.just(
                        UpstreamDouble.event("{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"roots/list\"}"),
                        UpstreamDouble.event("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\","
                                + "\"params\":{\"requestId\":\"q\",\"reason\":\"late\"}}"),
                        UpstreamDouble.event(UpstreamDouble.result(heard, "{}"))))))) {
            var said = ask(upstream, CALL);

            String id = ((Message.Asked) said.getFirst()).id();
            assertThat(said.get(1))
                    .isEqualTo(new Message.Told(
                            "notifications/cancelled", "{\"requestId\":" + id + ",\"reason\":\"late\"}"));
        }
    }

    @Test
    void leavingBeforeTheResponseCancelsUpstream() {
        try (var upstream = new UpstreamDouble(sessions((_, response) ->
                UpstreamDouble.events(response, Flux.concat(Flux.just(UpstreamDouble.event(TOLD)), Flux.never()))))) {
            var leg = open(upstream.url("/mcp"), Parties.PLAIN);
            assertThat(leg.ask(CALL).next().block(LONG)).isInstanceOf(Message.Told.class);

            await().atMost(Duration.ofSeconds(30))
                    .until(() -> upstream.methods().contains("notifications/cancelled"));
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

    @Test
    void aConnectionThatWasResetIsTakenUpAgainToo() {
        try (var upstream = new UpstreamDouble(sessions((heard, response) -> {
            if (heard.method().equals("GET")) {
                return UpstreamDouble.events(response, Flux.just(UpstreamDouble.event(held)));
            }
            held = UpstreamDouble.result(heard, "{\"content\":[]}");
            return UpstreamDouble.events(
                    response, Flux.concat(Flux.just("id: e-1\nretry: 10\ndata: \n\n"), reset(response)));
        }))) {
            assertThat(ask(upstream, CALL)).singleElement().isInstanceOf(Message.Result.class);
            assertThat(upstream.methods()).containsOnlyOnce("tools/call").contains("GET");
        }
    }

    private static Mono<String> reset(HttpServerResponse response) {
        return Mono.delay(Duration.ofMillis(100))
                .then(Mono.fromRunnable(() -> response.withConnection(connection -> connection.dispose())));
    }

    @Test
    void aConnectionThatWasResetWithoutAMarkLeavesItOpenWhetherTheCallWasCarriedOut() {
        try (var upstream = new UpstreamDouble(sessions((_, response) ->
                UpstreamDouble.events(response, Flux.concat(Flux.just(": hm\n\n"), reset(response)))))) {
            StepVerifier.create(open(upstream.url("/mcp"), Parties.PLAIN).ask(CALL))
                    .expectErrorMessage(
                            "upstream closed the connection before it answered tools/call: whether it did the"
                                    + " work is not known")
                    .verify(LONG);

            assertThat(upstream.methods()).containsOnlyOnce("tools/call");
        }
    }

    @Test
    void aStreamThatIsNeverAnsweredAgainIsGivenUp() {
        try (var upstream = new UpstreamDouble(sessions(
                (_, response) -> UpstreamDouble.events(response, Flux.just("id: e-1\nretry: 10\ndata: \n\n"))))) {
            StepVerifier.create(open(upstream.url("/mcp"), Parties.PLAIN).ask(CALL))
                    .expectErrorMessage("upstream answered tools/call with a stream that ended without a response:"
                            + " whether it did the work is not known")
                    .verify(LONG);

            assertThat(upstream.methods().stream().filter("GET"::equals)).hasSize(5);
        }
    }

    private static final String SILENT = "id: e-1\nretry: 10\ndata: \n\n";

    /** A call that is answered by the stream that is opened for the last time. */
    private static UpstreamDouble answeringAfter(int streams, IntFunction<String> said) {
        var opened = new AtomicInteger();
        var call = new AtomicReference<Heard>();
        return new UpstreamDouble(sessions((heard, response) -> {
            if (heard.says("tools/call")) {
                call.set(heard);
            }
            int stream = opened.getAndIncrement();
            String events = stream < streams
                    ? said.apply(stream)
                    : UpstreamDouble.event(UpstreamDouble.result(call.get(), "{\"content\":[]}"));
            return events.isEmpty()
                    ? UpstreamDouble.status(response, 502)
                    : UpstreamDouble.events(response, Flux.just(events));
        }));
    }

    @Test
    void aStreamThatGoesOnIsFollowedHoweverOftenItIsClosed() {
        try (var upstream = answeringAfter(12, stream -> SILENT.replace("e-1", "e-" + stream))) {
            assertThat(ask(upstream, CALL)).last().isInstanceOf(Message.Result.class);
        }
    }

    @Test
    void aStreamThatCannotBeOpenedAgainJustNowIsOpenedLater() {
        try (var upstream = answeringAfter(4, stream -> stream == 0 ? SILENT : "")) {
            assertThat(ask(upstream, CALL)).last().isInstanceOf(Message.Result.class);
        }
        try (var upstream = answeringAfter(7, stream -> stream == 0 ? SILENT : "")) {
            StepVerifier.create(open(upstream.url("/mcp"), Parties.PLAIN).ask(CALL))
                    .expectErrorMessage("upstream answered tools/call with a stream that ended without a response:"
                            + " whether it did the work is not known")
                    .verify(LONG);
        }
    }

    @Test
    void whatTakesTooLongIsCancelledUpstream() {
        var limits = new Limits(Duration.ofSeconds(5), Duration.ofMillis(500), DataSize.ofMegabytes(1));
        try (var upstream = new UpstreamDouble(sessions((_, response) -> UpstreamDouble.events(
                response, Flux.interval(Duration.ofMillis(50)).map(_ -> UpstreamDouble.event(TOLD)))))) {
            StepVerifier.create(Parties.legs(limits)
                            .to(Parties.outbound(Parties.gateway(upstream.url("/mcp"))), Parties.PLAIN)
                            .flatMapMany(leg -> leg.ask(CALL)))
                    .thenConsumeWhile(Message.Told.class::isInstance)
                    .expectErrorMessage(
                            "upstream did not answer tools/call within 500 ms: check that it is up and reachable")
                    .verify(LONG);

            await().atMost(Duration.ofSeconds(30))
                    .until(() -> upstream.methods().contains("notifications/cancelled"));
        }
    }

    @Test
    void eventsAreReadAtTheReadersPace() {
        var sent = new AtomicLong();
        try (var upstream =
                new UpstreamDouble(sessions((_, response) -> UpstreamDouble.events(response, Flux.generate(sink -> {
                    sent.incrementAndGet();
                    sink.next(UpstreamDouble.event(TOLD.replace("{}", "{\"x\":\"" + "x".repeat(10_000) + "\"}")));
                }))))) {
            StepVerifier.create(open(upstream.url("/mcp"), Parties.PLAIN).ask(CALL), 3)
                    .expectNextCount(3)
                    .expectNoEvent(Duration.ofMillis(500))
                    .thenCancel()
                    .verify(LONG);

            assertThat(sent.get()).isLessThan(5_000);
        }
    }

    @Test
    void aConnectionCarriesOneCallAfterAnother() {
        try (var upstream = new UpstreamDouble(sessions((heard, response) -> UpstreamDouble.events(
                response, Flux.just(UpstreamDouble.event(UpstreamDouble.result(heard, "{}"))))))) {
            var leg = open(upstream.url("/mcp"), Parties.PLAIN);
            for (int i = 0; i < 10; i++) {
                assertThat(leg.ask(CALL).last().block(LONG)).isInstanceOf(Message.Result.class);
            }

            assertThat(upstream.opened()).isLessThan(6);
        }
    }

    @Test
    void aConversationIsBegunAnewOnceWhereTheConnectionClosesUnderItsGreeting() {
        var greetings = new AtomicLong();
        var inner = sessions((heard, response) -> UpstreamDouble.result(response, heard, "{}"));
        try (var upstream = new UpstreamDouble((heard, response) -> {
            boolean first = heard.says("notifications/initialized") && greetings.incrementAndGet() == 1;
            return first ? closed(response) : inner.apply(heard, response);
        })) {
            assertThat(ask(upstream, CALL)).singleElement().isInstanceOf(Message.Result.class);
            assertThat(upstream.heard.getLast().headers().get("Mcp-Session-Id")).isEqualTo("s-2");
        }
    }

    @Test
    void itIsBegunNoThirdTime() {
        var inner = sessions((heard, response) -> UpstreamDouble.result(response, heard, "{}"));
        try (var upstream = new UpstreamDouble((heard, response) ->
                heard.says("notifications/initialized") ? closed(response) : inner.apply(heard, response))) {
            assertThatThrownBy(() -> open(upstream.url("/mcp"), Parties.PLAIN))
                    .hasMessage("upstream closed the connection before it answered notifications/initialized");
            assertThat(upstream.methods().stream().filter("initialize"::equals)).hasSize(2);
        }
    }

    private static Mono<Void> closed(HttpServerResponse response) {
        return Mono.fromRunnable(() -> response.withConnection(connection -> connection.dispose()));
    }
}
