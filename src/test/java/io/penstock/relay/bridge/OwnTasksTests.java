package io.penstock.relay.bridge;

import static io.penstock.relay.bridge.Replies.events;
import static io.penstock.relay.bridge.Replies.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.penstock.access.Permit;
import io.penstock.access.Route;
import io.penstock.catalog.snapshot.Showing;
import io.penstock.relay.bridge.TaskOwners.Task;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import io.penstock.wire.SseEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class OwnTasksTests {

    private static final String WANTED = "\"name\":\"work\",\"task\":{}";
    private static final String MADE = "{\"task\":{\"taskId\":\"7\",\"status\":\"working\"}}";
    private static final Task SEVEN = new Task(World.GATEWAY.id(), "7");

    private final MemoryTaskOwners owners = new MemoryTaskOwners();
    private final OwnTasks tasks = new OwnTasks(owners, World.eager());
    private Route route = new Route.One(World.GATEWAY, null);

    private Permit permit(String user, String method, String params) {
        String body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":{" + params + "}}";
        return World.call(user, Era.SESSIONS, "POST", body, route).permit();
    }

    private static Mono<Reply> answer(String result) {
        return Mono.fromSupplier(() -> new Reply.Json(200, message(result).getBytes(StandardCharsets.UTF_8), "s"));
    }

    private static String message(String result) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + result + "}";
    }

    private Reply called(String user, String params, Mono<Reply> reply) {
        return Objects.requireNonNull(
                tasks.of(permit(user, "tools/call", params), reply).block());
    }

    private Mono<Reply> asked(String user, String method, String id) {
        return tasks.of(permit(user, method, "\"taskId\":\"" + id + "\""), answer("{\"taskId\":\"" + id + "\"}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tasks/get", "tasks/result", "tasks/update", "tasks/cancel"})
    void nobodyButWhoHadItMadeAsksForATask(String method) {
        assertThat(json(called("ada", WANTED, answer(MADE)))).isEqualTo(message(MADE));

        StepVerifier.create(asked("ada", method, "7")).expectNextCount(1).verifyComplete();
        StepVerifier.create(asked("bob", method, "7")).verifyErrorSatisfies(OwnTasksTests::isUnknown);
        StepVerifier.create(asked("ada", method, "8")).verifyErrorSatisfies(OwnTasksTests::isUnknown);
    }

    private static void isUnknown(Throwable error) {
        assertThat(((Refusal) error).reason())
                .isInstanceOfSatisfying(
                        Reason.BadParams.class, bad -> assertThat(bad.detail()).startsWith("Unknown task: "));
    }

    @Test
    void theUpstreamIsNotEvenAskedForAnothersTask() {
        var asked = new AtomicBoolean();
        var reply = tasks.of(
                permit("bob", "tasks/cancel", "\"taskId\":\"7\""), answer("{}").doOnSubscribe(_ -> asked.set(true)));

        StepVerifier.create(reply).verifyError(Refusal.class);
        assertThat(asked).isFalse();
    }

    @Test
    void aCallThatBecomesATaskInItsStreamIsNotedBeforeItsClientHears() {
        var stream = new Reply.Events(
                Flux.just(SseEvent.comment(""), SseEvent.message(message(MADE))), Disposables.disposed(), null);

        Sinks.Empty<Void> answered = Sinks.empty();
        owners.answered = answered.asMono();
        var reply = (Reply.Events) called("ada", WANTED, Mono.just(stream));
        var heard = new ArrayList<SseEvent>();
        var reading = reply.events().subscribe(heard::add);

        assertThat(heard).hasSize(1);
        answered.tryEmitEmpty().orThrow();
        assertThat(heard).hasSize(2);
        assertThat(owners.rows).containsOnly(Map.entry(SEVEN, "ada"));
        reading.dispose();
    }

    @Test
    void theExtensionsTasksAreTheirMakersToo() {
        String wanted = "\"name\":\"work\",\"_meta\":{\"io.modelcontextprotocol/clientCapabilities\":"
                + "{\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}}";

        var _ = called("ada", wanted, answer("{\"resultType\":\"task\",\"taskId\":\"7\"}"));

        assertThat(owners.rows).containsOnly(Map.entry(SEVEN, "ada"));
    }

    @Test
    void whatIsNoTaskIsNoneThoughItNamesOne() {
        var _ = called("ada", WANTED, answer("{\"structuredContent\":{\"taskId\":\"7\"},\"taskId\":\"7\"}"));

        assertThat(owners.rows).isEmpty();
    }

    @Test
    void aListHasItsCallersTasksOnly() {
        var _ = called("ada", WANTED, answer(MADE));
        var _ = called("bob", WANTED, answer(MADE.replace("7", "8")));
        String all = "{\"tasks\":[{\"taskId\":\"7\"},{\"taskId\":\"8\"},{\"taskId\":\"9\"}],\"nextCursor\":\"c\"}";

        var listed = tasks.of(permit("bob", "tasks/list", ""), answer(all)).block();

        assertThat(json(Objects.requireNonNull(listed)))
                .isEqualTo(message("{\"tasks\":[{\"taskId\":\"8\"}],\"nextCursor\":\"c\"}"));
    }

    @Test
    void aTaskIsTheSameAtAVirtualServer() {
        var _ = called("ada", WANTED, answer(MADE));
        route = Route.One.amongMany(World.GATEWAY, "7");
        StepVerifier.create(asked("ada", "tasks/get", "sample.7"))
                .expectNextCount(1)
                .verifyComplete();
        StepVerifier.create(asked("bob", "tasks/get", "sample.7")).verifyErrorSatisfies(OwnTasksTests::isUnknown);

        route = new Route.Many(new Showing("all", List.of(World.GATEWAY), Map.of()));
        String all = "{\"tasks\":[{\"taskId\":\"sample.7\"},{\"taskId\":\"sample.8\"},{\"taskId\":\"other.7\"}]}";
        assertThat(json(Objects.requireNonNull(
                        tasks.of(permit("ada", "tasks/list", ""), answer(all)).block())))
                .isEqualTo(message("{\"tasks\":[{\"taskId\":\"sample.7\"}]}"));
    }

    @Test
    void nobodyListensForAnothersTask() {
        var _ = called("ada", WANTED, answer(MADE));
        String filter = "\"notifications\":{\"taskIds\":[\"7\"]}";

        StepVerifier.create(tasks.of(permit("ada", "subscriptions/listen", filter), answer("{}")))
                .expectNextCount(1)
                .verifyComplete();
        StepVerifier.create(tasks.of(permit("bob", "subscriptions/listen", filter), answer("{}")))
                .verifyErrorSatisfies(OwnTasksTests::isUnknown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"notifications\":{\"t\\u0061skIds\":[\"7\"]}",
                "\"notifications\":{\"TaskIds\":[\"7\"]}",
                "\"Notifications\":{\"taskIds\":[\"7\"]}",
                "\"notifications\":{\"taskIds\":\"7\"}"
            })
    void norByWritingItSoThatOnlyTheUpstreamUnderstands(String filter) {
        var _ = called("ada", WANTED, answer(MADE));
        var listening = Mono.defer(() -> tasks.of(permit("bob", "subscriptions/listen", filter), answer("{}")));

        StepVerifier.create(listening).verifyError(Refusal.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"notifications\":{}", "\"notifications\":{\"taskIds\":null}", "\"notifications\":7"})
    void whoListensForNoTaskNeedsNone(String params) {
        StepVerifier.create(tasks.of(permit("bob", "subscriptions/listen", params), answer("{}")))
                .expectNextCount(1)
                .verifyComplete();
    }

    @Test
    void whoComesBackForTheEventsOfACallHasItsTask() {
        var headers = new DefaultHttpHeaders().add("last-event-id", "e1");
        var permit =
                World.call("ada", Era.SESSIONS, "GET", "", route, headers, true).permit();
        var rest = new Reply.Events(Flux.just(SseEvent.message(message(MADE))), Disposables.disposed(), null);

        assertThat(events(Objects.requireNonNull(
                                tasks.of(permit, Mono.just(rest)).block()))
                        .collectList()
                        .block())
                .containsExactly(message(MADE));
        assertThat(owners.rows).containsOnly(Map.entry(SEVEN, "ada"));
    }

    @Test
    void whoComesBackForTheEventsOfAListHasTheirOwnTasksOnly() {
        var _ = called("ada", WANTED, answer(MADE));
        var permit = World.call(
                        "bob",
                        Era.SESSIONS,
                        "GET",
                        "",
                        route,
                        new DefaultHttpHeaders().add("last-event-id", "e1"),
                        true)
                .permit();
        var list = SseEvent.message(message("{\"tasks\":[{\"taskId\":\"7\"}]}"));

        var rest = tasks.of(permit, Mono.just(new Reply.Events(Flux.just(list), Disposables.disposed(), null)))
                .block();

        assertThat(events(Objects.requireNonNull(rest)).collectList().block())
                .containsExactly(message("{\"tasks\":[]}"));
    }

    @Test
    void aRequestThatNamesNoTaskIsToldSo() {
        StepVerifier.create(Mono.defer(() -> tasks.of(permit("ada", "tasks/get", ""), answer("{}"))))
                .verifyErrorSatisfies(error -> assertThat(((Refusal) error).reason())
                        .isEqualTo(new Reason.BadParams("params.taskId is missing")));
    }
}
