package io.penstock.relay.dialogue;

import static io.penstock.relay.dialogue.Talks.LONG;
import static io.penstock.relay.dialogue.Talks.dialogues;
import static io.penstock.relay.dialogue.Talks.gateway;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.SampleGateways;
import io.penstock.catalog.Transport;
import io.penstock.relay.UpstreamDouble;
import io.penstock.relay.UpstreamDouble.Heard;
import io.penstock.relay.line.Faults;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.http.server.HttpServerResponse;
import reactor.test.StepVerifier;

/** Upstreams that refuse, break off, lie or never end: each failure says why, and leaves no connection. */
class MisbehavingUpstreamTests {

    private static final Duration SHORT = Duration.ofMillis(400);
    private static final Duration ENOUGH = Duration.ofSeconds(8);

    /** What a conversation with such an upstream fails with, once all its connections are gone. */
    private static Refusal failure(BiFunction<Heard, HttpServerResponse, Publisher<Void>> answers) {
        return failure(answers, Transport.AUTO, ENOUGH);
    }

    private static Refusal failure(
            BiFunction<Heard, HttpServerResponse, Publisher<Void>> answers, Transport transport, Duration patience) {
        try (var upstream = new UpstreamDouble(answers)) {
            var refusal = failure(gateway(upstream.url("/mcp?visible=1"), transport), patience);
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(upstream.connections()).isZero());
            assertThat(refusal.getMessage()).doesNotContain("sesame", "visible", "localhost");
            return refusal;
        }
    }

    private static Refusal failure(Gateway gateway) {
        return failure(gateway, ENOUGH);
    }

    private static Refusal failure(Gateway gateway, Duration patience) {
        var caught = new Refusal[1];
        StepVerifier.create(dialogues(patience, "").hold(gateway, dialogue -> dialogue.request("tools/list", null)))
                .expectErrorSatisfies(error -> {
                    assertThat(error).isInstanceOf(Refusal.class);
                    caught[0] = (Refusal) error;
                })
                .verify(LONG);
        return caught[0];
    }

    private static BiFunction<Heard, HttpServerResponse, Publisher<Void>> afterGreeting(
            BiFunction<Heard, HttpServerResponse, Publisher<Void>> answers) {
        return (heard, response) -> heard.says("server/discover")
                ? UpstreamDouble.result(response, heard, UpstreamDouble.DISCOVERED)
                : answers.apply(heard, response);
    }

    @ParameterizedTest
    @CsvSource({
        "none, set auth_type",
        "bearer, check auth_token",
        "basic, check auth_username and auth_password",
        "headers, check auth_headers",
        "query_param, check auth_query_param_value"
    })
    void aRefusedCredentialIsToldByTheFieldToLookAt(String authType, String advice) {
        try (var upstream = new UpstreamDouble((heard, response) -> heard.says("server/discover")
                ? UpstreamDouble.status(response, 400)
                : UpstreamDouble.status(response, 401))) {
            var refusal = failure(SampleGateways.at(upstream.url("/mcp"), Transport.AUTO, authType));

            assertThat(refusal).hasMessage("upstream answered 401 to initialize: " + advice);
            assertThat(refusal.reason()).isEqualTo(new Reason.UpstreamFailed(refusal.getMessage(), 401));
        }
    }

    @Test
    void aRedirectIsNotFollowed() {
        try (var elsewhere = new UpstreamDouble((_, response) -> UpstreamDouble.status(response, 200))) {
            var refusal = failure((_, response) -> response.status(307)
                    .header("Location", elsewhere.url("/mcp").toString())
                    .send());

            assertThat(refusal)
                    .hasMessage("upstream answered 307 to server/discover: a redirect is not followed, check url");
            assertThat(elsewhere.heard).isEmpty();
        }
    }

    @Test
    void whatNobodyListensOnReadsTheSameAsWhatHasNoName() {
        var refused = failure(gateway(URI.create("http://localhost:1/mcp")));
        var unknown = failure(gateway(URI.create("http://does-not-exist.invalid/mcp")));

        assertThat(refused).hasMessage(Faults.UNREACHABLE);
        assertThat(unknown).hasMessage(Faults.UNREACHABLE);
    }

    @Test
    void oneThatSpeaksNoTlsIsToldSo() {
        try (var upstream = new UpstreamDouble((_, response) -> UpstreamDouble.status(response, 200))) {
            var refusal =
                    failure(gateway(URI.create(upstream.url("/mcp").toString().replace("http:", "https:"))));

            assertThat(refusal).hasMessage("TLS with the upstream failed: check that url is right to say https");
        }
    }

    @Test
    void oneThatNeverAnswersTimesOut() {
        var refusal = failure((_, _) -> Mono.never(), Transport.AUTO, SHORT);

        assertThat(refusal.reason()).isInstanceOf(Reason.UpstreamTimedOut.class);
        assertThat(refusal)
                .hasMessage("upstream did not answer server/discover within 400 ms: check that it is up and reachable");
    }

    @Test
    void oneThatTricklesItsAnswerTimesOut() {
        var refusal = failure(
                afterGreeting((_, response) -> response.header("Content-Type", "application/json")
                        .sendString(Flux.interval(Duration.ofMillis(50)).map(_ -> " "))),
                Transport.AUTO,
                Duration.ofSeconds(2));

        assertThat(refusal.reason()).isInstanceOf(Reason.UpstreamTimedOut.class);
    }

    @Test
    void oneThatResetsTheConnectionIsToldSo() {
        var refusal = failure((_, response) -> {
            response.withConnection(connection -> connection.dispose());
            return Mono.never();
        });

        assertThat(refusal).hasMessage("upstream closed the connection before it answered server/discover");
    }

    @Test
    void oneThatBreaksOffItsBodyIsToldSo() {
        var refusal = failure(afterGreeting((_, response) -> {
            var channel = new Channel[1];
            // asked for now: once the response has been sent, it knows its connection no more
            response.withConnection(connection -> channel[0] = connection.channel());
            return response.header("Content-Type", "application/json")
                    .header("Content-Length", "1000")
                    .sendString(Mono.just("{"))
                    .then(Mono.fromRunnable(() -> {
                        var _ = channel[0].close();
                    }));
        }));

        assertThat(refusal).hasMessageStartingWith("upstream closed the connection before it answered tools/list");
    }

    @Test
    void aWebPageIsNoMcp() {
        var refusal = failure((_, response) -> response.header("Content-Type", "text/html; charset=utf-8")
                .sendString(Mono.just("<html>sesame</html>")));

        assertThat(refusal)
                .hasMessage("upstream answered server/discover with neither JSON nor an event stream, so it is no MCP:"
                        + " check url");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hello",
                "[]",
                "{\"jsonrpc\":\"2.0\",\"id\":2}",
                "{\"id\":2,\"id\":3,\"result\":{}}",
                "{\"id\":2,\"result\":7}"
            })
    void whatIsNoJsonRpcIsToldSo(String body) {
        var refusal = failure(afterGreeting((_, response) -> UpstreamDouble.json(response, 200, body)));

        assertThat(refusal).hasMessage("upstream answered with something that is no JSON-RPC message: check url");
    }

    @Test
    void aResponseToSomethingElseIsRefused() {
        var refusal = failure(afterGreeting((_, response) ->
                UpstreamDouble.json(response, 200, "{\"jsonrpc\":\"2.0\",\"id\":77,\"result\":{\"tools\":[]}}")));

        assertThat(refusal)
                .hasMessage("upstream answered tools/list with a response to something else: its id differs");
    }

    @Test
    void aStreamThatEndsWithoutAResponseIsToldSo() {
        var refusal = failure(afterGreeting((_, response) -> UpstreamDouble.events(response, Flux.just("data: \n\n"))));

        assertThat(refusal).hasMessage("upstream answered tools/list with a stream that ended without a response");
    }

    @Test
    void compressionThatWasNotAskedForIsRefused() {
        var refusal = failure(afterGreeting((heard, response) -> {
            assertThat(heard.headers().contains("Accept-Encoding")).isFalse();
            return UpstreamDouble.json(response.header("Content-Encoding", "gzip"), 200, "not really");
        }));

        assertThat(refusal).hasMessage("upstream answered tools/list with a compressed body, which was not asked for");
    }

    @Test
    void anEndlessBodyIsReadUpToTheLimit() {
        var sent = new AtomicLong();
        var refusal = failure(afterGreeting((_, response) ->
                response.header("Content-Type", "application/json").send(endless(sent))));

        assertThat(refusal).hasMessage("upstream answered tools/list with more than 4194304 bytes");
        assertThat(sent.get()).isLessThan(64 << 20);
    }

    @Test
    void anEndlessLineOfAStreamIsReadUpToTheLimit() {
        var sent = new AtomicLong();
        var refusal = failure(afterGreeting((_, response) -> response.sse().send(endless(sent))));

        assertThat(refusal).hasMessageContaining("an event of more than 4194304 bytes");
        assertThat(sent.get()).isLessThan(64 << 20);
    }

    private static Flux<io.netty.buffer.ByteBuf> endless(AtomicLong sent) {
        return Flux.generate(sink -> {
            sent.addAndGet(16 << 10);
            sink.next(
                    Unpooled.wrappedBuffer(" ".repeat(16 << 10).getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        });
    }

    @Test
    void aStreamWithoutAnEndpointTimesOut() {
        var refusal = failure(
                (_, response) -> UpstreamDouble.events(
                        response, Flux.interval(Duration.ofMillis(20)).map(_ -> ": waiting\n\n")),
                Transport.SSE,
                SHORT);

        assertThat(refusal.reason()).isInstanceOf(Reason.UpstreamTimedOut.class);
    }

    @Test
    void aStreamThatNeverBeginsTimesOut() {
        var refusal = failure((_, _) -> Mono.never(), Transport.SSE, SHORT);

        assertThat(refusal).hasMessage("upstream did not answer GET within 400 ms: check that it is up and reachable");
    }

    @Test
    void aStreamThatEndsInMidConversationIsToldSo() {
        var asked = new AtomicReference<Sinks.Empty<String>>();
        var refusal = failure(
                (heard, response) -> {
                    if (!heard.method().equals("GET")) {
                        return Mono.fromCallable(asked.get()::tryEmitEmpty)
                                .then(Mono.from(UpstreamDouble.status(response, 202)));
                    }
                    asked.set(Sinks.empty());
                    return UpstreamDouble.events(
                            response,
                            Flux.just("event: endpoint\ndata: /messages\n\n")
                                    .concatWith(asked.get().asMono()));
                },
                Transport.SSE,
                ENOUGH);

        assertThat(refusal).hasMessage("upstream answered GET with a stream that ended in mid-conversation");
    }

    @Test
    void nothingStaysOpenWhenTheListenerLeaves() {
        try (var upstream =
                new UpstreamDouble((heard, response) -> heard.method().equals("GET")
                        ? UpstreamDouble.events(
                                response, Flux.concat(Flux.just("event: endpoint\ndata: /messages\n\n"), Flux.never()))
                        : heard.method().equals("DELETE") ? UpstreamDouble.status(response, 200) : Mono.never())) {
            for (var transport : Transport.values()) {
                int before = upstream.heard.size();
                var talking = dialogues()
                        .hold(gateway(upstream.url("/mcp"), transport), dialogue -> dialogue.request("ping", null))
                        .subscribe();
                // a connection that has carried nothing yet stays in the pool
                await().until(() -> upstream.heard.size() > before);
                talking.dispose();
                await().atMost(Duration.ofSeconds(30))
                        .untilAsserted(() -> assertThat(upstream.connections()).isZero());
            }
        }
    }

    @Test
    void theSessionEndsWhenTheListenerLeaves() {
        try (var upstream = new UpstreamDouble((heard, response) -> switch (heard.member("method")) {
            case "server/discover" -> UpstreamDouble.status(response, 400);
            case "initialize" ->
                UpstreamDouble.result(response.header("Mcp-Session-Id", "s-1"), heard, UpstreamDouble.INITIALIZED);
            case "notifications/initialized" -> UpstreamDouble.status(response, 202);
            case "" -> UpstreamDouble.status(response, 200);
            default -> Mono.never();
        })) {
            var talking = dialogues()
                    .hold(gateway(upstream.url("/mcp")), dialogue -> dialogue.request("tools/list", null))
                    .subscribe();
            await().until(() -> upstream.methods().contains("tools/list"));
            talking.dispose();

            await().atMost(Duration.ofSeconds(30))
                    .until(() -> upstream.methods().contains("DELETE"));
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(upstream.connections()).isZero());
        }
    }
}
