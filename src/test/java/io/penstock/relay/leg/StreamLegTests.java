package io.penstock.relay.leg;

import static io.penstock.relay.leg.Parties.LONG;
import static io.penstock.relay.leg.Parties.done;
import static io.penstock.relay.leg.Parties.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.penstock.relay.UpstreamDouble;
import io.penstock.relay.UpstreamDouble.Heard;
import io.penstock.relay.leg.Leg.Interests;
import io.penstock.relay.leg.Scripts.Stream;
import io.penstock.wire.Message;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.netty.http.server.HttpServerResponse;
import reactor.test.StepVerifier;

/** What is said over HTTP+SSE, and who hears it. */
class StreamLegTests {

    private static final Message.Asked CALL =
            new Message.Asked("\"mine\"", "tools/call", "{\"name\":\"work\",\"_meta\":{\"progressToken\":\"t\"}}");
    private static final String LOG = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"n\":1}}";

    private BiConsumer<Heard, Stream> script = (_, _) -> {};

    private final Stream stream = new Stream(this::play);

    private Publisher<Void> play(Heard heard, HttpServerResponse response) {
        script.accept(heard, stream);
        return UpstreamDouble.status(response, 202);
    }

    private static String progress(Heard heard) {
        return progress(heard, "1");
    }

    /** @param progress of any size: what comes after the number is a member of its own */
    private static String progress(Heard heard, String progress) {
        return "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":" + heard.id()
                + ",\"progress\":" + progress + "}}";
    }

    @Test
    void whatArrivesOnTheStreamGoesToItsExchange() {
        script = (heard, stream) -> {
            if (heard.says("tools/call")) {
                stream.say(progress(heard));
                stream.say(LOG);
                stream.say("{\"jsonrpc\":\"2.0\",\"id\":99,\"result\":{\"late\":true}}");
                stream.say(UpstreamDouble.result(heard, "{\"content\":[]}"));
            }
        };
        try (var upstream = new UpstreamDouble(stream)) {
            var leg = open(upstream.url("/sse"), Parties.PLAIN);

            assertThat(leg.greeting().transport()).isEqualTo("sse");
            StepVerifier.create(leg.ask(CALL))
                    .expectNext(new Message.Told("notifications/progress", "{\"progressToken\":\"t\",\"progress\":1}"))
                    .expectNext(new Message.Told("notifications/message", "{\"n\":1}"))
                    .expectNextMatches(Message.Result.class::isInstance)
                    .expectComplete()
                    .verify(LONG);
            assertThat(upstream.heard.getLast().uri()).isEqualTo("/messages?s=1");
            assertThat(upstream.heard.getLast().body()).doesNotContain("mine");
        }
    }

    @Test
    void aRequestInMidCallIsAnsweredAtTheEndpoint() {
        script = (heard, stream) -> {
            if (heard.says("tools/call")) {
                stream.say("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}");
                stream.say("{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"roots/list\"}");
            } else if (heard.body().contains("\"id\":\"q\"")) {
                stream.say("{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{}}");
            }
        };
        try (var upstream = new UpstreamDouble(stream)) {
            var leg = open(upstream.url("/sse"), Parties.PLAIN);
            var said = leg.ask(CALL)
                    .concatMap(message -> message instanceof Message.Asked asked
                            ? leg.answer(asked, new Message.Result("0", "{\"roots\":[]}"))
                                    .thenReturn(message)
                            : Mono.just(message))
                    .collectList()
                    .block(LONG);

            assertThat(said).hasSize(2);
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(upstream.heard.stream().map(Heard::body))
                            .contains("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}")
                            .contains("{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"result\":{\"roots\":[]}}"));
        }
    }

    @Test
    void whoListensHearsWhatBelongsToNobodyAndWhatIsAskedThen() {
        try (var upstream = new UpstreamDouble(stream)) {
            var leg = open(upstream.url("/sse"), Parties.PLAIN);
            StepVerifier.create(leg.listen(new Interests(true, false, false, Set.of()), () -> {}))
                    .then(() -> {
                        stream.say(LOG);
                        stream.say("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/prompts/list_changed\"}");
                        stream.say("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
                        stream.say("{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"roots/list\"}");
                    })
                    .expectNext(new Message.Told("notifications/message", "{\"n\":1}"))
                    .expectNext(new Message.Told("notifications/tools/list_changed", null))
                    .assertNext(message -> {
                        String id = ((Message.Asked) message).id();
                        assertThat(id).endsWith("|\\\"q\\\"\"");
                        assertThat(message).isEqualTo(new Message.Asked(id, "roots/list", null));
                    })
                    .thenCancel()
                    .verify(LONG);
        }
    }

    @Test
    void whatIsAskedWhileNobodyReadsIsRefused() {
        try (var upstream = new UpstreamDouble(stream)) {
            assertThat(open(upstream.url("/sse"), Parties.PLAIN)).isNotNull();
            stream.say("{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"roots/list\"}");

            await().atMost(Duration.ofSeconds(30))
                    .until(() -> upstream.heard.getLast().body().contains("-32601"));
        }
    }

    @Test
    void aReaderThatDoesNotKeepUpFailsAlone() {
        script = (heard, stream) -> {
            if (heard.body().contains("slow")) {
                synchronized (stream) { // nothing else is said between
                    for (int i = 0; i < 200; i++) {
                        stream.say(progress(heard, "1,\"message\":\"" + "x".repeat(32 * 1024) + "\""));
                    }
                }
            } else if (heard.says("tools/list")) {
                stream.say(UpstreamDouble.result(heard, "{}"));
            }
        };
        try (var upstream = new UpstreamDouble(stream)) {
            var leg = open(upstream.url("/sse"), Parties.PLAIN);
            StepVerifier.create(leg.ask(CALL.with("{\"name\":\"slow\",\"_meta\":{\"progressToken\":1}}")), 1)
                    .expectNextCount(1)
                    .then(() -> assertThat(leg.ask(new Message.Asked("1", "tools/list", null))
                                    .last()
                                    .block(LONG))
                            .isInstanceOf(Message.Result.class))
                    .thenRequest(Long.MAX_VALUE)
                    .thenConsumeWhile(Message.Told.class::isInstance)
                    .expectErrorMessage("upstream sent more than was read in time")
                    .verify(LONG);
            await().atMost(LONG).until(() -> upstream.heard.getLast().body().contains("notifications/cancelled"));
        }
    }

    @Test
    void aStreamThatEndsLeavesItOpenWhetherACallWasCarriedOut() {
        script = (_, stream) -> stream.end();
        try (var upstream = new UpstreamDouble(stream)) {
            StepVerifier.create(open(upstream.url("/sse"), Parties.PLAIN).ask(CALL))
                    .expectErrorMessage("upstream answered GET with a stream that ended in mid-conversation: whether it"
                            + " did the work is not known")
                    .verify(LONG);
        }
    }

    @Test
    void aPostThatIsNeverAnsweredIsNoHindrance() {
        var hanging = new Scripts.Stream[1];
        hanging[0] = new Stream((heard, _) -> {
            hanging[0].say(UpstreamDouble.result(heard, "{\"content\":[]}"));
            return Mono.never();
        });
        try (var upstream = new UpstreamDouble(hanging[0])) {
            var leg = open(upstream.url("/sse"), Parties.PLAIN);

            assertThat(leg.ask(CALL).collectList().block(LONG)).singleElement().isInstanceOf(Message.Result.class);
            assertThat(leg.ask(CALL).collectList().block(LONG)).singleElement().isInstanceOf(Message.Result.class);
        }
    }

    @Test
    void leavingBeforeTheResponseCancelsUpstream() {
        script = (heard, stream) -> {
            if (heard.says("tools/call")) {
                stream.say(LOG);
            }
        };
        try (var upstream = new UpstreamDouble(stream)) {
            var leg = open(upstream.url("/sse"), Parties.PLAIN);
            assertThat(leg.ask(CALL).next().block(LONG)).isInstanceOf(Message.Told.class);

            await().atMost(Duration.ofSeconds(30))
                    .until(() -> upstream.methods().contains("notifications/cancelled"));
        }
    }

    @Test
    void closingClosesTheStream() {
        try (var upstream = new UpstreamDouble(stream)) {
            var leg = open(upstream.url("/sse"), Parties.PLAIN);
            done(leg.close());

            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(upstream.connections()).isZero());
        }
    }

    /** Under a reply that streams, Reactor Netty releases what is discarded; the parts of a body release themselves. */
    @Test
    void wordsThatSayOnlyThatAMessageWasTakenAreNotDiscarded() {
        var wordy = new Stream((_, response) -> response.status(202).sendString(Mono.just("Accepted")));
        try (var upstream = new UpstreamDouble(wordy)) {
            var leg = open(upstream.url("/sse"), Parties.PLAIN);
            var discarded = new ConcurrentLinkedQueue<Object>();

            leg.tell(new Message.Told("notifications/roots/list_changed", "{}"))
                    .contextWrite(context -> Operators.enableOnDiscard(context, discarded::add))
                    .block(LONG);

            assertThat(discarded).noneMatch(ByteBuf.class::isInstance);
        }
    }
}
