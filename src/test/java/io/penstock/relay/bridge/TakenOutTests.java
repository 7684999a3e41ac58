package io.penstock.relay.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.access.Route.One.Listed;
import io.penstock.catalog.Feature;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import io.penstock.wire.SseEvent;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class TakenOutTests {

    private static final String LIST = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"tools\":["
            + "{\"name\":\"a\",\"x\":1.50},{\"name\":\"off\"},{\"name\":\"b\"}],\"nextCursor\":\"c\"}}";
    private static final String SHOWN = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"tools\":["
            + "{\"name\":\"a\",\"x\":1.50},{\"name\":\"b\"}],\"nextCursor\":\"c\"}}";

    private static final Listed OFF = new Listed(false, Set.of("off"));

    private final TakenOut takenOut = new TakenOut(Map.of(Feature.Kind.TOOL, OFF));

    private String json(String body) {
        var reply = takenOut.of(new Reply.Json(200, body.getBytes(StandardCharsets.UTF_8), null));
        return new String(((Reply.Json) reply).body(), StandardCharsets.UTF_8);
    }

    @Test
    void onlyWhatIsBarredIsTakenOutOfAList() {
        assertThat(json(LIST)).isEqualTo(SHOWN);
    }

    /** The upstream may list what nobody here knows of yet. */
    @Test
    void whereSomeAloneAreShownNothingElseIs() {
        var some = new TakenOut(Map.of(Feature.Kind.TOOL, new Listed(true, Set.of("a", "b"))));
        String newer = LIST.replace("\"off\"", "\"since this morning\"");

        var reply = (Reply.Json) some.of(new Reply.Json(200, newer.getBytes(StandardCharsets.UTF_8), null));

        assertThat(new String(reply.body(), StandardCharsets.UTF_8)).isEqualTo(SHOWN);
    }

    @Test
    void aListThatComesAsAnEventIsTakenApartToo() {
        var events = new Reply.Events(
                Flux.just(new SseEvent("7", "message", LIST, null, null), new SseEvent("8", null, "", null, null)),
                Disposables.disposed(),
                "s");

        var shown = (Reply.Events) takenOut.of(events);

        assertThat(Objects.requireNonNull(shown.events().collectList().block()))
                .containsExactly(
                        new SseEvent("7", "message", SHOWN, null, null), new SseEvent("8", null, "", null, null));
        assertThat(shown.session()).isEqualTo("s");
    }

    @Test
    void errorsAndNotificationsStayAsTheyAre() {
        String error = "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32603,\"message\":\"off\"}}";
        String told =
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"tools\":[{\"name\":\"off\"}]}}";

        assertThat(json(error)).isEqualTo(error);
        assertThat(json(told)).isEqualTo(told);
    }

    /** JavaScript reads a key that is there twice. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "no JSON",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"tools\":[{\"name\":\"off\",\"x\":1,\"x\":1}]}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":1,\"result\":{\"tools\":[{\"name\":\"off\"}]}}"
            })
    void whatCannotBeReadHereDoesNotPass(String body) {
        assertThatThrownBy(() -> json(body))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.reason()).isInstanceOf(Reason.UpstreamFailed.class));
        var events = new Reply.Events(Flux.just(SseEvent.message(body)), Disposables.disposed(), null);
        StepVerifier.create(((Reply.Events) takenOut.of(events)).events()).verifyError(Refusal.class);
    }

    @Test
    void allKindsAreTakenOutOfWhatComesOnASessionsStream() {
        var both = new TakenOut(Map.of(Feature.Kind.PROMPT, OFF, Feature.Kind.TOOL, OFF));
        var stream = new Reply.Events(
                Flux.just(
                        SseEvent.message(LIST),
                        SseEvent.message(LIST.replace("tools", "prompts")),
                        SseEvent.message(LIST.replace("tools", "resources"))),
                Disposables.disposed(),
                null);

        assertThat(Replies.events(both.of(stream)).collectList().block())
                .containsExactly(SHOWN, SHOWN.replace("tools", "prompts"), LIST.replace("tools", "resources"));
    }

    @Test
    void aResourceIsBarredByItsUri() {
        var resources =
                new TakenOut(Map.of(Feature.Kind.RESOURCE, new Listed(false, Set.of("a://b")), Feature.Kind.TOOL, OFF));
        String list = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resources\":[{\"name\":\"a://b\",\"uri\":\"c://d\"},"
                + "{\"uri\":\"a:\\/\\/b\"}]}}";

        var reply = (Reply.Json) resources.of(new Reply.Json(200, list.getBytes(StandardCharsets.UTF_8), null));

        assertThat(new String(reply.body(), StandardCharsets.UTF_8))
                .contains("c://d")
                .doesNotContain("a:\\/");
    }
}
