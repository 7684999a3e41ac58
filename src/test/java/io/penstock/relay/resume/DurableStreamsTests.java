package io.penstock.relay.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.loop.Rounds;
import io.penstock.relay.session.Session;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import io.penstock.vault.Vault;
import io.penstock.vault.Vaults;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion;
import io.penstock.wire.Refusal;
import io.penstock.wire.SseEvent;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

@ParameterizedClass
@EnumSource(Databases.class)
class DurableStreamsTests {

    private static final Message TOLD = new Message.Told("notifications/message", "{\"data\":1}");
    private static final Message RESULT = new Message.Result("7", "{\"content\":[]}");

    private final Database database;
    private final Vault vault = Vaults.fresh();
    private final EventLog log;
    private final DurableStreams here;
    private final DurableStreams there;

    DurableStreamsTests(Databases databases) {
        database = databases.fresh();
        log = new R2dbcEventLog(database.client(), database.transactions(), vault);
        here = streams();
        there = streams();
    }

    /** A replica's; its rounds are run by the tests. */
    private DurableStreams streams() {
        return streams(log);
    }

    private static DurableStreams streams(EventLog log) {
        var rounds = (Rounds)
                Proxy.newProxyInstance(Rounds.class.getClassLoader(), new Class<?>[] {Rounds.class}, (_, _, _) -> null);
        return new DurableStreams(log, rounds, Schedulers.parallel());
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static Session.Held session(String key) {
        return new Session.Held("sealed", key, ProtocolVersion.V2025_11_25, "{}", null, Instant.MAX);
    }

    private List<SseEvent> written(Message... messages) {
        return Objects.requireNonNull(here.open(session("s"), "7")
                .flatMapMany(stream -> Flux.just(messages).concatMap(stream::write))
                .collectList()
                .block());
    }

    /** What follows the primer. */
    private static Flux<SseEvent> resumed(DurableStreams streams, Session.Held session, String last) {
        return streams.resume(session, last)
                .flatMapMany(Function.identity())
                .skipWhile(event -> last.equals(event.id()) && "".equals(event.data()));
    }

    private static void isOver(DurableStreams streams, String last) {
        StepVerifier.create(streams.resume(session("s"), last))
                .verifyErrorSatisfies(error ->
                        assertThat(((Refusal) error).reason()).isInstanceOf(Refusal.Reason.MethodNotAllowed.class));
    }

    private static String id(SseEvent event) {
        return Objects.requireNonNull(event.id());
    }

    @Test
    void anotherReplicaGoesOnAfterTheLastEventThatWasSeen() {
        var sent = written(TOLD, TOLD, RESULT);

        StepVerifier.create(resumed(there, session("s"), id(sent.getFirst())).map(DurableStreamsTests::id))
                .expectNext(id(sent.get(1)), id(sent.get(2)))
                .verifyComplete();
    }

    @Test
    void whatIsWrittenAfterwardsFollows() {
        var stream = Objects.requireNonNull(here.open(session("s"), "7").block());
        var first = Objects.requireNonNull(stream.write(TOLD).block());

        StepVerifier.create(resumed(there, session("s"), id(first)))
                .expectSubscription()
                .then(() -> assertThat(stream.write(RESULT).block()).isNotNull())
                .assertNext(event -> assertThat(event.data()).isEqualTo(RESULT.json()))
                .verifyComplete();
    }

    /** Clients come back for as long as they get a stream, unless they got a result. */
    @Test
    void anEndedStreamWithNothingLeftIsNotResumed() {
        isOver(there, id(written(TOLD, RESULT).getLast()));
    }

    @Test
    void aStreamThatEndsWithoutAResponseIsOverAtOnce() {
        var stream = Objects.requireNonNull(here.open(session("s"), "7").block());
        String primer = id(Objects.requireNonNull(stream.primer()));
        var first = Objects.requireNonNull(stream.write(TOLD).block());

        assertThat(stream.end().blockOptional()).isEmpty();

        StepVerifier.create(resumed(there, session("s"), primer).map(DurableStreamsTests::id))
                .expectNext(id(first))
                .verifyComplete();
        isOver(there, id(first));
    }

    @Test
    void whoLosesAResumedStreamBeforeAnythingIsSaidOnItCanComeBackWithWhatItGotThere() {
        var stream = Objects.requireNonNull(here.open(session("s"), "7").block());
        String primer = id(Objects.requireNonNull(stream.primer()));
        var older = new Session.Held("sealed", "s", ProtocolVersion.V2025_06_18, "{}", null, Instant.MAX);

        StepVerifier.create(there.resume(session("s"), primer).flatMapMany(Function.identity()))
                .assertNext(event -> {
                    assertThat(event.id()).isEqualTo(primer);
                    assertThat(event.data()).isEmpty();
                })
                .then(() -> assertThat(stream.end().blockOptional()).isEmpty())
                .expectComplete()
                .verify(Duration.ofSeconds(30));

        StepVerifier.create(there.resume(older, id(written(TOLD, RESULT).getFirst()))
                        .flatMapMany(Function.identity()))
                .assertNext(event -> assertThat(event.data()).isEqualTo(RESULT.json()))
                .verifyComplete();
    }

    @Test
    void aStrangersSessionResumesNothing() {
        var sent = written(TOLD, RESULT);

        // before a stream is begun: its client is answered with an error, and does not come back for ever
        StepVerifier.create(there.resume(session("other"), id(sent.getFirst()))).verifyError(Refusal.class);
        StepVerifier.create(there.resume(session("s"), UUID.randomUUID() + ".1"))
                .verifyError(Refusal.class);
        StepVerifier.create(there.resume(session("s"), "1")).verifyError(Refusal.class);
    }

    @Test
    void aStreamWhoseReplicaIsGoneEndsWithAnErrorOnceAndForAll() {
        var id = UUID.randomUUID();
        var dead = Duration.ofSeconds(-1);
        log.open(id, "s", "7", dead)
                .then(log.append(id, new EventLog.Entry(1, TOLD.json()), false))
                .block();

        var ends = Flux.merge(
                        resumed(there, session("s"), id + ".1").collectList(),
                        resumed(here, session("s"), id + ".1").collectList())
                .collectList()
                .block();

        assertThat(ends)
                .hasSize(2)
                .allSatisfy(end -> assertThat(end)
                        .singleElement()
                        .satisfies(event -> assertThat(event.data()).contains("\"id\":7,\"error\"")));
        StepVerifier.create(log.append(id, new EventLog.Entry(3, RESULT.json()), true))
                .verifyError(EventLog.GivenUp.class);
    }

    /** As all are for a while when the database is back. */
    @Test
    void aStreamWhoseReplicaWasSilentForAMomentGoesOn() {
        var id = UUID.randomUUID();
        log.open(id, "s", "7", Duration.ofSeconds(-1))
                .then(log.append(id, new EventLog.Entry(1, TOLD.json()), false))
                .block();

        StepVerifier.create(resumed(there, session("s"), id + ".0"))
                .expectNextCount(1)
                .thenAwait(Duration.ofMillis(500))
                .then(() -> log.keepAlive(List.of(id), Duration.ofMinutes(1)).block())
                .then(() -> log.append(id, new EventLog.Entry(2, RESULT.json()), true)
                        .block())
                .assertNext(event -> assertThat(event.data()).isEqualTo(RESULT.json()))
                .verifyComplete();
    }

    @Test
    void aStreamThatIsKeptAliveIsNotGivenUp() {
        var id = UUID.randomUUID();
        log.open(id, "s", "7", Duration.ofSeconds(-1))
                .then(log.keepAlive(List.of(id), Duration.ofMinutes(1)))
                .block();

        assertThat(log.giveUp(id, RESULT.json()).block()).isFalse();
        assertThat(Objects.requireNonNull(log.find(id).block()).alive()).isTrue();
    }

    @Test
    void whoResumesAndDoesNotReadHoldsNoConnection() {
        var sent = written(TOLD, TOLD, TOLD, RESULT);

        StepVerifier.create(resumed(there, session("s"), id(sent.getFirst())), 1)
                .expectNextCount(1)
                .then(() -> await().untilAsserted(() -> assertThat(acquired()).isZero()))
                .thenCancel()
                .verify(Duration.ofSeconds(30));
    }

    /** A log that counts what it asks the database. */
    private EventLog counted(AtomicInteger asked, Vault with) {
        var counting = DatabaseClient.builder()
                .connectionFactory(database.connections())
                .executeFunction(statement -> {
                    asked.incrementAndGet();
                    return statement.execute();
                })
                .build();
        return new R2dbcEventLog(counting, database.transactions(), with);
    }

    private static UUID stream(SseEvent event) {
        return UUID.fromString(id(event).substring(0, 36));
    }

    @Test
    void thatAStreamHasMoreIsAskedOnceAndNothingOfItIsOpened() {
        var sent = written(TOLD, TOLD, RESULT);
        var asked = new AtomicInteger();
        var cannotOpen = streams(counted(asked, Vaults.fresh()));

        StepVerifier.create(cannotOpen.resume(session("s"), id(sent.getFirst())).then())
                .verifyComplete();
        isOver(cannotOpen, id(sent.getLast()));

        assertThat(asked).hasValue(2 * 2);
    }

    @Test
    void whatIsSaidInOnePageIsAskedForOnce() {
        var sent = written(TOLD, TOLD, RESULT);
        var asked = new AtomicInteger();

        StepVerifier.create(counted(asked, vault).after(stream(sent.getFirst()), 0))
                .expectNextCount(3)
                .verifyComplete();
        StepVerifier.create(counted(asked, vault).after(stream(sent.getFirst()), 3))
                .verifyComplete();

        assertThat(asked).hasValue(2);
    }

    /** The largest message is as large as a page. */
    @Test
    void theNextPageIsAskedForWhenTheReaderIsThroughWithTheOneBefore() {
        var large = new Message.Told("notifications/message", "{\"data\":\"" + "x".repeat(300_000) + "\"}");
        var sent = written(large, large, RESULT);
        var asked = new AtomicInteger();

        StepVerifier.create(counted(asked, vault).after(stream(sent.getFirst()), 0), 0)
                .thenAwait(Duration.ofMillis(500))
                .then(() -> assertThat(asked).hasValue(1))
                .thenRequest(3)
                .expectNextCount(3)
                .verifyComplete();
        assertThat(asked).hasValue(3);
    }

    private int acquired() {
        return database.connections().getMetrics().orElseThrow().acquiredSize();
    }

    @Test
    void howeverMuchWasSaidAllOfItFollowsInOrder() {
        var sent = written(Stream.concat(
                        IntStream.range(0, 220)
                                .mapToObj(number -> new Message.Told(
                                        "notifications/message",
                                        "{\"data\":\"" + "x".repeat(number % 50 == 0 ? 300_000 : 10) + "\"}")),
                        Stream.of(RESULT))
                .toArray(Message[]::new));

        StepVerifier.create(resumed(there, session("s"), id(sent.getFirst())).collectList())
                .assertNext(events -> assertThat(events).isEqualTo(sent.subList(1, sent.size())))
                .verifyComplete();
    }

    @Test
    void whatTheDatabaseHoldsDoesNotShowWhatWasSaid() {
        written(new Message.Told("notifications/message", "{\"data\":\"canary-4711\"}"), RESULT);

        var sealed = database.client()
                .sql("SELECT sealed FROM stream_events")
                .map(row -> new String(
                        Objects.requireNonNull(row.get("sealed", byte[].class)), StandardCharsets.ISO_8859_1))
                .all()
                .collectList()
                .block();

        assertThat(sealed).hasSize(2).noneMatch(text -> text.contains("canary"));
    }

    @Test
    void oldStreamsAreForgotten() {
        var sent = written(TOLD, RESULT);

        log.forget(Duration.ofHours(1)).block();
        assertThat(resumed(there, session("s"), id(sent.getFirst())).count().block())
                .isEqualTo(1);
        log.forget(Duration.ofMinutes(-1)).block();

        StepVerifier.create(resumed(there, session("s"), id(sent.getFirst()))).verifyError(Refusal.class);
    }

    @Test
    void oneThatIsStillWrittenToIsNotForgottenHoweverOldItIs() {
        var id = UUID.randomUUID();
        log.open(id, "s", "7", Duration.ofMinutes(2)).block();

        log.forget(Duration.ofMinutes(-1)).block();

        assertThat(log.find(id).blockOptional()).isPresent();
    }

    @Test
    void whoFollowsOneThatIsNoLongerKeptIsNotLeftWaiting() {
        var stream = Objects.requireNonNull(here.open(session("s"), "7").block());
        var first = Objects.requireNonNull(stream.write(TOLD).block());

        StepVerifier.create(resumed(there, session("s"), id(first)))
                .expectSubscription()
                .then(() -> assertThat(stream.write(TOLD).block()).isNotNull())
                .expectNextCount(1)
                .then(() -> database.client().sql("DELETE FROM streams").then().block())
                .expectComplete()
                .verify(Duration.ofSeconds(30));
    }

    @Test
    void anEndedStreamTakesNothingMore() {
        var stream = Objects.requireNonNull(here.open(session("s"), "7").block());
        StepVerifier.create(stream.write(RESULT)).expectNextCount(1).verifyComplete();

        StepVerifier.create(stream.write(TOLD)).verifyError(EventLog.GivenUp.class);
    }

    @Test
    void withoutTheDatabaseAStreamGoesOnAndCannotBeResumed() {
        var stream = Objects.requireNonNull(here.open(session("s"), "7").block());
        StepVerifier.create(stream.write(TOLD)).expectNextCount(1).verifyComplete();
        database.close();

        StepVerifier.create(stream.write(TOLD))
                .expectNext(SseEvent.message(TOLD.json()))
                .verifyComplete();
        StepVerifier.create(here.open(session("s"), "8").flatMap(other -> other.write(RESULT)))
                .expectNext(SseEvent.message(RESULT.json()))
                .verifyComplete();
    }

    @Test
    void howeverManyAreOldNoStatementIsLong() {
        database.crowd("streams", """
                (id, session_key, request_id, alive_until, created_at)
                VALUES (:key, 's', '7', CURRENT_TIMESTAMP - INTERVAL '100' DAY, CURRENT_TIMESTAMP - INTERVAL '100' DAY)""");

        var _ = log.forget(Duration.ofHours(1)).blockOptional(Duration.ofMinutes(1));

        assertThat(database.rows("streams")).isZero();
    }
}
