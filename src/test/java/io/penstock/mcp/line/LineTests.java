package io.penstock.mcp.line;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.penstock.caller.Caller;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.SampleGateways;
import io.penstock.catalog.Transport;
import io.penstock.ingress.Calm;
import io.penstock.mcp.call.Call;
import io.penstock.mcp.call.Calls;
import io.penstock.mcp.call.TracedCalls;
import io.penstock.relay.RelaySettings;
import io.penstock.relay.Replicas;
import io.penstock.vault.Vaults;
import io.penstock.wire.Arrival.Target;
import io.penstock.wire.HeaderNames;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import io.penstock.wire.Request;
import io.penstock.wire.SseEvent;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.unit.DataSize;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

@ExtendWith(OutputCaptureExtension.class)
class LineTests {

    /** Between looks at what comes about at once, and many times. */
    private static final Duration SOON = Duration.ofMillis(1);

    private static final Gateway GATEWAY =
            SampleGateways.at(URI.create("http://localhost:1/mcp"), Transport.STREAMABLEHTTP, "none");
    private static final Caller ADA = new Caller("ada", Caller.Source.JWT, false, Set.of(), null, "", Instant.MAX);

    private static final Duration LONG = Duration.ofHours(1);
    private static final String RESULT = "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}";

    private final TracedCalls traced = new TracedCalls();
    private final AtomicInteger carried = new AtomicInteger();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private Function<String, Mono<Reply>> replies = _ -> Mono.never();
    private final Calls calls = traced.to(
            GATEWAY,
            ADA,
            outbound -> Mono.defer(() -> {
                carried.incrementAndGet();
                requests.add(outbound.permit().arrival().request());
                return replies.apply(new String(outbound.permit().arrival().body(), UTF_8));
            }));

    private static Call call() {
        var request = new Request("GET", "/sse", new DefaultHttpHeaders(), new InetSocketAddress(1), "c");
        return new Call(request, new Target.GatewayTarget(GATEWAY.id()));
    }

    private Line line() {
        return line(call());
    }

    private Line line(Call opener) {
        var nobody = (Replicas) Proxy.newProxyInstance(
                Replicas.class.getClassLoader(), new Class<?>[] {Replicas.class}, (_, _, _) -> "here");
        var relay = new RelaySettings(LONG, LONG, DataSize.ofMegabytes(1), LONG, false, false);
        return new Lines(calls, new LineIds(Vaults.fresh()), nobody, Calm.PRESSURES, relay, new SimpleMeterRegistry())
                .line(opener);
    }

    private static Reply json(int status, String body) {
        return new Reply.Json(status, body.getBytes(UTF_8), null);
    }

    private void say(Line line, String message) {
        assertThat(line.say(call(), ADA, message.getBytes(UTF_8)).blockOptional())
                .isEmpty();
    }

    @Test
    void whatWaitsWhenItsLineEndsIsOverToo() {
        var line = line();
        var reader = line.messages().subscribe();
        say(line, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}"); // what follows waits for it
        await().until(() -> carried.get() == 1);
        for (int id = 0; id < 5; id++) {
            say(line, "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"ping\"}");
        }

        reader.dispose();

        await().untilAsserted(() -> assertThat(traced.ended).hasValue(6));
        assertThat(traced.begun).hasValue(6);
        assertThat(carried).hasValue(1);
    }

    @Test
    void aServerThatCannotBeHeardForABugIsLogged(CapturedOutput output) {
        replies = sent -> sent.isEmpty()
                ? Mono.error(new IllegalStateException("a bug of the stream"))
                : Mono.just(new Reply.Empty(202));
        var line = line();
        var reader = line.messages().subscribe();

        say(line, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");

        await().untilAsserted(() -> assertThat(output.getOut()).contains("Stream of call ", "a bug of the stream"));
        reader.dispose();
    }

    @Test
    void whatASessionGivesUpMakesRoomForOtherRequests() {
        replies = sent -> sent.contains("cancelled") ? Mono.just(new Reply.Empty(202)) : Mono.never();
        var line = line();
        var heard = new CopyOnWriteArrayList<String>();
        var reader = line.messages().subscribe(event -> heard.add(event.data()));
        for (int id = 0; id <= Load.REQUESTS; id++) {
            int call = id;
            say(
                    line,
                    "{\"jsonrpc\":\"2.0\",\"id\":" + call
                            + ",\"method\":\"tools/call\",\"params\":{\"name\":\"slow\"}}");
            await().pollDelay(Duration.ZERO).pollInterval(SOON).until(() -> carried.get() == 2 * call + 1);

            say(
                    line,
                    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":" + call
                            + "}}");
            await().pollDelay(Duration.ZERO).pollInterval(SOON).until(() -> traced.ended.get() == 2 * call + 2);
        }

        assertThat(heard).isEmpty();
        reader.dispose();
    }

    @Test
    void anAnswerThatCrossesItsCancelIsNotToldAnyMore() {
        Sinks.One<Reply> answer = Sinks.one();
        replies = sent -> sent.contains("cancelled")
                ? Mono.fromRunnable(() -> answer.tryEmitValue(json(200, RESULT)).orThrow())
                        .thenReturn(new Reply.Empty(202))
                : answer.asMono();
        var line = line();
        var heard = new CopyOnWriteArrayList<String>();
        var reader = line.messages().subscribe(event -> heard.add(event.data()));
        say(line, "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}");
        await().until(() -> carried.get() == 1);

        say(line, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":7}}");
        await().untilAsserted(() -> assertThat(traced.ended).hasValue(2));
        replies = _ -> Mono.just(json(200, RESULT.replace("7", "8")));
        say(line, "{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":\"ping\"}");

        await().untilAsserted(() -> assertThat(heard).containsExactly(RESULT.replace("7", "8")));
        reader.dispose();
    }

    static Stream<Arguments> answersInASession() {
        String error = "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":%d,\"message\":\"no\"}}";
        Mono<Reply> ended = Mono.error(new Refusal(new Reason.SessionEnded("over")));
        return Stream.of(
                Arguments.of(Mono.just(json(404, error.formatted(-32600))), "-32600", true),
                Arguments.of(Mono.just(json(404, "not found")), "-32603", true),
                Arguments.of(ended, "over", true),
                Arguments.of(Mono.just(json(404, error.formatted(-32601))), "-32601", false),
                Arguments.of(Mono.just(json(400, error.formatted(-32600))), "-32600", false));
    }

    /** A client of a line may know nothing of sessions: that its connection ends it does understand. */
    @ParameterizedTest
    @MethodSource("answersInASession")
    void aLineEndsWithItsSession(Mono<Reply> answer, String told, boolean over) {
        replies = sent ->
                sent.contains("initialize") ? Mono.just(new Reply.Json(200, RESULT.getBytes(UTF_8), "sealed")) : answer;
        var line = line();
        var heard = new CopyOnWriteArrayList<SseEvent>();
        var reader = line.messages().subscribe(heard::add);
        say(line, "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"initialize\",\"params\":{}}");
        await().untilAsserted(() -> assertThat(heard).hasSize(1));

        say(line, "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\"}}");

        await().untilAsserted(() -> assertThat(heard).hasSizeGreaterThan(1));
        assertThat(heard.get(1).data()).contains("\"id\":7", told);
        if (over) {
            await().until(reader::isDisposed);
            assertThat(heard).last().isEqualTo(SseEvent.comment("The session has ended: connect again"));
        } else {
            say(line, "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/list\"}");
            await().untilAsserted(() -> assertThat(heard).hasSize(3));
            assertThat(reader.isDisposed()).isFalse();
        }
        reader.dispose();
    }

    @Test
    void whereTheSessionIsOverBeforeItHasBegunTheLineEndsToo() {
        replies = sent -> sent.contains("initialized")
                ? Mono.just(json(404, "not found"))
                : Mono.just(new Reply.Json(200, RESULT.getBytes(UTF_8), "sealed"));
        var line = line();
        var heard = new CopyOnWriteArrayList<SseEvent>();
        var reader = line.messages().subscribe(heard::add);
        say(line, "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"initialize\",\"params\":{}}");
        await().untilAsserted(() -> assertThat(heard).hasSize(1));

        say(line, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");

        await().until(reader::isDisposed);
        assertThat(heard).last().isEqualTo(SseEvent.comment("The session has ended: connect again"));
    }

    @Test
    void anotherInitializeLeavesTheSessionBeforeAndHearsTheNewOne() {
        var begun = new AtomicInteger();
        Sinks.Many<SseEvent> first = Sinks.many().unicast().onBackpressureBuffer();
        first.tryEmitNext(new SseEvent("e-1", null, RESULT, null, null)).orThrow();
        replies = sent -> {
            if (sent.contains("initialized")) {
                return Mono.just(new Reply.Empty(202));
            }
            if (sent.contains("initialize")) {
                return Mono.just(new Reply.Json(200, RESULT.getBytes(UTF_8), "s-" + begun.incrementAndGet()));
            }
            return requests.getLast().method().equals("DELETE")
                    ? Mono.just(new Reply.Empty(204))
                    : Mono.just(new Reply.Events(
                            begun.get() == 1 ? first.asFlux() : Flux.never(), Disposables.disposed(), null));
        };
        var opener = call();
        assertThat(calls.permit(opener, ADA, Mono.empty()).blockOptional()).isPresent();
        var line = line(opener);
        var heard = new CopyOnWriteArrayList<SseEvent>();
        var reader = line.messages().subscribe(heard::add);
        for (int session = 1; session <= 2; session++) {
            int answers = 2 * session - 1;
            say(line, "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"initialize\",\"params\":{}}");
            await().untilAsserted(() -> assertThat(heard).hasSize(answers));
            say(line, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
            int streams = session;
            await().untilAsserted(() -> assertThat(sent("GET")).hasSize(streams));
            await().untilAsserted(() -> assertThat(heard).hasSizeGreaterThanOrEqualTo(2));
        }

        assertThat(sent("GET")).containsExactly("s-1 after null", "s-2 after null");
        await().untilAsserted(() -> assertThat(sent("DELETE")).containsExactly("s-1 after null"));
        assertThat(first.currentSubscriberCount()).isZero();
        reader.dispose();
    }

    /** Who is answered first makes no difference: the line is the session's that was asked for last. */
    @ParameterizedTest
    @CsvSource({"0,1", "1,0"})
    void ofTwoSessionsThatAreAskedForAtOnceTheOneBeforeIsEnded(int first, int then) {
        var answers = List.of(Sinks.<Reply>one(), Sinks.<Reply>one());
        var asked = new AtomicInteger();
        replies = sent -> {
            if (sent.contains("initialize")) {
                return answers.get(asked.getAndIncrement()).asMono();
            }
            return Mono.just(sent.isEmpty() ? new Reply.Empty(204) : json(200, RESULT.replace("7", "9")));
        };
        var opener = call();
        assertThat(calls.permit(opener, ADA, Mono.empty()).blockOptional()).isPresent();
        var line = line(opener);
        var heard = new CopyOnWriteArrayList<String>();
        var reader = line.messages().subscribe(event -> heard.add(event.data()));
        for (int id = 0; id < 2; id++) {
            int before = id;
            say(line, "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"initialize\",\"params\":{}}");
            await().until(() -> asked.get() == before + 1);
        }

        for (int id : new int[] {first, then}) {
            String answer = RESULT.replace("7", String.valueOf(id));
            answers.get(id)
                    .tryEmitValue(new Reply.Json(200, answer.getBytes(UTF_8), "s-" + id))
                    .orThrow();
            await().untilAsserted(() -> assertThat(heard).contains(answer));
        }
        say(line, "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"ping\"}");

        await().untilAsserted(() -> assertThat(heard).contains(RESULT.replace("7", "9")));
        assertThat(requests.getLast().header(HeaderNames.SESSION)).isEqualTo("s-1");
        await().untilAsserted(() -> assertThat(sent("DELETE")).containsExactly("s-0 after null"));
        reader.dispose();
    }

    private List<String> sent(String method) {
        return requests.stream()
                .filter(request -> request.method().equals(method))
                .map(request ->
                        request.header(HeaderNames.SESSION) + " after " + request.header(HeaderNames.LAST_EVENT))
                .toList();
    }

    /** Clients of a line know nothing of an HTTP status: whatever comes back, each request has its answer. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "400|{\"message\":\"Session ID required\",\"stackTrace\":[]}|-32603",
                "400|no JSON|-32603",
                "400|{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32600,\"message\":\"no\"}}|-32600",
                "400|{\"jsonrpc\":\"2.0\",\"id\":8,\"error\":{\"code\":-32600,\"message\":\"no\"}}|-32600",
                "200|{\"ok\":true}|-32603",
                "200|{\"jsonrpc\":\"2.0\",\"id\":8,\"result\":{}}|-32603",
                "200|[]|-32603",
                "200|{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-32601,\"message\":\"no\"}}|-32601"
            })
    void everyAnswerIsTheAnswerToItsRequest(int status, String body, String code) {
        replies = _ -> Mono.just(json(status, body));
        var line = line();
        var heard = new CopyOnWriteArrayList<String>();
        var reader = line.messages().subscribe(event -> heard.add(event.data()));

        say(line, "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}");

        await().untilAsserted(() -> assertThat(heard).last().asString().contains("\"id\":7", "\"code\":" + code));
        reader.dispose();
    }
}
