package io.penstock.relay.bridge;

import static io.penstock.relay.bridge.Replies.events;
import static io.penstock.relay.bridge.Replies.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.access.Route;
import io.penstock.catalog.SampleGateways;
import io.penstock.catalog.snapshot.Snapshots;
import io.penstock.relay.session.Session;
import io.penstock.wire.ProtocolVersion;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

/** What is sent again when an upstream dies in the middle of it. */
class RepeatsTests {

    private static final String RESULT = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[]}}";
    private static final String PROGRESS =
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":1,\"progress\":1}}";

    private final World world = new World(ProtocolVersion.V2025_11_25);
    private final Session.Held session =
            world.session("ada", Objects.requireNonNull(world.begin("ada").block()));

    private void given(String annotations, boolean allowed) {
        var gateway = SampleGateways.repeating(World.GATEWAY, allowed);
        world.route = new Route.One(gateway, null);
        world.snapshot = Snapshots.tool(gateway, "greet", "{\"name\":\"greet\",\"annotations\":{" + annotations + "}}");
    }

    private CompletableFuture<Reply> called() {
        String call = "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"tools/call\",\"params\":{\"name\":\"greet\","
                + "\"_meta\":{\"progressToken\":\"p\"}}}";
        return world.in(session, "ada", call).toFuture();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"idempotentHint\":true", "\"readOnlyHint\":true"})
    void aCallThatMayBeRepeatedIsSentAgain(String annotation) {
        given(annotation, true);

        var reply = called();
        world.leg.breaksOff();
        world.leg.ends(RESULT);

        assertThat(json(reply.join())).contains("\"id\":5,\"result\"");
        assertThat(world.leg.requests).hasSize(2);
        assertThat(world.repeated).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "title":"t"              | true
                    "idempotentHint":false   | true
                    "destructiveHint":false  | true
                    "idempotentHint":true    | false
                    """)
    void anyOtherCallIsNot(String annotation, boolean allowed) {
        given(annotation, allowed);

        var reply = called();
        world.leg.breaksOff();

        assertThatThrownBy(reply::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.reason()).isInstanceOf(Reason.UpstreamFailed.class));
        assertThat(world.leg.requests).hasSize(1);
        assertThat(world.repeated).isZero();
    }

    @Test
    void aSecondEndIsTheEnd() {
        given("\"idempotentHint\":true", true);

        var reply = called();
        world.leg.breaksOff();
        world.leg.breaksOff();

        assertThatThrownBy(reply::join).hasCauseInstanceOf(Refusal.class);
        assertThat(world.leg.requests).hasSize(2);
    }

    @Test
    void whatFailsOtherwiseIsNotRepeated() {
        given("\"idempotentHint\":true", true);

        var late = called();
        world.leg.fails(new Refusal(new Reason.UpstreamTimedOut("late")));
        assertThatThrownBy(late::join).hasCauseInstanceOf(Refusal.class);
        var failed = called();
        world.leg.ends("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32603,\"message\":\"no\"}}");

        assertThat(json(failed.join())).contains("-32603");
        assertThat(world.leg.requests).hasSize(2);
        assertThat(world.repeated).isZero();
    }

    @Test
    void aCallThatIsCancelledIsNotRepeated() {
        given("\"idempotentHint\":true", true);

        var _ = called();
        var cancel = world.in(
                session,
                "ada",
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":5}}");
        assertThat(Objects.requireNonNull(cancel.block()).status()).isEqualTo(202);
        world.leg.breaksOff();

        assertThat(world.leg.cancelled()).isTrue();
        assertThat(world.leg.requests).hasSize(1);
    }

    @Test
    void aCallInWhichTheClientWasAskedIsNotRepeated() {
        given("\"idempotentHint\":true", true);

        var reply = called();
        world.leg.says("{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"elicitation/create\",\"params\":{}}");

        StepVerifier.create(events(reply.join()))
                .expectNextCount(1)
                .then(world.leg::breaksOff)
                .assertNext(event -> assertThat(event).contains("\"error\""))
                .verifyComplete();
        assertThat(world.leg.requests).hasSize(1);
    }

    @Test
    void progressIsNotToldTwice() {
        given("\"idempotentHint\":true", true);

        var reply = called();
        world.leg.says(PROGRESS);

        StepVerifier.create(events(reply.join()))
                .assertNext(event -> assertThat(event).contains("\"progress\":1"))
                .then(world.leg::breaksOff)
                .then(() -> world.leg.says(PROGRESS))
                .then(() -> world.leg.ends(RESULT))
                .assertNext(event -> assertThat(event).contains("\"result\""))
                .verifyComplete();
    }

    @Test
    void aClientWithoutSessionsIsServedAlike() {
        given("\"readOnlyHint\":true", true);

        var reply =
                world.stateless("ada", "3", "tools/call", "\"name\":\"greet\"").toFuture();
        world.leg.breaksOff();
        world.leg.ends(RESULT);

        assertThat(json(reply.join())).contains("\"id\":3");
        assertThat(world.repeated).isEqualTo(1);
    }
}
