package io.penstock.relay.bulkhead;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.penstock.access.Permit;
import io.penstock.access.Permits;
import io.penstock.access.Route;
import io.penstock.caller.Caller;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Snapshots;
import io.penstock.loop.BegunRounds;
import io.penstock.relay.Replicas;
import io.penstock.relay.breaker.SomeBreakers;
import io.penstock.wire.Arrival;
import io.penstock.wire.Envelopes;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import io.penstock.wire.Request;
import io.penstock.wire.SseEvent;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;

/** On which ways a call gives its place back, in a time that the tests move. */
class BulkheadsTests {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Gateway WEATHER = Snapshots.gateway("weather", Visibility.PUBLIC, null, true);
    private static final Gateway MAIL = Snapshots.gateway("mail", Visibility.PUBLIC, null, true);
    private static final String CALL =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"t\"}}";
    private static final String CANCELLED =
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1}}";
    private static final Reply TAKEN = new Reply.Empty(202);
    private static final Reply DONE = new Reply.Json(200, new byte[0], null);
    private static final Message RESULT = new Message.Result("1", "{}");

    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
    private final Sinks.Many<byte[]> notes = Sinks.many().multicast().directBestEffort();
    private final Bulkheads bulkheads = replica();

    private Bulkheads replica() {
        var settings = new BulkheadSettings(2, 2, 50, 50, Duration.ofSeconds(10));
        return new Bulkheads(
                settings, SomeBreakers.patient(), new GivenUp(replicas(), new BegunRounds()), meters, timer);
    }

    private Replicas replicas() {
        return (Replicas) Proxy.newProxyInstance(
                Replicas.class.getClassLoader(), new Class<?>[] {Replicas.class}, (_, method, arguments) -> {
                    return switch (method.getName()) {
                        case "tellAll" ->
                            Mono.fromRunnable(() ->
                                    notes.tryEmitNext((byte[]) arguments[0]).orThrow());
                        case "told" -> notes.asFlux();
                        default -> throw new UnsupportedOperationException(method.getName());
                    };
                });
    }

    private static Permit permit(String user, Gateway gateway, String body) {
        var request = new Request(
                body.isEmpty() ? "GET" : "POST",
                "/",
                new DefaultHttpHeaders(),
                new InetSocketAddress("192.0.2.1", 1),
                "c");
        var target = new Arrival.Target.GatewayTarget(gateway.id());
        var envelope = body.isEmpty() ? null : Envelopes.read(body.getBytes(UTF_8));
        var source = user.equals("penstock") ? Caller.Source.GATEWAY : Caller.Source.JWT;
        var caller = new Caller(user, source, false, Set.of(), null, user, Instant.MAX);
        return Permits.of(
                caller,
                new Arrival(request, target, Era.SESSIONS, envelope, null, body.getBytes(UTF_8)),
                new Route.One(gateway, null));
    }

    private static Permit permit(String user) {
        return permit(user, WEATHER, CALL);
    }

    private int inFlight() {
        return (int) meters.get("penstock.bulkhead.calls").gauge().value();
    }

    private int waiting() {
        return (int) meters.get("penstock.bulkhead.waiting").gauge().value();
    }

    private double refused(String why) {
        return meters.get("penstock.bulkhead.refused").tag("why", why).counter().count();
    }

    private Disposable fill() {
        return Disposables.composite(
                bulkheads.call(permit("ada"), Mono.never()).subscribe(),
                bulkheads.call(permit("ada"), Mono.never()).subscribe());
    }

    @Test
    void aCallHasAPlaceUntilItIsAnswered() {
        TestPublisher<Reply> upstream = TestPublisher.create();
        var reply = bulkheads.call(permit("ada"), upstream.mono()).subscribe();
        assertThat(inFlight()).isEqualTo(1);

        upstream.emit(DONE);

        assertThat(inFlight()).isZero();
        assertThat(reply.isDisposed()).isTrue();
    }

    @Test
    void anErrorGivesThePlaceBack() {
        StepVerifier.create(bulkheads.call(permit("ada"), Mono.error(new IllegalStateException("upstream died"))))
                .expectErrorMessage("upstream died")
                .verify(LONG);
        StepVerifier.create(bulkheads.exchange(permit("ada"), Flux.error(new IllegalStateException("upstream died"))))
                .expectErrorMessage("upstream died")
                .verify(LONG);

        assertThat(inFlight()).isZero();
    }

    @Test
    void aStreamHasItsPlaceUntilItEnds() {
        Sinks.Many<SseEvent> upstream = Sinks.many().unicast().onBackpressureBuffer();
        List<Reply> replies = new ArrayList<>();
        var _ = bulkheads
                .call(permit("ada"), Mono.just(new Reply.Events(upstream.asFlux(), Disposables.disposed(), null)))
                .subscribe(replies::add);
        assertThat(inFlight()).isEqualTo(1);
        var _ = ((Reply.Events) replies.getFirst()).events().subscribe();
        assertThat(inFlight()).isEqualTo(1);

        var _ = upstream.tryEmitComplete();

        assertThat(inFlight()).isZero();
    }

    @Test
    void aStreamThatIsLeftOrNeverReadGivesItBackToo() {
        List<Reply.Events> replies = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            var _ = bulkheads
                    .call(permit("ada"), Mono.just(new Reply.Events(Flux.never(), Disposables.single(), null)))
                    .subscribe(reply -> replies.add((Reply.Events) reply));
        }
        assertThat(inFlight()).isEqualTo(2);

        replies.getFirst().events().subscribe().dispose();
        assertThat(inFlight()).isEqualTo(1);
        replies.getLast().source().dispose();

        assertThat(inFlight()).isZero();
    }

    @Test
    void anExchangeHasItsPlaceUntilTheResponse() {
        Sinks.Many<Message> upstream = Sinks.many().unicast().onBackpressureBuffer();
        var _ = bulkheads.exchange(permit("ada"), upstream.asFlux()).subscribe();
        var _ = upstream.tryEmitNext(new Message.Told("notifications/progress", "{}"));
        assertThat(inFlight()).isEqualTo(1);

        var _ = upstream.tryEmitNext(RESULT);

        assertThat(inFlight()).isZero();
        var _ = upstream.tryEmitComplete();
        assertThat(inFlight()).isZero();
    }

    @Test
    void whoeverWaitsBeginsWhenAPlaceIsFree() {
        var full = fill();
        var begun = new AtomicInteger();
        StepVerifier.create(bulkheads.call(permit("bob"), Mono.fromSupplier(() -> {
                    begun.incrementAndGet();
                    return DONE;
                })))
                .then(() -> assertThat(waiting()).isEqualTo(1))
                .then(() -> assertThat(begun).hasValue(0))
                .then(full::dispose)
                .expectNext(DONE)
                .expectComplete()
                .verify(LONG);

        assertThat(inFlight()).isZero();
        assertThat(waiting()).isZero();
    }

    @Test
    void whoWaitsTooLongIsRefused() {
        var full = fill();
        StepVerifier.create(bulkheads.call(permit("bob"), Mono.error(new AssertionError("It began"))))
                .then(() -> timer.advanceTimeBy(Duration.ofSeconds(9)))
                .expectNoEvent(Duration.ofMillis(10))
                .then(() -> timer.advanceTimeBy(Duration.ofSeconds(1)))
                .expectErrorSatisfies(error -> {
                    var reason = (Reason.Unavailable) ((Refusal) error).reason();
                    assertThat(reason.detail()).contains("(2)");
                    assertThat(reason.retryAfter()).isPositive();
                })
                .verify(LONG);

        assertThat(refused("late")).isEqualTo(1);
        assertThat(waiting()).isZero();
        full.dispose();
        assertThat(inFlight()).isZero();
    }

    @Test
    void whoGivesUpWhileWaitingLeavesTheQueue() {
        var full = fill();
        var waits = bulkheads
                .exchange(permit("bob"), Flux.error(new AssertionError("It began")))
                .subscribe();
        assertThat(waiting()).isEqualTo(1);

        waits.dispose();

        assertThat(waiting()).isZero();
        full.dispose();
        assertThat(inFlight()).isZero();
    }

    @Test
    void whatASessionCancelsWhileItWaitsNeverReachesTheUpstream() {
        var full = fill();
        var never = Mono.<Reply>error(new AssertionError("It was sent"));
        var elsewhere =
                bulkheads.call(inSession("bob", "other", CALL), Mono.never()).subscribe();

        StepVerifier.create(bulkheads.call(inSession("bob", "mine", CALL), never))
                .then(() -> assertThat(waiting()).isEqualTo(2))
                .then(() -> StepVerifier.create(bulkheads.call(inSession("eve", "mine", CANCELLED), Mono.just(DONE)))
                        .expectNext(DONE)
                        .expectComplete()
                        .verify(LONG))
                .then(() -> StepVerifier.create(bulkheads.call(inSession("bob", "mine", CANCELLED), never))
                        .expectNext(new Reply.Empty(202))
                        .expectComplete()
                        .verify(LONG))
                .assertNext(reply -> {
                    assertThat(reply).isInstanceOf(Reply.Events.class);
                    StepVerifier.create(((Reply.Events) reply).events())
                            .expectComplete()
                            .verify(LONG);
                })
                .expectComplete()
                .verify(LONG);

        assertThat(waiting()).isEqualTo(1);
        elsewhere.dispose();
        full.dispose();
        assertThat(inFlight()).isZero();
    }

    /** What an upstream that answers nothing any more has of a call: the head of its stream, or not even that. */
    private static List<Mono<Reply>> unanswered(Disposable connection) {
        return List.of(
                Mono.<Reply>never().doOnCancel(connection::dispose),
                Mono.just(new Reply.Events(Flux.<SseEvent>never().doOnCancel(connection::dispose), connection, null)));
    }

    @Test
    void whatASessionCancelsUnderWayGivesItsPlaceAndItsConnectionBack() {
        var occupied = bulkheads.call(permit("ada"), Mono.never()).subscribe();
        for (int way = 0; way < 2; way++) {
            Disposable connection = Disposables.single();
            StepVerifier.create(bulkheads
                            .call(
                                    inSession("bob", "mine", CALL),
                                    unanswered(connection).get(way))
                            .flatMapMany(reply -> ((Reply.Events) reply).events()))
                    .then(() -> say(bulkheads, inSession("eve", "mine", CANCELLED), TAKEN))
                    .then(() -> say(bulkheads, inSession("bob", "other", CANCELLED), TAKEN))
                    .then(() ->
                            say(bulkheads, inSession("bob", "mine", CANCELLED), new Reply.Json(400, new byte[0], null)))
                    .then(() -> assertThat(inFlight()).isEqualTo(2))
                    .then(() -> say(bulkheads, inSession("bob", "mine", CANCELLED), TAKEN))
                    .expectComplete()
                    .verify(LONG);

            assertThat(connection.isDisposed()).isTrue();
            say(bulkheads, inSession("bob", "mine", CALL), DONE);
            assertThat(inFlight()).isEqualTo(1);
        }
        occupied.dispose();
    }

    @Test
    void whatIsCancelledOnAnotherReplicaIsGivenUpToo() {
        var other = replica();
        for (int way = 0; way < 2; way++) {
            Disposable connection = Disposables.single();
            StepVerifier.create(bulkheads
                            .call(
                                    inSession("bob", "mine", CALL),
                                    unanswered(connection).get(way))
                            .flatMapMany(reply -> ((Reply.Events) reply).events()))
                    .then(() -> say(other, inSession("bob", "mine", CANCELLED), TAKEN))
                    .expectComplete()
                    .verify(LONG);

            assertThat(connection.isDisposed()).isTrue();
            assertThat(inFlight()).isZero();
        }
    }

    private static void say(Bulkheads bulkheads, Permit permit, Reply reply) {
        StepVerifier.create(bulkheads.call(permit, Mono.just(reply)))
                .expectNext(reply)
                .expectComplete()
                .verify(LONG);
    }

    private static Permit inSession(String user, String session, String body) {
        var permit = permit(user, WEATHER, body);
        permit.arrival().request().headers().set("Mcp-Session-Id", session);
        return permit;
    }

    @Test
    void oneUpstreamsCallsDoNotWaitForAnothers() {
        var full = fill();

        StepVerifier.create(bulkheads.call(permit("ada", MAIL, CALL), Mono.just(DONE)))
                .expectNext(DONE)
                .expectComplete()
                .verify(LONG);
        full.dispose();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subscriptions/listen\",\"params\":{}}"
            })
    void whatIsNoCallWaitsForNothing(String body) {
        var full = fill();

        StepVerifier.create(bulkheads.call(permit("ada", WEATHER, body), Mono.just(DONE)))
                .expectNext(DONE)
                .expectComplete()
                .verify(LONG);
        full.dispose();
    }

    @Test
    void theGatewaysOwnErrandsDoNeither() {
        var full = fill();

        StepVerifier.create(bulkheads.exchange(permit("penstock"), Flux.just(RESULT)))
                .expectNext(RESULT)
                .expectComplete()
                .verify(LONG);
        full.dispose();
    }

    /** Calls that are answered, fail, stream, are left while they wait or in mid-stream, in an order that the seed gives. */
    @ParameterizedTest
    @ValueSource(longs = {4, 8, 15, 16, 23, 42})
    void noPlaceIsLostWhateverBecomesOfTheCalls(long seed) {
        var random = new Random(seed);
        List<Runnable> ends = new ArrayList<>();
        for (int step = 0; step < 5_000; step++) {
            if (ends.isEmpty() || random.nextInt(100) < 52) {
                ends.add(random.nextBoolean() ? begun(random) : asked(random));
            } else {
                ends.remove(random.nextInt(ends.size())).run();
            }
            assertThat(inFlight()).isLessThanOrEqualTo(2);
            if (random.nextInt(200) == 0) {
                timer.advanceTimeBy(Duration.ofSeconds(11));
            }
        }

        ends.forEach(Runnable::run);

        assertThat(inFlight()).isZero();
        assertThat(waiting()).isZero();
    }

    /** A call, and one of the ways in which it can end. */
    private Runnable begun(Random random) {
        Sinks.One<Reply> upstream = Sinks.one();
        Sinks.Many<SseEvent> events = Sinks.many().unicast().onBackpressureBuffer();
        var reading = Disposables.swap();
        int way = random.nextInt(6);
        var call = bulkheads
                .call(permit("caller-" + random.nextInt(4)), upstream.asMono())
                .subscribe(
                        reply -> {
                            if (reply instanceof Reply.Events streamed) {
                                reading.update(
                                        way == 3
                                                ? streamed.source()
                                                : streamed.events().subscribe());
                            }
                        },
                        _ -> {});
        return switch (way) {
            case 0 ->
                () -> {
                    var _ = upstream.tryEmitValue(DONE);
                };
            case 1 ->
                () -> {
                    var _ = upstream.tryEmitError(new IllegalStateException("killed"));
                };
            case 2 -> call::dispose;
            case 3, 4 ->
                () -> {
                    var _ = upstream.tryEmitValue(new Reply.Events(events.asFlux(), Disposables.single(), null));
                    reading.dispose();
                    call.dispose();
                };
            default ->
                () -> {
                    var _ = upstream.tryEmitValue(new Reply.Events(events.asFlux(), Disposables.single(), null));
                    var _ = events.tryEmitComplete();
                };
        };
    }

    private Runnable asked(Random random) {
        Sinks.Many<Message> upstream = Sinks.many().unicast().onBackpressureBuffer();
        var exchange = bulkheads
                .exchange(permit("caller-" + random.nextInt(4)), upstream.asFlux())
                .subscribe(_ -> {}, _ -> {});
        return switch (random.nextInt(3)) {
            case 0 ->
                () -> {
                    var _ = upstream.tryEmitNext(RESULT);
                };
            case 1 ->
                () -> {
                    var _ = upstream.tryEmitError(new IllegalStateException("killed"));
                };
            default -> exchange::dispose;
        };
    }

    @Test
    void whatIsCancelledIsFoundHoweverItsIdIsSpelled() {
        Disposable connection = Disposables.single();
        StepVerifier.create(bulkheads
                        .call(
                                inSession("bob", "mine", CALL.replace(":1", ":\"\\u00e4/1\"")),
                                unanswered(connection).getFirst())
                        .flatMapMany(reply -> ((Reply.Events) reply).events()))
                .then(() ->
                        say(bulkheads, inSession("bob", "mine", CANCELLED.replace(":1", ":\"ä\\/\\u0031\"")), TAKEN))
                .expectComplete()
                .verify(LONG);

        assertThat(connection.isDisposed()).isTrue();
    }
}
