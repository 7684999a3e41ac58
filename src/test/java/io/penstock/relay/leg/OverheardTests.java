package io.penstock.relay.leg;

import static io.penstock.relay.leg.Parties.LONG;
import static io.penstock.relay.leg.Parties.open;
import static io.penstock.relay.leg.Scripts.sessions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.atIndex;
import static org.awaitility.Awaitility.await;

import io.penstock.relay.UpstreamDouble;
import io.penstock.relay.UpstreamDouble.Heard;
import io.penstock.wire.Message;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.http.server.HttpServerResponse;

/** What an upstream with sessions says on its GET stream in the course of exchanges. */
class OverheardTests {

    private static final Message.Asked CALL = new Message.Asked("\"mine\"", "tools/call", "{\"name\":\"work\"}");
    private static final String QUESTION =
            "{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"elicitation/create\",\"params\":{}}";
    private static final String LOGGED = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{}}";
    private static final String CHANGED = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}";

    private final Sinks.Many<String> stream = Sinks.many().multicast().directBestEffort();

    /** The calls under way, by what is said of them. */
    private final ConcurrentMap<String, Sinks.One<String>> calls = new ConcurrentHashMap<>();

    private final UpstreamDouble upstream = answering(
            (_, response) -> UpstreamDouble.events(response, stream.asFlux().map(UpstreamDouble::event)));

    @AfterEach
    void stop() {
        upstream.close();
    }

    /** An upstream that gives its streams so, and answers calls when it is told to. */
    private UpstreamDouble answering(BiFunction<Heard, HttpServerResponse, Publisher<Void>> streams) {
        return new UpstreamDouble(sessions((heard, response) -> heard.method().equals("GET")
                ? streams.apply(heard, response)
                : UpstreamDouble.events(
                        response,
                        call(heard.id())
                                .asMono()
                                .map(result -> UpstreamDouble.event(UpstreamDouble.result(heard, result))))));
    }

    private Sinks.One<String> call(String id) {
        return calls.computeIfAbsent(id, _ -> Sinks.one());
    }

    private void says(String message) {
        stream.tryEmitNext(message).orThrow();
    }

    /** The ids of the first calls that it heard, as soon as there are that many. */
    private static List<String> called(UpstreamDouble upstream, int number) {
        await().until(() -> ids(upstream).size() >= number);
        return ids(upstream);
    }

    private static List<String> ids(UpstreamDouble upstream) {
        return upstream.heard.stream()
                .filter(heard -> heard.says("tools/call"))
                .map(Heard::id)
                .toList();
    }

    private void ends(String id) {
        call(id).tryEmitValue("{}").orThrow();
    }

    @Test
    void aQuestionThatNamesNoCallIsAskedInTheCourseOfTheOneThatIsUnderWay() {
        var leg = open(upstream.url("/mcp"), Parties.ABLE);
        var said = leg.askListening(CALL)
                .concatMap(message -> message instanceof Message.Asked asked
                        ? leg.answer(asked, new Message.Result("0", "{\"action\":\"accept\"}"))
                                .doOnSuccess(_ -> ends(ids(upstream).getFirst()))
                                .thenReturn(message)
                        : Mono.just(message))
                .collectList()
                .toFuture();
        called(upstream, 1);
        says(QUESTION);

        assertThat(said.join()).hasSize(2).first().isInstanceOf(Message.Asked.class);
        assertThat(upstream.heard.stream().map(Heard::body))
                .contains("{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"result\":{\"action\":\"accept\"}}");
    }

    @Test
    void theUpstreamIsAskedWhenItsStreamIsOpen() {
        Sinks.Empty<Void> opening = Sinks.empty();
        try (var slow = answering(
                (_, response) -> opening.asMono().then(Mono.from(UpstreamDouble.events(response, Flux.never()))))) {
            var said = open(slow.url("/mcp"), Parties.ABLE)
                    .askListening(CALL)
                    .collectList()
                    .toFuture();
            await().until(() -> slow.methods().contains("GET"));
            assertThat(slow.methods()).doesNotContain("tools/call");
            opening.tryEmitEmpty().orThrow();
            ends(called(slow, 1).getFirst());

            assertThat(said.join()).singleElement().isInstanceOf(Message.Result.class);
        }
    }

    @Test
    void oneThatOpensNoStreamBeforeItHasSomethingToSayIsWaitedForOnce() {
        try (var silent = answering((_, _) -> Mono.never())) {
            var leg = open(silent.url("/mcp"), Parties.ABLE);
            var first = leg.askListening(CALL).collectList().toFuture();
            ends(called(silent, 1).getFirst());
            first.join();
            long begun = System.nanoTime();
            var second = leg.askListening(CALL).collectList().toFuture();
            ends(called(silent, 2).getLast());
            second.join();

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMillis(900));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {405, 200})
    void oneThatOffersNoStreamIsAskedForItOnce(int status) {
        try (var without = answering((_, response) -> UpstreamDouble.json(response, status, "{}"))) {
            var leg = open(without.url("/mcp"), Parties.ABLE);
            for (int i = 1; i <= 3; i++) {
                var said = leg.askListening(CALL).collectList().toFuture();
                ends(called(without, i).getLast());
                assertThat(said.join()).hasSize(1);
            }

            assertThat(without.methods()).containsOnlyOnce("GET");
        }
    }

    @Test
    void aStreamThatCannotBeHadIsNoReasonToFail() {
        try (var failing = answering((_, response) -> UpstreamDouble.status(response, 503))) {
            var said = open(failing.url("/mcp"), Parties.ABLE)
                    .askListening(CALL)
                    .collectList()
                    .toFuture();
            ends(called(failing, 1).getFirst());

            assertThat(said.join()).singleElement().isInstanceOf(Message.Result.class);
        }
    }

    /** A connection of ours that the upstream has not missed yet, as when calls follow each other at once. */
    @Test
    void aStreamThatIsAboutToBeLeftIsWaitedFor() {
        var asked = new AtomicInteger();
        try (var busy = answering((_, response) -> asked.incrementAndGet() < 3
                ? UpstreamDouble.status(response, 409)
                : UpstreamDouble.events(response, Flux.never()))) {
            var said = open(busy.url("/mcp"), Parties.ABLE)
                    .askListening(CALL)
                    .collectList()
                    .toFuture();
            ends(called(busy, 1).getFirst());
            said.join();

            assertThat(busy.methods()).containsSubsequence("GET", "GET", "GET", "tools/call");
        }
    }

    @Test
    void oneThatKeepsNoSessionsIsNotListenedTo() {
        try (var upstream = new UpstreamDouble((heard, response) -> switch (heard.member("method")) {
            case "server/discover" -> UpstreamDouble.status(response, 400);
            case "initialize" -> UpstreamDouble.result(response, heard, UpstreamDouble.INITIALIZED);
            case "tools/call" -> UpstreamDouble.result(response, heard, "{}");
            default -> UpstreamDouble.status(response, 202);
        })) {
            var said = open(upstream.url("/mcp"), Parties.ABLE)
                    .askListening(CALL)
                    .collectList()
                    .block(LONG);

            assertThat(said).hasSize(1);
            assertThat(upstream.methods()).doesNotContain("GET");
        }
    }

    @Test
    void whoAsksOnlyOpensNoStream() {
        var said =
                open(upstream.url("/mcp"), Parties.ABLE).ask(CALL).collectList().toFuture();
        ends(called(upstream, 1).getFirst());
        said.join();

        assertThat(upstream.methods()).doesNotContain("GET");
    }

    @Test
    void theStreamIsOneForAllCallsAndEndsWithTheLast() {
        var leg = open(upstream.url("/mcp"), Parties.ABLE);
        var first = leg.askListening(CALL).collectList().toFuture();
        called(upstream, 1);
        var second = leg.askListening(CALL).collectList().toFuture();
        var ids = called(upstream, 2);
        assertThat(upstream.methods()).containsOnlyOnce("GET");
        ends(ids.getFirst());
        first.join();
        assertThat(stream.currentSubscriberCount()).isEqualTo(1);
        ends(ids.getLast());
        second.join();

        await().until(() -> stream.currentSubscriberCount() == 0);
    }

    @Test
    void aQuestionIsTheLastCallsOnlyAndProgressThatOfWhomItNames() {
        var leg = open(upstream.url("/mcp"), Parties.ABLE);
        var heard = new CopyOnWriteArrayList<Message>();
        var others = new CopyOnWriteArrayList<Message>();
        var first = leg.askListening(CALL.with("{\"name\":\"one\",\"_meta\":{\"progressToken\":7}}"))
                .doOnNext(heard::add)
                .then()
                .toFuture();
        called(upstream, 1);
        var second = leg.askListening(CALL.with("{\"name\":\"two\",\"_meta\":{\"progressToken\":7}}"))
                .doOnNext(others::add)
                .then()
                .toFuture();
        var ids = called(upstream, 2);
        says(progress(ids.getLast()));
        says(progress("7"));
        says(QUESTION);
        says(CHANGED);
        says(LOGGED);
        await().until(() -> others.size() == 3);
        ids.forEach(this::ends);
        first.join();
        second.join();

        assertThat(heard).singleElement().isInstanceOf(Message.Result.class);
        assertThat(others)
                .hasSize(4)
                .contains(
                        new Message.Told("notifications/progress", "{\"progressToken\":7,\"progress\":1}"), atIndex(0))
                .contains(Message.read(LOGGED), atIndex(2));
        assertThat(others.get(1)).isInstanceOf(Message.Asked.class);
    }

    private static String progress(String token) {
        return "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":" + token
                + ",\"progress\":1}}";
    }

    @Test
    void theResponseIsTheLastWordAlsoForASlowReader() {
        var leg = open(upstream.url("/mcp"), Parties.ABLE);
        Sinks.Empty<Void> read = Sinks.empty();
        var heard = new CopyOnWriteArrayList<Message>();
        var said = leg.askListening(CALL)
                .concatMap(message -> {
                    heard.add(message);
                    return heard.size() == 1 ? read.asMono() : Mono.empty();
                })
                .then()
                .toFuture();
        String id = called(upstream, 1).getFirst();
        for (int i = 0; i < 5; i++) {
            says(LOGGED);
        }
        says("{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"ping\"}");
        await().until(() ->
                upstream.heard.getLast().body().contains("\"id\":3,\"result\"")); // so all before it was heard
        ends(id);
        await().until(() -> stream.currentSubscriberCount() == 0);
        read.tryEmitEmpty().orThrow();
        said.join();

        assertThat(heard).hasSize(6).last().isInstanceOf(Message.Result.class);
    }
}
