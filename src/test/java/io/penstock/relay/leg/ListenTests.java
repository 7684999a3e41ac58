package io.penstock.relay.leg;

import static io.penstock.relay.leg.Parties.LONG;
import static io.penstock.relay.leg.Parties.open;
import static io.penstock.relay.leg.Scripts.sessions;
import static io.penstock.relay.leg.Scripts.stateless;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.relay.UpstreamDouble;
import io.penstock.relay.leg.Leg.Interests;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** What upstreams say that belongs to no request. */
class ListenTests {

    private static final Interests TOOLS = new Interests(true, false, false, Set.of());
    private static final Interests ONE = new Interests(false, false, false, Set.of("test://a"));
    private static final String CHANGED = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}";

    private static String updated(String uri) {
        return "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\",\"params\":{\"uri\":\"" + uri
                + "\"}}";
    }

    @Test
    void aSessionsStreamIsOpenedAgainFromItsLastMark() {
        var opened = new AtomicInteger();
        try (var upstream = new UpstreamDouble(sessions((_, response) -> UpstreamDouble.events(
                response,
                opened.incrementAndGet() == 1
                        ? Flux.just("id: e-7\nretry: 10\ndata: " + CHANGED + "\n\n")
                        : Flux.concat(Flux.just(UpstreamDouble.event(CHANGED)), Flux.never()))))) {
            StepVerifier.create(open(upstream.url("/mcp"), Parties.PLAIN).listen(TOOLS, () -> {}))
                    .expectNextCount(2)
                    .thenCancel()
                    .verify(LONG);

            assertThat(upstream.heard.getLast().headers().get("Last-Event-ID")).isEqualTo("e-7");
        }
    }

    @Test
    void progressIsToldUnderTheClientsTokenWhileItsCallIsUnderWayAndNotAtAllOtherwise() {
        Sinks.Many<String> stream = Sinks.many().multicast().directBestEffort();
        Sinks.One<String> result = Sinks.one();
        try (var upstream = new UpstreamDouble(sessions((heard, response) -> UpstreamDouble.events(
                response,
                heard.method().equals("GET")
                        ? stream.asFlux().map(UpstreamDouble::event)
                        : result.asMono().map(json -> UpstreamDouble.event(UpstreamDouble.result(heard, json))))))) {
            var leg = open(upstream.url("/mcp"), Parties.PLAIN);
            var heard = new ConcurrentLinkedQueue<Message>();
            var listening = leg.listen(TOOLS, () -> {}).subscribe(heard::add);
            await().until(() -> stream.currentSubscriberCount() == 1);
            var call = leg.ask(new Message.Asked("1", "tools/call", "{\"_meta\":{\"progressToken\":7}}"))
                    .then()
                    .toFuture();
            await().until(() -> upstream.methods().contains("tools/call"));
            String sent = upstream.heard.getLast().id();
            stream.tryEmitNext(progress("7")).orThrow();
            stream.tryEmitNext(progress(sent)).orThrow();
            await().until(() -> !heard.isEmpty());
            result.tryEmitValue("{}").orThrow();
            call.join();
            stream.tryEmitNext(progress(sent)).orThrow();
            stream.tryEmitNext(CHANGED).orThrow();
            await().until(() -> heard.size() > 1);

            assertThat(heard).containsExactly(Message.read(progress("7")), Message.read(CHANGED));
            listening.dispose();
        }
    }

    private static String progress(String token) {
        return "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":" + token
                + ",\"progress\":1}}";
    }

    /** It may be wrong, or want to be asked as fast as it answers. */
    @Test
    void anUpstreamThatEndsEachStreamAtOnceIsNotAskedAsFastAsItAnswers() {
        var asked = new ConcurrentLinkedQueue<Long>();
        try (var upstream = new UpstreamDouble(sessions((_, response) -> {
            asked.add(System.nanoTime());
            return UpstreamDouble.events(response, Flux.just("retry: 0\ndata: " + CHANGED + "\n\n"));
        }))) {
            StepVerifier.create(open(upstream.url("/mcp"), Parties.PLAIN).listen(TOOLS, () -> {}))
                    .expectNextCount(4)
                    .thenCancel()
                    .verify(LONG);

            var times = List.copyOf(asked);
            for (int i = 1; i < 4; i++) {
                assertThat(times.get(i) - times.get(i - 1)).isGreaterThan(90_000_000L);
            }
        }
    }

    @Test
    void aSessionsStreamStandsWhenTheUpstreamHasOpenedItAndIsSubscribed() {
        Sinks.Empty<Void> opening = Sinks.empty();
        Sinks.Empty<Void> stood = Sinks.empty();
        try (var upstream =
                new UpstreamDouble(sessions((heard, response) -> heard.method().equals("GET")
                        ? opening.asMono().then(Mono.from(UpstreamDouble.events(response, Flux.never())))
                        : UpstreamDouble.result(response, heard, "{}")))) {
            var listening = open(upstream.url("/mcp"), Parties.PLAIN)
                    .listen(ONE, () -> stood.tryEmitEmpty().orThrow())
                    .subscribe();
            await().until(() -> subscribed(upstream) == 1);
            assertThat(stood.scan(Scannable.Attr.TERMINATED)).isFalse();

            opening.tryEmitEmpty().orThrow();

            StepVerifier.create(stood.asMono()).expectComplete().verify(LONG);
            listening.dispose();
        }
    }

    /** A ping shows how far the stream was read, since it is answered when it is. */
    @Test
    void aSessionsStreamIsReadNoFasterThanItsSlowestReaderReads() {
        String ping = "{\"jsonrpc\":\"2.0\",\"id\":\"p\",\"method\":\"ping\"}";
        try (var upstream =
                new UpstreamDouble(sessions((heard, response) -> heard.method().equals("GET")
                        ? UpstreamDouble.events(
                                response,
                                Flux.concat(
                                        Flux.just(UpstreamDouble.event(CHANGED).repeat(20), UpstreamDouble.event(ping)),
                                        Flux.never()))
                        : UpstreamDouble.status(response, 202)))) {
            StepVerifier.create(open(upstream.url("/mcp"), Parties.PLAIN).listen(TOOLS, () -> {}), 1)
                    .expectNextCount(1)
                    .then(() -> await().during(Duration.ofMillis(300)).until(() -> pongs(upstream) == 0))
                    .thenRequest(100)
                    .expectNextCount(19)
                    .then(() -> await().until(() -> pongs(upstream) == 1))
                    .thenCancel()
                    .verify(LONG);
        }
    }

    private static long pongs(UpstreamDouble upstream) {
        return upstream.heard.stream()
                .filter(heard -> heard.body().contains("\"id\":\"p\""))
                .count();
    }

    @Test
    void anUpstreamWithoutSuchAStreamIsSilent() {
        try (var upstream = new UpstreamDouble(sessions((_, response) -> UpstreamDouble.status(response, 405)))) {
            StepVerifier.create(open(upstream.url("/mcp"), Parties.PLAIN).listen(TOOLS, () -> {}))
                    .expectComplete()
                    .verify(LONG);
        }
    }

    @Test
    void anUpstreamWithoutSuchAStreamIsSilentAlsoWhereItSubscribesLater() {
        Sinks.Empty<Void> refusing = Sinks.empty();
        Sinks.Empty<Void> subscribing = Sinks.empty();
        try (var upstream =
                new UpstreamDouble(sessions((heard, response) -> heard.method().equals("GET")
                        ? refusing.asMono().then(UpstreamDouble.status(response, 405))
                        : subscribing.asMono().then(UpstreamDouble.result(response, heard, "{}"))))) {
            var leg = open(upstream.url("/mcp"), Parties.PLAIN);
            var stood = new AtomicInteger();
            var later = leg.listen(ONE, stood::incrementAndGet).then().cache();
            var listening = later.subscribe();
            StepVerifier.create(leg.listen(TOOLS, () -> {}))
                    .then(() -> refusing.tryEmitEmpty().orThrow())
                    .expectComplete()
                    .verify(LONG);
            assertThat(stood).hasValue(0);

            subscribing.tryEmitEmpty().orThrow();

            StepVerifier.create(later).expectComplete().verify(LONG);
            assertThat(stood).hasValue(1);
            listening.dispose();
        }
    }

    @Test
    void aResourceIsSubscribedToWhileSomebodyListensAndOnce() {
        try (var upstream =
                new UpstreamDouble(sessions((heard, response) -> heard.method().equals("GET")
                        ? UpstreamDouble.events(
                                response,
                                Flux.concat(
                                        Flux.just(
                                                UpstreamDouble.event(CHANGED),
                                                UpstreamDouble.event(updated("test://b")),
                                                UpstreamDouble.event(updated("test://a"))),
                                        Flux.never()))
                        : UpstreamDouble.result(response, heard, "{}")))) {
            var leg = open(upstream.url("/mcp"), Parties.PLAIN);
            var another = leg.listen(ONE, () -> {}).subscribe();
            await().until(() -> upstream.methods().contains("GET"));
            StepVerifier.create(leg.listen(ONE, () -> {})
                            .mergeWith(open(upstream.url("/mcp"), Parties.ABLE).listen(ONE, () -> {})))
                    .expectNext(new Message.Told("notifications/resources/updated", "{\"uri\":\"test://a\"}"))
                    .thenCancel()
                    .verify(LONG);
            assertThat(upstream.heard.stream().filter(heard -> heard.says("resources/subscribe")))
                    .hasSizeBetween(1, 2);
            another.dispose();

            await().atMost(Duration.ofSeconds(30))
                    .until(() -> upstream.methods().contains("resources/unsubscribe"));
        }
    }

    @Test
    void aStatelessUpstreamIsAskedForJustThatAndItsEnvelopeStaysHere() {
        String meta = "{\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":2}}";
        try (var upstream = new UpstreamDouble(stateless((heard, response) -> UpstreamDouble.events(
                response,
                Flux.just(
                        UpstreamDouble.event(
                                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/subscriptions/acknowledged\",\"params\":"
                                        + meta + "}"),
                        UpstreamDouble.event(
                                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\",\"params\":"
                                        + meta + "}"),
                        UpstreamDouble.event(UpstreamDouble.result(heard, meta))))))) {
            StepVerifier.create(open(upstream.url("/mcp"), Parties.PLAIN)
                            .listen(new Interests(true, false, false, Set.of("test://a")), () -> {}))
                    .expectNext(new Message.Told("notifications/tools/list_changed", null))
                    .expectComplete()
                    .verify(LONG);

            var heard = upstream.heard.getLast();
            assertThat(heard.headers().get("Mcp-Method")).isEqualTo("subscriptions/listen");
            assertThat(heard.body())
                    .contains("\"notifications\":{\"toolsListChanged\":true,\"resourceSubscriptions\":[\"test://a\"]}");
        }
    }

    @Test
    void aStatelessUpstreamThatKnowsNoSubscriptionsIsSilent() {
        try (var upstream = new UpstreamDouble(
                stateless((heard, response) -> UpstreamDouble.error(response, 404, heard, -32601)))) {
            StepVerifier.create(open(upstream.url("/mcp"), Parties.PLAIN).listen(TOOLS, () -> {}))
                    .expectComplete()
                    .verify(LONG);
        }
    }

    @Test
    void whoListensGoesOnInANewSessionWhereTheOldOneIsForgotten() {
        try (var upstream = new UpstreamDouble(sessions((heard, response) ->
                heard.headers().get("Mcp-Session-Id").equals("s-1")
                        ? UpstreamDouble.status(response, 404)
                        : UpstreamDouble.events(
                                response, Flux.concat(Flux.just(UpstreamDouble.event(CHANGED)), Flux.never()))))) {
            StepVerifier.create(open(upstream.url("/mcp"), Parties.PLAIN).listen(TOOLS, () -> {}))
                    .expectNextCount(1)
                    .thenCancel()
                    .verify(LONG);
        }
    }

    @Test
    void aStreamThatSomebodyElseHasIsTriedAgain() {
        var tries = new AtomicInteger();
        try (var upstream = new UpstreamDouble(sessions((_, response) -> tries.incrementAndGet() < 3
                ? UpstreamDouble.status(response, 409)
                : UpstreamDouble.events(
                        response, Flux.concat(Flux.just(UpstreamDouble.event(CHANGED)), Flux.never()))))) {
            StepVerifier.create(open(upstream.url("/mcp"), Parties.PLAIN).listen(TOOLS, () -> {}))
                    .expectNextCount(1)
                    .thenCancel()
                    .verify(LONG);
        }
    }

    @Test
    void anUpstreamThatKeepsFailingIsToldSo() {
        try (var upstream = new UpstreamDouble(sessions((_, response) -> UpstreamDouble.status(response, 503)))) {
            StepVerifier.create(open(upstream.url("/mcp"), Parties.PLAIN).listen(TOOLS, () -> {}))
                    .expectErrorMessage("upstream answered 503 to GET: it failed, see the upstream's own log")
                    .verify(LONG);
        }
    }

    @Test
    void whoListensOverHttpSseGoesOnInTheNextStreamAndIsSubscribedThere() {
        var streams = new ConcurrentLinkedDeque<Scripts.Stream>();
        try (var upstream = new UpstreamDouble((heard, response) -> {
            if (heard.method().equals("GET")) {
                streams.add(new Scripts.Stream((asked, answer) -> {
                    streams.getLast().say(UpstreamDouble.result(asked, "{}"));
                    return UpstreamDouble.status(answer, 202);
                }));
            }
            return streams.isEmpty()
                    ? UpstreamDouble.status(response, 404)
                    : streams.getLast().apply(heard, response);
        })) {
            var heard = new ConcurrentLinkedQueue<Message>();
            var stands = new AtomicInteger();
            var listening = open(upstream.url("/sse"), Parties.PLAIN)
                    .listen(ONE, stands::incrementAndGet)
                    .subscribe(heard::add);
            await().until(() -> stands.get() == 1);
            streams.getLast().end();
            await().until(() -> subscribed(upstream) == 2);
            streams.getLast().say(updated("test://a").strip());

            await().until(() -> !heard.isEmpty());
            assertThat(streams).hasSize(2);
            listening.dispose();
        }
    }

    private static long subscribed(UpstreamDouble upstream) {
        return upstream.heard.stream()
                .filter(heard -> heard.says("resources/subscribe"))
                .count();
    }

    @Test
    void anUpstreamThatCannotSubscribeNowIsToBeAskedAgain() {
        var tries = new AtomicInteger();
        try (var upstream = new UpstreamDouble(sessions((heard, response) -> {
            if (heard.method().equals("GET")) {
                return UpstreamDouble.events(response, Flux.never());
            }
            return heard.says("resources/subscribe") && tries.incrementAndGet() == 1
                    ? UpstreamDouble.status(response, 503)
                    : UpstreamDouble.result(response, heard, "{}");
        }))) {
            var leg = open(upstream.url("/mcp"), Parties.PLAIN);
            StepVerifier.create(leg.listen(ONE, () -> {}))
                    .expectErrorSatisfies(error ->
                            assertThat(((Refusal) error).reason()).isInstanceOf(Refusal.Reason.UpstreamFailed.class))
                    .verify(LONG);
            var listening = leg.listen(ONE, () -> {}).subscribe();

            await().until(() -> tries.get() == 2);
            listening.dispose();
        }
    }
}
