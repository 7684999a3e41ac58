package io.penstock.mcp.line;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.penstock.access.Permit;
import io.penstock.caller.Caller;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.SampleGateways;
import io.penstock.catalog.Transport;
import io.penstock.mcp.call.Call;
import io.penstock.mcp.call.TracedCalls;
import io.penstock.wire.Arrival.Target;
import io.penstock.wire.Envelopes;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import io.penstock.wire.Request;
import io.penstock.wire.SseEvent;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** How long an answer is waited for whose streams end before it. */
class AnsweringTests {

    private static final Duration LIMIT = Duration.ofHours(1);
    private static final Gateway GATEWAY =
            SampleGateways.at(URI.create("http://localhost:1/mcp"), Transport.STREAMABLEHTTP, "none");
    private static final Caller ADA = new Caller("ada", Caller.Source.JWT, false, Set.of(), null, "", Instant.MAX);
    private static final byte[] ASKED = asked("7");
    private static final String RESULT = "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}";

    private static byte[] asked(String id) {
        return ("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"ping\"}").getBytes(UTF_8);
    }

    /** What is told of a request that the upstream answers by these streams, one after the other. */
    private static Flux<String> told(IntFunction<Mono<Reply>> streams) {
        return told(ASKED, streams);
    }

    private static Flux<String> told(byte[] asked, IntFunction<Mono<Reply>> streams) {
        var opened = new AtomicInteger();
        var calls = new TracedCalls().to(GATEWAY, ADA, _ -> Mono.defer(() -> streams.apply(opened.getAndIncrement())));
        var request = new Request("POST", "/sse", new DefaultHttpHeaders(), new InetSocketAddress(1), "c");
        var call = new Call(request, new Target.GatewayTarget(GATEWAY.id()));
        call.present(request, Envelopes.read(asked));
        Permit permit =
                Objects.requireNonNull(calls.permit(call, ADA, Mono.just(asked)).block());
        return new Answering(calls, new Agreement(), new Said(call, permit), LIMIT)
                .messages()
                .map(event -> String.valueOf(event.data()));
    }

    /** A stream that says where it is, and ends after so long. */
    private static Mono<Reply> stream(String id, Duration open) {
        var event = new SseEvent(id, null, "", null, null);
        return Mono.just(new Reply.Events(
                Flux.just(event).concatWith(Mono.delay(open).then(Mono.empty())), Disposables.disposed(), null));
    }

    private static Mono<Reply> answer() {
        return Mono.just(new Reply.Json(200, RESULT.getBytes(UTF_8), null));
    }

    @Test
    void streamsThatAProxyClosesForTheirSilenceAreResumed() {
        StepVerifier.withVirtualTime(() -> told(stream -> stream < 50 ? stream("e", Duration.ofSeconds(60)) : answer()))
                .thenAwait(LIMIT)
                .expectNext(RESULT)
                .verifyComplete();
    }

    @Test
    void soAreThoseThatGoOnAndThoseThatFailForNow() {
        Mono<Reply> failed = Mono.error(new Refusal(new Reason.UpstreamFailed("The upstream failed", 502)));
        StepVerifier.withVirtualTime(() -> told(stream ->
                        stream < 50 ? stream % 5 == 1 ? failed : stream("e" + stream, Duration.ZERO) : answer()))
                .thenAwait(LIMIT)
                .expectNext(RESULT)
                .verifyComplete();
    }

    @Test
    void noneIsResumedThatEndsAtOnceEachTimeOrOnceTheCallHasTakenTooLong() {
        for (Duration open : new Duration[] {Duration.ZERO, Duration.ofSeconds(60)}) {
            StepVerifier.withVirtualTime(() -> told(_ -> stream("e", open)))
                    .thenAwait(open.isZero() ? Duration.ofSeconds(22) : LIMIT.plusMinutes(2))
                    .assertNext(told -> assertThat(told).contains("\"id\":7", "broke off before it answered"))
                    .verifyComplete();
        }
    }

    @Test
    void anAnswerIsOneHoweverItsIdIsSpelled() {
        String result = "{\"jsonrpc\":\"2.0\",\"id\":\"a\\/\\u0031\",\"result\":{}}";
        Reply answer = new Reply.Json(200, result.getBytes(UTF_8), null);

        StepVerifier.create(told(asked("\"a/1\""), _ -> Mono.just(answer)))
                .expectNext(result)
                .verifyComplete();
    }

    @Test
    void noStreamIsResumedAfterAnIdThatNoHeaderCanCarry() {
        for (String id : new String[] {"", " e", "e\u0001"}) {
            StepVerifier.create(told(stream -> stream == 0 ? stream(id, Duration.ZERO) : answer()))
                    .assertNext(told -> assertThat(told).contains("\"id\":7", "broke off before it answered"))
                    .verifyComplete();
        }
    }
}
