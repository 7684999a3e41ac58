package io.penstock.relay.through;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.penstock.access.Permit;
import io.penstock.access.Permits;
import io.penstock.access.Route;
import io.penstock.caller.Caller;
import io.penstock.catalog.SampleGateways;
import io.penstock.catalog.Transport;
import io.penstock.egress.plain.Answered;
import io.penstock.relay.RelaySettings;
import io.penstock.relay.session.Sealed;
import io.penstock.wire.Arrival;
import io.penstock.wire.Envelopes;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import io.penstock.wire.Request;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.util.unit.DataSize;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class AnswersTests {

    private static final RelaySettings SETTINGS = new RelaySettings(
            Duration.ofSeconds(5), Duration.ofMinutes(1), DataSize.ofMegabytes(1), Duration.ofHours(1), false, false);

    private static Permit permit(String said) {
        var gateway = SampleGateways.at(URI.create("http://localhost:1/mcp"), Transport.STREAMABLEHTTP, "none");
        var caller = new Caller("ada", Caller.Source.JWT, false, Set.of(), null, "", Instant.MAX);
        var request = new Request(
                "POST", "/mcp", new DefaultHttpHeaders(), InetSocketAddress.createUnresolved("localhost", 0), "test");
        byte[] body = said.getBytes(UTF_8);
        var target = new Arrival.Target.GatewayTarget(gateway.id());
        return Permits.of(
                caller,
                new Arrival(request, target, Era.SESSIONS, Envelopes.read(body), null, body),
                new Route.One(gateway, null));
    }

    private static Reply answered(String said, String type, String body) {
        var answers = new Answers(permit(said), null, new Sealed().tokens(SETTINGS), SETTINGS, null, () -> {});
        var headers = new DefaultHttpHeaders().set("content-type", type);
        return answers.of(new Answered.Whole(200, headers, body.getBytes(UTF_8)));
    }

    @ParameterizedTest
    @CsvSource({"text/plain,Accepted", "application/json,{}", "text/html,"})
    void whatAnUpstreamSaysOfANotificationThatItTookIsNotPassedOn(String type, String body) {
        String told = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";
        String answer = "{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{}}";

        assertThat(answered(told, type, body == null ? "" : body)).isEqualTo(new Reply.Empty(202));
        assertThat(answered(answer, type, body == null ? "" : body)).isEqualTo(new Reply.Empty(202));
    }

    private static final String ASKED =
            "{\"jsonrpc\":\"2.0\",\"id\":\"a/1\",\"method\":\"tools/call\",\"params\":{\"name\":\"work\"}}";
    private static final String PROGRESS =
            "{\"method\":\"notifications/progress\",\"params\":{\"result\":{}},\"jsonrpc\":\"2.0\"}";
    private static final String QUESTION = "{\"jsonrpc\":\"2.0\",\"id\":\"a/1\",\"method\":\"ping\"}";
    private static final String RESPONSE = "{\"result\":{\"method\":\"x\"},\"jsonrpc\":\"2.0\",\"id\":\"a\\/1\"}";

    /** What the client gets of a stream that says so much and then goes on like that. */
    private static Flux<String> streamed(
            Disposable connection, Runnable givenUp, Flux<ByteBuf> goingOn, String... data) {
        var answers = new Answers(permit(ASKED), null, new Sealed().tokens(SETTINGS), SETTINGS, null, givenUp);
        var headers = new DefaultHttpHeaders().set("content-type", "text/event-stream");
        var body = Flux.just(data)
                .<ByteBuf>map(one -> Unpooled.copiedBuffer("event: message\ndata: " + one + "\n\n", UTF_8))
                .concatWith(goingOn);
        var reply = answers.of(new Answered.Streaming(200, headers, body, connection));
        return ((Reply.Events) reply).events().map(event -> String.valueOf(event.data()));
    }

    @Test
    void aStreamThatIsLeftOpenEndsSoonAfterItsResponse() {
        Disposable connection = Disposables.single();
        var givenUp = new AtomicBoolean();

        StepVerifier.withVirtualTime(() -> streamed(
                        connection, () -> givenUp.set(true), Flux.never(), PROGRESS, QUESTION, RESPONSE, PROGRESS))
                .expectNext(PROGRESS, QUESTION, RESPONSE)
                .expectNoEvent(Duration.ofMillis(99))
                .thenAwait(Duration.ofMillis(1))
                .expectComplete()
                .verify(SETTINGS.callLimit());

        assertThat(connection.isDisposed()).isTrue();
        assertThat(givenUp).isFalse();
    }

    @Test
    void oneWhoseSessionIdNobodyCanBeGivenIsLetGoOf() {
        Disposable connection = Disposables.single();
        var answers = new Answers(permit(ASKED), null, new Sealed().tokens(SETTINGS), SETTINGS, null, () -> {});
        var headers = new DefaultHttpHeaders()
                .set("content-type", "text/event-stream")
                .set("mcp-session-id", "s".repeat(5_000));

        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> answers.of(new Answered.Streaming(200, headers, Flux.never(), connection)))
                .satisfies(refusal -> assertThat(refusal.reason()).isInstanceOf(Reason.UpstreamFailed.class));

        assertThat(connection.isDisposed()).isTrue();
    }

    @Test
    void oneThatIsNotAnsweredStaysOpenUntilItsLimit() {
        var givenUp = new AtomicBoolean();

        StepVerifier.withVirtualTime(
                        () -> streamed(Disposables.single(), () -> givenUp.set(true), Flux.never(), PROGRESS, QUESTION))
                .expectNext(PROGRESS, QUESTION)
                .expectNoEvent(SETTINGS.callLimit().minusMillis(1))
                .thenAwait(Duration.ofMillis(1))
                .assertNext(told -> assertThat(told).contains("\"id\":\"a/1\",\"error\"", "took longer than"))
                .verifyComplete();

        assertThat(givenUp).isTrue();
    }

    @Test
    void whatBreaksOffAfterItsResponseHasEndedLikeAnyOther() {
        Flux<ByteBuf> broken = Flux.error(new IOException("reset"));

        StepVerifier.create(streamed(Disposables.single(), () -> {}, broken, PROGRESS, RESPONSE))
                .expectNext(PROGRESS, RESPONSE)
                .verifyComplete();
        StepVerifier.create(streamed(Disposables.single(), () -> {}, broken, PROGRESS))
                .expectNext(PROGRESS)
                .assertNext(told -> assertThat(told).contains("\"id\":\"a/1\",\"error\"", "broke off"))
                .verifyComplete();
    }

    @ParameterizedTest
    @CsvSource({
        "429,7,7",
        "429,0,0",
        "429,999999999,3600",
        "429,9999999999,",
        "429,-1,",
        "429,'Wed, 21 Oct 2026 07:28:00 GMT',",
        "400,7,"
    })
    void whenAnUpstreamWouldBeAskedAgainGoesOnForAWhileAtMost(int status, String said, @Nullable Integer seconds) {
        var answers = new Answers(permit(ASKED), null, new Sealed().tokens(SETTINGS), SETTINGS, null, () -> {});
        var headers = new DefaultHttpHeaders().set("retry-after", said);

        var reply = answers.of(new Answered.Whole(status, headers, new byte[0]));

        assertThat(((Reply.Json) reply).retryAfter()).isEqualTo(seconds == null ? null : Duration.ofSeconds(seconds));
    }
}
