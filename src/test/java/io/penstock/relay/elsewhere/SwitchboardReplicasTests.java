package io.penstock.relay.elsewhere;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import io.penstock.vault.Vault;
import io.penstock.vault.Vaults;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import io.penstock.wire.Request;
import io.penstock.wire.SseEvent;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** Requests that two replicas hand each other over one PostgreSQL. */
class SwitchboardReplicasTests {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final byte[] BODY = "{\"jsonrpc\":\"2.0\"}".getBytes(UTF_8);

    private final Database database = Databases.POSTGRESQL.fresh();
    private final Vault vault = Vaults.fresh();
    private final Node here = new Node(database, vault);
    private final Node there = new Node(database, vault);
    private final List<byte[]> toldHere = new CopyOnWriteArrayList<>();
    private final List<byte[]> toldThere = new CopyOnWriteArrayList<>();

    /** A note that arrives at both shows that they hear each other. */
    @BeforeEach
    void connect() {
        here.rounds.repeat(
                "told", LONG, here.replicas.told().doOnNext(toldHere::add).then());
        there.rounds.repeat(
                "told", LONG, there.replicas.told().doOnNext(toldThere::add).then());
        await().untilAsserted(() -> {
            StepVerifier.create(here.replicas.tellAll(new byte[] {1})).verifyComplete();
            assertThat(toldHere).anyMatch(note -> note.length == 1);
            assertThat(toldThere).anyMatch(note -> note.length == 1);
        });
    }

    @AfterEach
    void nothingStaysOpen() {
        await().untilAsserted(() -> {
            assertThat(here.replicas.open()).isZero();
            assertThat(there.rounds.closed() ? 0 : there.replicas.open()).isZero();
        });
        here.close();
        there.close();
        database.close();
    }

    @Test
    void aRequestArrivesWholeAndItsAnswerComesBack() {
        var seen = new AtomicReference<Request>();
        there.script = (request, body) -> {
            seen.set(request);
            return Mono.just(new Reply.Json(201, body, "sealed"));
        };

        StepVerifier.create(hand())
                .assertNext(reply -> {
                    assertThat(reply.status()).isEqualTo(201);
                    assertThat(reply.session()).isEqualTo("sealed");
                    assertThat(((Reply.Json) reply).body()).isEqualTo(BODY);
                })
                .verifyComplete();

        Request sent = request();
        assertThat(seen.get().method()).isEqualTo(sent.method());
        assertThat(seen.get().path()).isEqualTo(sent.path());
        assertThat(seen.get().peer()).isEqualTo(sent.peer());
        assertThat(seen.get().correlationId()).isEqualTo(sent.correlationId());
        assertThat(seen.get().headers().entries())
                .extracting(Object::toString)
                .containsExactly("Authorization=Bearer token", "X-Twice=1", "X-Twice=2");
    }

    @Test
    void anAnswerWithoutABodyComesBack() {
        there.script = (request, body) -> Mono.just(new Reply.Empty(202));

        StepVerifier.create(hand()).expectNext(new Reply.Empty(202)).verifyComplete();
    }

    @Test
    void largeBodiesGoBothWays() {
        byte[] large = "ä".repeat(100_000).getBytes(UTF_8);
        there.script = (request, body) -> Mono.just(new Reply.Json(200, body, null));

        StepVerifier.create(here.replicas.hand(there.name(), request(), large))
                .assertNext(reply -> assertThat(((Reply.Json) reply).body()).isEqualTo(large))
                .verifyComplete();
    }

    @Test
    void eventsArriveInTheirOrder() {
        List<SseEvent> events = Flux.range(0, 1000)
                .map(number ->
                        new SseEvent("id" + number, "message", "x".repeat(number * 7), Duration.ofMillis(number), null))
                .collectList()
                .block();
        there.script = (request, body) ->
                Mono.just(new Reply.Events(Flux.fromIterable(events), Disposables.disposed(), "sealed"));

        StepVerifier.create(hand().doOnNext(reply -> assertThat(reply.session()).isEqualTo("sealed"))
                        .flatMapMany(reply -> ((Reply.Events) reply).events())
                        .collectList())
                .assertNext(read -> assertThat(read.equals(events)).isTrue())
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void aReplyMayTakeLongerThanItsAcceptance() {
        there.script = (request, body) ->
                Mono.delay(Node.SETTINGS.silence().multipliedBy(2)).thenReturn(new Reply.Empty(200));

        StepVerifier.create(hand())
                .expectNext(new Reply.Empty(200))
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void aRefusalComesBackAsItsErrorAndABugWithoutDetail() {
        there.script = (request, body) -> Mono.error(new Refusal(new Reason.Forbidden("tools.execute")));
        StepVerifier.create(hand())
                .assertNext(reply -> {
                    assertThat(reply.status()).isEqualTo(403);
                    assertThat(text(reply)).contains("-32600", "tools.execute");
                })
                .verifyComplete();

        there.script = (request, body) -> Mono.error(new IllegalStateException("inner detail"));
        StepVerifier.create(hand())
                .assertNext(reply -> {
                    assertThat(reply.status()).isEqualTo(500);
                    assertThat(text(reply)).contains("c0ffee").doesNotContain("inner detail");
                })
                .verifyComplete();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aStreamThatBreaksOffThereBreaksOffHereInTheSameWords(boolean timedOut) {
        Reason reason = timedOut
                ? new Reason.UpstreamTimedOut("took too long")
                : new Reason.UpstreamFailed("broke off in the middle", null);
        stream(Flux.just(SseEvent.message("a")).concatWith(Mono.error(new Refusal(reason))));

        StepVerifier.create(events())
                .expectNext(SseEvent.message("a"))
                .expectErrorSatisfies(
                        error -> assertThat(((Refusal) error).reason()).isEqualTo(reason))
                .verify(LONG);
    }

    @Test
    void cancellingBeforeTheReplyCancelsTheWork() {
        var cancelled = new AtomicBoolean();
        var begun = new AtomicBoolean();
        there.script = (request, body) ->
                Mono.<Reply>never().doOnSubscribe(begin -> begun.set(true)).doOnCancel(() -> cancelled.set(true));

        var waiting = hand().subscribe();
        await().untilTrue(begun);
        waiting.dispose();

        await().untilTrue(cancelled);
    }

    @Test
    void cancellingAStreamCancelsTheWork() {
        var cancelled = new AtomicBoolean();
        stream(Flux.concat(Mono.just(SseEvent.message("a")), Flux.<SseEvent>never())
                .doOnCancel(() -> cancelled.set(true)));

        StepVerifier.create(events()).expectNextCount(1).thenCancel().verify(LONG);

        await().untilTrue(cancelled);
    }

    @Test
    void aStreamThatIsNeverReadIsEndedByDisposingIt() {
        var cancelled = new AtomicBoolean();
        stream(Flux.<SseEvent>never().doOnCancel(() -> cancelled.set(true)));

        Reply reply = hand().block(LONG);
        ((Reply.Events) reply).source().dispose();

        await().untilTrue(cancelled);
    }

    @Test
    void aSlowReaderHoldsTheProducer() {
        var produced = new AtomicInteger();
        stream(Flux.range(0, 300)
                .doOnNext(number -> produced.incrementAndGet())
                .map(number -> SseEvent.message(number + "y".repeat(10_000))));

        StepVerifier.create(events().map(event -> event.data().replace("y", "")), 1)
                .expectNext("0")
                .then(() -> await().during(Duration.ofMillis(400)).until(() -> produced.get() <= 34 && parcels() == 0))
                .thenRequest(20)
                .expectNextCount(20)
                .then(() -> await().until(() -> produced.get() > 34))
                .then(() -> await().during(Duration.ofMillis(400)).until(() -> produced.get() <= 34 + 21))
                .thenRequest(Long.MAX_VALUE)
                .expectNextSequence(
                        IntStream.range(21, 300).mapToObj(String::valueOf).toList())
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void aSlowReaderHoldsLargeEventsByTheirBytes() {
        var produced = new AtomicInteger();
        stream(Flux.range(0, 20)
                .doOnNext(number -> produced.incrementAndGet())
                .map(number -> SseEvent.message("z".repeat(400_000))));

        StepVerifier.create(events(), 1)
                .expectNextCount(1)
                .then(() -> await().during(Duration.ofMillis(400)).until(() -> produced.get() <= 4))
                .thenRequest(Long.MAX_VALUE)
                .expectNextCount(19)
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void anEventLargerThanTheWindowFollowsASmallOne() {
        String large = "z".repeat(Node.SETTINGS.windowBytes() + 1);
        stream(Flux.just("a", large, "b", "c", large).map(SseEvent::message));

        StepVerifier.create(events().map(event -> event.data().length()))
                .expectNext(1, large.length(), 1, 1, large.length())
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void aReplicaThatDoesNotAnswerIsTakenForGone() {
        var started = System.nanoTime();

        StepVerifier.create(here.replicas.hand("0123456789abcdef", request(), BODY))
                .expectErrorSatisfies(
                        error -> assertThat(((Refusal) error).reason()).isInstanceOf(Reason.SessionEnded.class))
                .verify(LONG);

        assertThat(Duration.ofNanos(System.nanoTime() - started))
                .isBetween(
                        Node.SETTINGS.answerTimeout(),
                        Node.SETTINGS.answerTimeout().multipliedBy(4));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x; NOTIFY penstock_all", "0123456789ABCDEF"})
    void whatIsNoNameReachesNobody(String name) {
        StepVerifier.create(here.replicas.hand(name, request(), BODY))
                .expectErrorSatisfies(
                        error -> assertThat(((Refusal) error).reason()).isInstanceOf(Reason.SessionEnded.class))
                .verify(LONG);
    }

    @Test
    void aReplicaThatDiesInMidStreamIsMissed() {
        stream(Flux.concat(Mono.just(SseEvent.message("a")), Flux.never()));

        StepVerifier.create(events())
                .expectNextCount(1)
                .then(there::close)
                .expectErrorSatisfies(error -> assertThat(((Refusal) error).reason())
                        .isEqualTo(new Reason.UpstreamFailed(
                                "The replica that held this call is gone; whether it did the work is not known", null)))
                .verify(LONG);
    }

    @Test
    void anAskerThatDiesEndsTheWork() {
        var cancelled = new AtomicBoolean();
        here.script = (request, body) -> Mono.just(new Reply.Events(
                Flux.<SseEvent>never().doOnCancel(() -> cancelled.set(true)), Disposables.disposed(), null));
        var _ = there.replicas.hand(here.name(), request(), BODY).block(LONG);

        there.close();

        await().untilTrue(cancelled);
    }

    @Test
    void aStreamIsOverForAReplicaThatStops() {
        stream(Flux.concat(Mono.just(SseEvent.message("a")), Flux.never()));
        var stopped = new AtomicBoolean();

        StepVerifier.create(events())
                .expectNextCount(1)
                .then(() -> there.replicas.stop(() -> stopped.set(true)))
                .expectErrorMessage("The replica that held this call stops; whether the work was done is not known")
                .verify(LONG);
        await().untilTrue(stopped);
    }

    @Test
    void aLostEventIsAnErrorAndNotAGap() {
        there.losing = frame -> frame instanceof Frame.Happened happened
                && "5".equals(happened.event().data());
        stream(Flux.range(0, 10).map(number -> SseEvent.message("" + number)).concatWith(Flux.never()));

        StepVerifier.create(events())
                .expectNextCount(5)
                .expectErrorSatisfies(SwitchboardReplicasTests::saysThatSomethingWasLost)
                .verify(LONG);
    }

    @Test
    void aLostEndIsAnErrorAndNotSilence() {
        there.losing = frame -> frame instanceof Frame.Ended;
        stream(Flux.range(0, 3).map(number -> SseEvent.message("" + number)));

        StepVerifier.create(events())
                .expectNextCount(3)
                .expectErrorSatisfies(SwitchboardReplicasTests::saysThatSomethingWasLost)
                .verify(LONG);
    }

    @Test
    void aLostAnswerIsAnErrorAndNotSilence() {
        there.losing = frame -> frame instanceof Frame.Answered;
        there.script = (request, body) -> Mono.just(new Reply.Empty(200));

        StepVerifier.create(hand())
                .expectErrorSatisfies(SwitchboardReplicasTests::saysThatSomethingWasLost)
                .verify(LONG);
    }

    @Test
    void aLostCancellationEndsTheWorkALittleLater() {
        var cancelled = new AtomicBoolean();
        here.losing = frame -> frame instanceof Frame.Cancelled;
        stream(Flux.concat(Mono.just(SseEvent.message("a")), Flux.<SseEvent>never())
                .doOnCancel(() -> cancelled.set(true)));

        StepVerifier.create(events()).expectNextCount(1).thenCancel().verify(LONG);

        await().untilTrue(cancelled);
    }

    @Test
    void aLostCreditEndsTheStreamAndDoesNotHoldItForEver() {
        here.losing = frame -> frame instanceof Frame.Credit;
        stream(Flux.range(0, 100).map(number -> SseEvent.message("" + number)));

        StepVerifier.create(events())
                .expectNextCount(32)
                .expectErrorMessage("Something was lost between two replicas; whether the work was done is not known")
                .verify(LONG);
    }

    @Test
    void aListenerThatLosesItsConnectionBreaksOffAndTheNextRequestGoesThrough() {
        var source = Sinks.many().unicast().<SseEvent>onBackpressureBuffer();
        stream(source.asFlux());

        StepVerifier.create(events())
                .then(() -> source.tryEmitNext(SseEvent.message("a")).orThrow())
                .expectNextCount(1)
                .then(this::cutListeners)
                .then(() -> source.tryEmitNext(SseEvent.message("b")).orThrow())
                .expectErrorSatisfies(
                        error -> assertThat(((Refusal) error).reason()).isInstanceOf(Reason.UpstreamFailed.class))
                .verify(LONG);

        there.script = (request, body) -> Mono.just(new Reply.Empty(204));
        await().untilAsserted(() ->
                StepVerifier.create(hand()).expectNext(new Reply.Empty(204)).verifyComplete());
        assertThat(toldHere.getLast()).isEmpty();
    }

    @Test
    void manyConversationsDoNotDisturbEachOther() {
        there.script = (request, body) -> Mono.just(new Reply.Events(
                Flux.range(0, 50).map(number -> SseEvent.message(new String(body, UTF_8) + number)),
                Disposables.disposed(),
                null));

        Flux<Boolean> all = Flux.range(0, 90)
                .flatMap(
                        caller -> here.replicas
                                .hand(there.name(), request(), (caller + "/").getBytes(UTF_8))
                                .flatMapMany(reply -> ((Reply.Events) reply).events())
                                .map(SseEvent::data)
                                .collectList()
                                .map(data -> data.equals(IntStream.range(0, 50)
                                        .mapToObj(number -> caller + "/" + number)
                                        .toList())),
                        90);

        StepVerifier.create(all.distinct()).expectNext(true).expectComplete().verify(LONG);
    }

    @Test
    void aReplicaWithTooMuchInHandSaysSo() {
        var waiting = Flux.range(0, Node.SETTINGS.visits())
                .flatMap(number -> hand(), Node.SETTINGS.visits())
                .subscribe();
        await().until(() -> there.replicas.open() == Node.SETTINGS.visits());

        StepVerifier.create(hand())
                .assertNext(reply -> assertThat(reply.status()).isEqualTo(503))
                .verifyComplete();
        waiting.dispose();
    }

    @Test
    void whatIsHandedToOneselfIsCarriedOutHere() {
        here.script = (request, body) -> Mono.just(new Reply.Empty(205));

        StepVerifier.create(here.replicas.hand(here.name(), request(), BODY))
                .expectNext(new Reply.Empty(205))
                .verifyComplete();
    }

    @Test
    void aNoteHasSomethingInItAndIsSmall() {
        assertThatThrownBy(() -> here.replicas.tellAll(new byte[0])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> here.replicas.tellAll(new byte[5000])).isInstanceOf(IllegalArgumentException.class);
        StepVerifier.create(here.replicas.tellAll(new byte[4096])).verifyComplete();
    }

    @Test
    void whoHasBeenHeardKnowsThatTheOthersActedOnWhatWasTold() {
        byte[] note = {2, 3};
        await().until(() -> here.replicas.knows() && there.replicas.knows());

        StepVerifier.create(here.replicas
                        .tellAll(note)
                        .then(here.replicas.heard())
                        .then(Mono.fromSupplier(() -> toldThere.stream().anyMatch(told -> Arrays.equals(told, note)))))
                .expectNext(true)
                .verifyComplete();
    }

    @Test
    void aReplicaThatIsGoneIsNotWaitedForTwice() {
        await().until(here.replicas::knows);
        there.close();

        var waited = StepVerifier.create(here.replicas.heard()).verifyComplete();
        var again = StepVerifier.create(here.replicas.heard()).verifyComplete();

        assertThat(waited).isLessThan(Node.SETTINGS.answerTimeout().plusSeconds(5));
        assertThat(again).isLessThan(Node.SETTINGS.answerTimeout().dividedBy(2));
    }

    private static void saysThatSomethingWasLost(Throwable error) {
        assertThat(((Refusal) error).reason()).isInstanceOf(Reason.UpstreamFailed.class);
        assertThat(error).hasMessageContaining("lost between two replicas");
    }

    private void stream(Flux<SseEvent> events) {
        there.script = (request, body) -> Mono.just(new Reply.Events(events, Disposables.disposed(), null));
    }

    private Mono<Reply> hand() {
        return here.replicas.hand(there.name(), request(), BODY);
    }

    private Flux<SseEvent> events() {
        return hand().flatMapMany(reply -> ((Reply.Events) reply).events());
    }

    private static String text(Reply reply) {
        return new String(((Reply.Json) reply).body(), UTF_8);
    }

    private static Request request() {
        var headers = new DefaultHttpHeaders()
                .add("Authorization", "Bearer token")
                .add("X-Twice", "1")
                .add("X-Twice", "2")
                .add("Content-Length", "17")
                .add("Connection", "keep-alive");
        return new Request("POST", "/gateways/1/mcp", headers, new InetSocketAddress("192.0.2.7", 4711), "c0ffee");
    }

    private void cutListeners() {
        var _ = database.client()
                .sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND query LIKE 'LISTEN penstock_r%'")
                .fetch()
                .all()
                .blockLast(LONG);
    }

    private long parcels() {
        return database.client()
                .sql("SELECT count(*) FROM parcels")
                .map(row -> row.get(0, Long.class))
                .one()
                .block(LONG);
    }
}
