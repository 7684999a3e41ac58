package io.penstock.relay.bridge;

import static io.penstock.relay.bridge.Replies.events;
import static io.penstock.relay.bridge.Replies.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.penstock.catalog.Feature;
import io.penstock.catalog.SampleGateways;
import io.penstock.catalog.snapshot.Snapshot;
import io.penstock.catalog.snapshot.Snapshots;
import io.penstock.relay.Replicas;
import io.penstock.relay.session.Session;
import io.penstock.wire.HeaderNames;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import io.penstock.wire.SseEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.subscriber.TestSubscriber;

class SessionsFrontTests {

    private static final String CALL =
            "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"tools/call\",\"params\":{\"name\":\"greet\"}}";
    private static final String LOGGED = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{}}";
    private static final String QUESTION =
            "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"elicitation/create\",\"params\":{\"message\":\"Who?\"}}";

    private static final Duration SOON = Duration.ofSeconds(5);

    private final World world = new World(ProtocolVersion.V2026_07_28);
    private final Session.Held session = world.session("ada", begun());

    private Reply begun() {
        return Objects.requireNonNull(world.begin("ada").block());
    }

    private CompletableFuture<Reply> call() {
        return world.in(session, "ada", CALL).toFuture();
    }

    private Reply answered(String body) {
        return Objects.requireNonNull(world.in(session, "ada", body).block());
    }

    @Test
    void negotiatesTheClientsVersionAndDeclaresOnlyWhatItDeclared() {
        var reply = begun();

        assertThat(json(reply))
                .contains("\"protocolVersion\":\"2025-06-18\"")
                .contains("\"serverInfo\":{\"name\":\"scripted\"");
        assertThat(world.parties.getLast().capabilities()).isEqualTo("{\"elicitation\":{}}");
    }

    @Test
    void pingsAreAnsweredHere() {
        assertThat(json(answered("{\"jsonrpc\":\"2.0\",\"id\":\"p\",\"method\":\"ping\"}")))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"p\",\"result\":{}}");
        assertThat(world.leg.requests).isEmpty();
    }

    @Test
    void aResultLosesWhatOnlyTheNewRevisionKnows() {
        var reply = call();
        world.leg.ends("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"complete\",\"content\":[]}}");

        assertThat(json(reply.join())).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":{\"content\":[]}}");
    }

    @Test
    void aQuestionComesOnTheStreamAndItsAnswerByPost() {
        var reply = call();
        world.leg.says(QUESTION);

        StepVerifier.create(events(reply.join()))
                .assertNext(event -> {
                    assertThat(event)
                            .contains("\"method\":\"elicitation/create\"")
                            .contains("Who?");
                    String answer = "{\"jsonrpc\":\"2.0\",\"id\":" + JsonParts.member(event, "id")
                            + ",\"result\":{\"action\":\"accept\"}}";
                    assertThat(answered(answer).status()).isEqualTo(202);
                })
                .then(() -> world.leg.ends("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[]}}"))
                .assertNext(event -> assertThat(event).contains("\"id\":5,\"result\""))
                .verifyComplete();
        assertThat(world.leg.answers)
                .singleElement()
                .satisfies(answer -> assertThat(answer.json())
                        .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":9,\"result\":{\"action\":\"accept\"}}"));
    }

    @Test
    void anAnswerThatCouldNotBeHandedOverIsTakenWhenItComesAgain() {
        var reply = call();
        world.leg.says(QUESTION);
        String event = Objects.requireNonNull(events(reply.join()).blockFirst());
        String answer = "{\"jsonrpc\":\"2.0\",\"id\":" + JsonParts.member(event, "id") + ",\"result\":{}}";
        world.leg.answered = Mono.error(new Refusal(new Reason.UpstreamFailed("busy", 503)));
        StepVerifier.create(world.in(session, "ada", answer)).verifyError(Refusal.class);

        world.leg.answered = Mono.empty();

        for (int time = 0; time < 2; time++) {
            assertThat(answered(answer)).isEqualTo(new Reply.Empty(202));
            assertThat(world.leg.answers).hasSize(1);
        }
    }

    @Test
    void anUpstreamThatAsksWithoutEndIsAnsweredAndNobodyElsesQuestionsAreLost() {
        var asked = call();
        world.leg.says(QUESTION);
        String event = Objects.requireNonNull(events(asked.join()).blockFirst());
        var eves =
                world.session("eve", Objects.requireNonNull(world.begin("eve").block()));
        var reply = world.in(eves, "eve", CALL).toFuture();
        for (int number = 0; number < 1_100; number++) {
            world.leg.says(QUESTION.replace("\"id\":9", "\"id\":" + (100 + number)));
        }
        world.leg.ends("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[]}}");

        StepVerifier.create(events(reply.join())).expectNextCount(1_001).verifyComplete();

        assertThat(world.leg.answers).hasSize(100).allMatch(answer -> answer instanceof Message.Failure);
        String answer = "{\"jsonrpc\":\"2.0\",\"id\":" + JsonParts.member(event, "id") + ",\"result\":{}}";
        assertThat(answered(answer)).isEqualTo(new Reply.Empty(202));
        assertThat(world.leg.answers).last().isInstanceOf(Message.Result.class);
    }

    /** Its upstream has ended the session in which it asked; the client's goes on. */
    @Test
    void anAnswerToAQuestionOfAnUpstreamsSessionThatIsOverIsTaken() {
        var reply = call();
        world.leg.says(QUESTION);
        String event = Objects.requireNonNull(events(reply.join()).blockFirst());
        String answer = "{\"jsonrpc\":\"2.0\",\"id\":" + JsonParts.member(event, "id") + ",\"result\":{}}";
        world.leg.answered = Mono.error(new Refusal(new Reason.SessionEnded("start a new one")));

        assertThat(answered(answer)).isEqualTo(new Reply.Empty(202));
        assertThat(world.leg.answers).isEmpty();
    }

    @Test
    void anAnswerToAQuestionThatIsGoneWithItsReplicaIsTakenForTheSessionGoesOn() {
        var reply = call();
        world.leg.says(QUESTION);
        String event = Objects.requireNonNull(events(reply.join()).blockFirst());
        world.self = "another";

        assertThat(answered("{\"jsonrpc\":\"2.0\",\"id\":" + JsonParts.member(event, "id") + ",\"result\":{}}"))
                .isEqualTo(new Reply.Empty(202));
        assertThat(world.leg.answers).isEmpty();
    }

    @Test
    void aClientIsNotAskedForWhatItDidNotDeclare() {
        var reply = call();
        world.leg.says("{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"sampling/createMessage\",\"params\":{}}");
        world.leg.ends("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[]}}");

        assertThat(json(reply.join())).contains("\"id\":5,\"result\"");
        assertThat(world.leg.answers)
                .singleElement()
                .satisfies(
                        answer -> assertThat(answer.json()).contains("\"id\":9").contains("-32601"));
    }

    @Test
    void nobodyElseAnswersAQuestion() {
        var reply = call();
        world.leg.says(QUESTION);
        String event = Objects.requireNonNull(events(reply.join()).blockFirst());
        String answer = "{\"jsonrpc\":\"2.0\",\"id\":" + JsonParts.member(event, "id") + ",\"result\":{}}";
        var stranger =
                world.session("eve", Objects.requireNonNull(world.begin("eve").block()));

        StepVerifier.create(world.in(stranger, "eve", answer))
                .verifyErrorSatisfies(
                        error -> assertThat(((Refusal) error).reason()).isInstanceOf(Reason.Malformed.class));

        assertThat(world.leg.answers).isEmpty();
    }

    @Test
    void cancellingEndsTheCallWithoutAnAnswer() {
        var reply = call();
        world.leg.says(LOGGED);

        StepVerifier.create(events(reply.join()))
                .expectNextCount(1)
                .then(() -> answered(
                        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":5}}"))
                .verifyComplete();

        assertThat(world.leg.cancelled()).isTrue();
    }

    @Test
    void aCancelThatIsFasterThanItsCallEndsThatAllTheSame() {
        answered("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":5}}");

        StepVerifier.create(world.in(session, "ada", CALL).flatMapMany(Replies::events))
                .expectComplete()
                .verify(Duration.ofSeconds(5));
        assertThat(world.leg.requests).isEmpty();
    }

    @Test
    void aClientThatHangsUpHasNotCancelled() {
        var reply = call();
        world.leg.says(LOGGED);

        StepVerifier.create(events(reply.join()), 1)
                .expectNextCount(1)
                .thenCancel()
                .verify();

        assertThat(world.leg.cancelled()).isFalse();
        world.leg.says(QUESTION);
        assertThat(world.leg.answers).as("nobody is left to answer").hasSize(1);
    }

    @Test
    void whatComesAfterAClientHungUpIsWrittenDownForItToComeBackFor() {
        var resumable = new World(ProtocolVersion.V2026_07_28, true);
        var held = resumable.session(
                "ada", Objects.requireNonNull(resumable.begin("ada").block()));

        StepVerifier.create(resumable
                        .in(held, "ada", CALL)
                        .flatMap(reply -> events(reply).then()))
                .then(() -> resumable.leg.says(LOGGED))
                .thenCancel()
                .verify();
        resumable.leg.says(LOGGED);
        resumable.leg.ends("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[]}}");

        assertThat(resumable.written).hasSize(3).last().asString().contains("\"id\":5,\"result\"");
    }

    private static String cancelled(String id) {
        return "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":" + id + "}}";
    }

    private void isTakenBack(Flux<String> said, Consumer<String> says) {
        var question = new AtomicReference<String>();
        StepVerifier.create(said)
                .then(() -> says.accept(QUESTION))
                .assertNext(event -> question.set(JsonParts.member(event, "id")))
                .then(() -> says.accept(cancelled("9")))
                .assertNext(event -> assertThat(event).isEqualTo(cancelled(question.get())))
                .then(() -> assertThat(answered("{\"jsonrpc\":\"2.0\",\"id\":" + question.get()
                                + ",\"result\":{\"action\":\"accept\"}}"))
                        .isEqualTo(new Reply.Empty(202)))
                .thenCancel()
                .verify(SOON);
        assertThat(world.leg.answers).isEmpty();
    }

    @Test
    void norIsItOnTheStreamThatBelongsToNoRequest() {
        StepVerifier.create(stream())
                .then(() -> world.leg.saysUnrelated(
                        "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"sampling/createMessage\",\"params\":{}}"))
                .then(() -> world.leg.saysUnrelated(QUESTION))
                .assertNext(event -> assertThat(event).contains("elicitation/create"))
                .thenCancel()
                .verify(SOON);

        assertThat(world.leg.answers)
                .singleElement()
                .satisfies(
                        answer -> assertThat(answer.json()).contains("\"id\":9").contains("-32601"));
    }

    @Test
    void aQuestionThatIsTakenBackIsTakenBackUnderTheNameThatItsClientKnows() {
        isTakenBack(world.in(session, "ada", CALL).flatMapMany(Replies::events), world.leg::says);
        isTakenBack(stream(), world.leg::saysUnrelated);
    }

    @Test
    void progressOnAQuestionGoesToTheUpstreamUnderTheTokenThatItGave() {
        String question = QUESTION.replace("\"Who?\"", "\"Who?\",\"_meta\":{\"own\":1,\"progressToken\":4}");
        String progress = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":%s,"
                + "\"progress\":1}}";
        var reply = call();
        world.leg.says(question);
        String event = Objects.requireNonNull(events(reply.join()).blockFirst());
        String meta = JsonParts.member(JsonParts.member(event, "params"), "_meta");
        String token = Objects.requireNonNull(JsonParts.member(meta, "progressToken"));
        assertThat(meta).contains("\"own\":1");
        assertThat(token).isEqualTo(JsonParts.member(event, "id"));

        answered(progress.formatted(token));
        answered(progress.formatted("4"));
        answered(progress.formatted("\"none\""));

        assertThat(world.leg.told)
                .containsExactly(new Message.Told("notifications/progress", "{\"progressToken\":4,\"progress\":1}"));
    }

    @Test
    void whatIsTakenBackThatWasNeverAskedIsNotToldOf() {
        var reply = call();
        world.leg.says("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":3}}");
        world.leg.ends("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[]}}");

        assertThat(json(reply.join())).contains("\"id\":5,\"result\"");
    }

    @Test
    void theSessionsLevelGoesWithEachRequestToAnUpstreamWithoutSessions() {
        answered("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"logging/setLevel\",\"params\":{\"level\":\"warning\"}}");
        var _ = call();

        assertThat(world.leg.requests)
                .singleElement()
                .satisfies(request ->
                        assertThat(request.params()).contains("\"io.modelcontextprotocol/logLevel\":\"warning\""));
    }

    @Test
    void aLevelIsSetWhenEveryReplicaHasHeardOfIt() {
        Sinks.Empty<Void> others = Sinks.empty();
        world.heard = others.asMono();
        String set = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"logging/setLevel\",\"params\":{\"level\":\"error\"}}";

        StepVerifier.create(world.in(session, "ada", set))
                .expectSubscription()
                .then(() -> assertThat(others.currentSubscriberCount()).isEqualTo(1))
                .then(() -> others.tryEmitEmpty().orThrow())
                .expectNextCount(1)
                .verifyComplete();
    }

    @Test
    void aCallThatStaysSilentIsAnsweredByAStreamThatItsClientCanComeBackFor() {
        var resumable = new World(ProtocolVersion.V2025_11_25, true);
        var newest = resumable.session(
                "ada",
                Objects.requireNonNull(resumable.begin("ada", "2025-11-25").block()));

        var reply = Objects.requireNonNull(resumable.in(newest, "ada", CALL).block());

        StepVerifier.create(((Reply.Events) reply).events())
                .assertNext(event -> {
                    assertThat(event.id()).endsWith(".0");
                    assertThat(event.data()).isEmpty();
                    assertThat(event.retry()).isNotNull();
                })
                .then(() -> resumable.leg.ends("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[]}}"))
                .assertNext(event -> {
                    assertThat(event.id()).endsWith(".1");
                    assertThat(event.data()).contains("\"id\":5,\"result\"");
                })
                .verifyComplete();
    }

    private static void isOver(World world, Session.Held session, SseEvent last) {
        var headers = new DefaultHttpHeaders().set(HeaderNames.LAST_EVENT, Objects.requireNonNull(last.id()));
        var coming = World.call("ada", ProtocolVersion.Era.SESSIONS, "GET", "", world.route, headers, true);

        StepVerifier.create(world.sessions.handle(coming, session))
                .verifyErrorSatisfies(
                        error -> assertThat(((Refusal) error).reason()).isInstanceOf(Reason.MethodNotAllowed.class));
    }

    @Test
    void nobodyComesBackForACallThatWasCancelled() {
        var resumable = new World(ProtocolVersion.V2025_11_25, true);
        var newest = resumable.session(
                "ada",
                Objects.requireNonNull(resumable.begin("ada", "2025-11-25").block()));
        var said = new ArrayList<SseEvent>();

        StepVerifier.create(resumable.in(newest, "ada", CALL).flatMapMany(reply -> ((Reply.Events) reply).events()))
                .consumeNextWith(said::add)
                .then(() -> {
                    var _ = resumable
                            .in(
                                    newest,
                                    "ada",
                                    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":5}}")
                            .block();
                })
                .expectComplete()
                .verify(SOON);

        isOver(resumable, newest, said.getFirst());
    }

    @Test
    void nobodyComesBackForACallThatWasAnsweredByAnError() {
        var resumable = new World(ProtocolVersion.V2025_11_25, true);
        var newest = resumable.session(
                "ada",
                Objects.requireNonNull(resumable.begin("ada", "2025-11-25").block()));
        var said = new ArrayList<SseEvent>();

        StepVerifier.create(resumable.in(newest, "ada", CALL).flatMapMany(reply -> ((Reply.Events) reply).events()))
                .consumeNextWith(said::add)
                .then(() -> resumable.leg.ends(
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32603,\"message\":\"broken\"}}"))
                .consumeNextWith(said::add)
                .expectComplete()
                .verify(SOON);

        assertThat(said.getLast().data()).contains("\"error\"");
        isOver(resumable, newest, said.getLast());
    }

    @Test
    void anOlderClientWaitsForItsAnswer() {
        var resumable = new World(ProtocolVersion.V2025_11_25, true);
        var older = resumable.session(
                "ada",
                Objects.requireNonNull(resumable.begin("ada", "2025-06-18").block()));

        StepVerifier.create(resumable.in(older, "ada", CALL))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(500))
                .then(() -> resumable.leg.ends("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[]}}"))
                .assertNext(reply -> assertThat(json(reply)).contains("\"id\":5"))
                .verifyComplete();
    }

    @Test
    void aLevelThatThereIsNotIsRefusedByName() {
        StepVerifier.create(
                        world.in(
                                session,
                                "ada",
                                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"logging/setLevel\",\"params\":{\"level\":\"loud\"}}"))
                .verifyErrorMessage(
                        "params.level must be one of debug, info, notice, warning, error, critical, alert, emergency");
    }

    private Flux<String> stream() {
        return world.sessions
                .handle(World.call("ada", ProtocolVersion.Era.SESSIONS, "GET", ""), session)
                .flatMapMany(reply -> events(reply));
    }

    @Test
    void whatAClientDoesNotReadIsLeftToTheUpstream() {
        TestSubscriber<String> reader =
                TestSubscriber.builder().initialRequest(1).build();
        stream().subscribe(reader);

        assertThatThrownBy(() -> {
                    for (int said = 0; said < 100; said++) {
                        world.leg.saysUnrelated(LOGGED);
                    }
                })
                .isInstanceOf(Sinks.EmissionException.class)
                .hasMessageContaining("FAIL_OVERFLOW");

        assertThat(reader.getReceivedOnNext()).hasSize(1);
        reader.cancel();
    }

    @Test
    void theStreamListensForWhatWasSubscribed() {
        StepVerifier.create(stream())
                .then(
                        () -> answered(
                                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"resources/subscribe\",\"params\":{\"uri\":\"a://b\"}}"))
                .then(
                        () -> world.leg.saysUnrelated(
                                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\",\"params\":{\"uri\":\"a://b\"}}"))
                .assertNext(event -> assertThat(event).contains("a://b"))
                .thenCancel()
                .verify();

        assertThat(world.leg.listened.getLast().uris()).containsExactly("a://b");
    }

    @Test
    void whatWasSubscribedBeforeIsToldOfUntilTheUpstreamHasTakenWhatIsSubscribedNow() {
        String updated =
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\",\"params\":{\"uri\":\"%s\"}}";
        Sinks.Empty<Void> taken = Sinks.empty();
        StepVerifier.create(stream())
                .then(() -> answered(subscription("subscribe")))
                .then(() -> world.leg.taken = taken.asMono())
                .then(() -> {
                    var _ = world.in(session, "ada", subscription("subscribe").replace("a://b", "c://d"))
                            .toFuture();
                })
                .then(() -> world.leg.saysUnrelated(updated.formatted("a://b")))
                .assertNext(event -> assertThat(event).contains("a://b"))
                .then(() -> taken.tryEmitEmpty().orThrow())
                .then(() -> world.leg.saysUnrelated(updated.formatted("c://d")))
                .assertNext(event -> assertThat(event).contains("c://d"))
                .then(() -> world.leg.saysUnrelated(updated.formatted("a://b")))
                .assertNext(event -> assertThat(event).contains("a://b"))
                .thenCancel()
                .verify(SOON);

        assertThat(world.leg.listened.getLast().uris()).containsExactlyInAnyOrder("a://b", "c://d");
    }

    private void end() {
        assertThat(world.sessions
                        .handle(World.call("ada", ProtocolVersion.Era.SESSIONS, "DELETE", ""), session)
                        .block())
                .isEqualTo(new Reply.Empty(204));
    }

    @Test
    void theStreamEndsWithTheSession() {
        StepVerifier.create(stream()).expectSubscription().then(this::end).verifyComplete();
    }

    @Test
    void theStreamEndsWithASessionOfWhoseEndOnlyTheRowIsHeard() {
        StepVerifier.create(stream())
                .expectSubscription()
                .then(() -> assertThat(
                                world.sealed.tokens(World.SETTINGS).end(session).blockOptional())
                        .isEmpty())
                .expectComplete()
                .verify(SOON);

        assertThat(world.ended).containsExactly(SessionsFront.party(session).key());
    }

    @Test
    void aCallThatReachesItsUpstreamAfterTheSessionsEndIsNotCarriedOutAndLeavesNoLegBehind() {
        Sinks.Empty<Void> reached = Sinks.empty();
        world.reached = reached.asMono();

        StepVerifier.create(world.in(session, "ada", CALL))
                .expectSubscription()
                .then(this::end)
                .then(world.ended::clear)
                .then(() -> reached.tryEmitEmpty().orThrow())
                .expectErrorSatisfies(
                        error -> assertThat(((Refusal) error).reason()).isInstanceOf(Reason.SessionEnded.class))
                .verify(SOON);

        assertThat(world.leg.requests).isEmpty();
        assertThat(world.ended).containsExactly(SessionsFront.party(session).key());
    }

    @Test
    void aMessageIsSaidOnTheNewestStreamOnly() {
        var older = new ArrayList<String>();
        var first = stream().subscribe(older::add);

        StepVerifier.create(stream())
                .then(() -> assertThat(first.isDisposed()).isTrue())
                .then(() -> world.leg.saysUnrelated(LOGGED))
                .expectNextCount(1)
                .thenCancel()
                .verify(SOON);
        assertThat(older).isEmpty();
    }

    @Test
    void aStreamThatBeginsAgainIsEquippedAnewAndFindsTheLegThatThereIsThen() {
        world.parties.clear();
        var listening = stream().subscribe();
        assertThat(world.equipped).hasValue(1);
        world.leg.endsUnrelated();

        await().until(() -> world.parties.size() > 1);
        assertThat(world.equipped).hasValueGreaterThan(1);
        listening.dispose();
    }

    @Test
    void aSessionHasAsManySubscriptionsAsItsRowIsMadeFor() {
        String subscribe =
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"resources/subscribe\",\"params\":{\"uri\":\"a://%d\"}}";
        for (int i = 0; i < HeldState.MOST_SUBSCRIPTIONS; i++) {
            answered(subscribe.formatted(i));
        }

        StepVerifier.create(world.in(session, "ada", subscribe.formatted(HeldState.MOST_SUBSCRIPTIONS)))
                .verifyErrorSatisfies(
                        error -> assertThat(((Refusal) error).reason()).isInstanceOf(Reason.BadParams.class));
        answered(subscribe.formatted(0));
        answered(subscribe.formatted(0).replace("resources/subscribe", "resources/unsubscribe"));
        answered(subscribe.formatted(HeldState.MOST_SUBSCRIPTIONS));
    }

    @Test
    void theStreamEndsWhenItsUpstreamIsAnotherOneSoThatItsClientComesAgain() {
        Sinks.Many<Snapshot> snapshots = Sinks.many().replay().latest();
        world.snapshots = snapshots.asFlux();
        StepVerifier.create(stream())
                .expectSubscription()
                .then(() -> snapshots.tryEmitNext(Snapshots.of(World.GATEWAY)).orThrow())
                .expectNoEvent(Duration.ofMillis(1))
                .then(() -> snapshots
                        .tryEmitNext(Snapshots.of(SampleGateways.changed(World.GATEWAY)))
                        .orThrow())
                .verifyComplete();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void onlyWhatTheUpstreamHasSubscribedToIsKept(boolean told) {
        var older = new World(ProtocolVersion.V2025_11_25);
        var there =
                older.session("ada", Objects.requireNonNull(older.begin("ada").block()));

        changed(older, there, "subscribe", told, "\"error\":{\"code\":-32602,\"message\":\"no\"}");
        assertThat(kept(older, there)).isEmpty();

        changed(older, there, "subscribe", told, "\"result\":{}");
        assertThat(kept(older, there)).containsExactly("a://b");

        changed(older, there, "unsubscribe", told, "\"error\":{\"code\":-32602,\"message\":\"no\"}");
        assertThat(kept(older, there)).isEmpty();
    }

    private static void changed(World world, Session.Held session, String change, boolean told, String answer) {
        var reply = world.in(session, "ada", subscription(change)).toFuture();
        if (told) {
            world.leg.says(LOGGED);
        }
        world.leg.ends("{\"jsonrpc\":\"2.0\",\"id\":1," + answer + "}");
        if (reply.join() instanceof Reply.Events said) {
            var _ = said.events().blockLast();
        }
    }

    private static Set<String> kept(World world, Session.Held session) {
        return Objects.requireNonNull(world.states.current(session).block()).uris();
    }

    private static String subscription(String change) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"resources/" + change + "\",\"params\":{\"uri\":\"a://b\"}}";
    }

    @Test
    void whatIsUnsubscribedIsNotToldOfThoughTheUpstreamGoesOn() {
        String updated =
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\",\"params\":{\"uri\":\"a://b\"}}";
        StepVerifier.create(stream())
                .then(() -> answered(subscription("subscribe")))
                .then(() -> world.leg.saysUnrelated(updated))
                .assertNext(event -> assertThat(event).contains("a://b"))
                .then(() -> answered(subscription("unsubscribe")))
                .then(() -> world.leg.saysUnrelated(updated))
                .then(() -> world.leg.saysUnrelated(
                        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}"))
                .assertNext(event -> assertThat(event).contains("tools/list_changed"))
                .thenCancel()
                .verify();
    }

    /** An update made by the client's next call would be told to nobody. */
    @Test
    void aSubscriptionIsAnsweredWhenTheUpstreamTellsOfIt() {
        var listening = stream().subscribe();
        Sinks.Empty<Void> taken = Sinks.empty();
        world.leg.taken = taken.asMono();

        var reply = world.in(session, "ada", subscription("subscribe")).toFuture();
        assertThat(world.leg.listened.getLast().uris()).containsExactly("a://b");
        assertThat(reply).isNotDone();
        taken.tryEmitEmpty().orThrow();

        assertThat(json(reply.join())).contains("\"result\":{}");
        assertThat(world.in(session, "ada", subscription("subscribe")).toFuture())
                .isDone();
        listening.dispose();
    }

    @Test
    void anUpstreamThatNeverSaysThatItTellsIsNotWaitedForForLong() {
        var listening = stream().subscribe();
        world.leg.taken = Mono.never();

        StepVerifier.withVirtualTime(() -> world.in(session, "ada", subscription("subscribe")))
                .expectSubscription()
                .expectNoEvent(UnrelatedMessages.PATIENCE.minusMillis(1))
                .thenAwait(Duration.ofMillis(1))
                .expectNextCount(1)
                .verifyComplete();
        listening.dispose();
    }

    @Test
    void whereTheSessionsStreamIsNotOpenASubscriptionIsAnsweredAtOnce() {
        stream().subscribe().dispose();
        world.leg.taken = Mono.never();

        assertThat(world.in(session, "ada", subscription("subscribe")).toFuture())
                .isDone();
    }

    @Test
    void aSubscriptionEndsWhenEveryReplicaHasHeardOfIt() {
        answered(subscription("subscribe"));
        Sinks.Empty<Void> others = Sinks.empty();
        world.heard = others.asMono();

        StepVerifier.create(world.in(session, "ada", subscription("unsubscribe")))
                .expectSubscription()
                .then(() -> assertThat(others.currentSubscriberCount()).isEqualTo(1))
                .then(() -> others.tryEmitEmpty().orThrow())
                .expectNextCount(1)
                .verifyComplete();
    }

    @Test
    void theStreamHearsOfThePartsOfAResourceThatCanBeUsed() {
        world.snapshot = Snapshots.without(World.GATEWAY, Feature.Kind.RESOURCE, "a://b/off");
        String updated =
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\",\"params\":{\"uri\":\"%s\"}}";

        StepVerifier.create(stream())
                .then(() -> answered(subscription("subscribe")))
                .then(() -> {
                    world.leg.saysUnrelated(updated.formatted("a://bc"));
                    world.leg.saysUnrelated(updated.formatted("a://b/off"));
                    world.leg.saysUnrelated(updated.formatted("a://b/c"));
                })
                .assertNext(event -> assertThat(event).contains("\"uri\":\"a://b/c\""))
                .thenCancel()
                .verify(SOON);
    }

    private static String failed(ProtocolVersion upstream, String method, String params, int code) {
        var other = new World(upstream);
        var begun =
                other.session("ada", Objects.requireNonNull(other.begin("ada").block()));
        var reply = other.in(
                        begun,
                        "ada",
                        "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"" + method + "\",\"params\":" + params + "}")
                .toFuture();
        other.leg.ends("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":" + code + ",\"message\":\"no\"}}");
        return json(reply.join());
    }

    @Test
    void onlyTheCodesOfANewerUpstreamReadAnotherWayHere() {
        String read = "{\"uri\":\"a://b\"}";
        String call = "{\"name\":\"greet\"}";

        assertThat(failed(ProtocolVersion.V2026_07_28, "resources/read", read, -32602))
                .contains("\"code\":-32002");
        assertThat(failed(ProtocolVersion.V2025_11_25, "resources/read", read, -32602))
                .contains("\"code\":-32602");
        assertThat(failed(ProtocolVersion.V2026_07_28, "tools/call", call, -32021))
                .contains("\"code\":-32603");
        assertThat(failed(ProtocolVersion.V2025_11_25, "tools/call", call, -32021))
                .contains("\"code\":-32021");
    }

    @Test
    void aCancelThatNamesNoRequestIsToldNobody() {
        for (String id : List.of(Message.quote("x".repeat(1025)), "{\"a\":1}", "[5]", "null", "true", "5.0")) {
            answered("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":" + id
                    + "}}");
        }
        assertThat(world.notes).isEmpty();

        answered("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":"
                + Message.quote("\u20ac".repeat(1024)) + "}}");
        assertThat(world.notes)
                .singleElement()
                .satisfies(note -> assertThat(note.length).isLessThanOrEqualTo(Replicas.LARGEST_NOTE));
    }
}
