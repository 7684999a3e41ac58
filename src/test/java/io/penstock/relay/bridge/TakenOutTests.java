package io.penstock.relay.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.catalog.Feature;
import io.penstock.wire.Reply;
import io.penstock.wire.SseEvent;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;

class TakenOutTests {

    private static final String LIST = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"tools\":["
            + "{\"name\":\"a\",\"x\":1.50},{\"name\":\"off\"},{\"name\":\"b\"}],\"nextCursor\":\"c\"}}";
    private static final String SHOWN = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"tools\":["
            + "{\"name\":\"a\",\"x\":1.50},{\"name\":\"b\"}],\"nextCursor\":\"c\"}}";

    private final TakenOut takenOut = new TakenOut(Feature.Kind.TOOL, Set.of("off"));

    private String json(String body) {
        var reply = takenOut.of(new Reply.Json(200, body.getBytes(StandardCharsets.UTF_8), null));
        return new String(((Reply.Json) reply).body(), StandardCharsets.UTF_8);
    }

    @Test
    void onlyWhatIsBarredIsTakenOutOfAList() {
        assertThat(json(LIST)).isEqualTo(SHOWN);
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
    void whatIsLeftIsForThisCallerAlone() {
        String open = LIST.replace("\"nextCursor\"", "\"cacheScope\":\"public\",\"nextCursor\"");

        assertThat(json(open)).isEqualTo(SHOWN.replace("\"nextCursor\"", "\"cacheScope\":\"private\",\"nextCursor\""));
    }

    @Test
    void errorsAndWhatIsNoMessageStayAsTheyAre() {
        String error = "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32603,\"message\":\"off\"}}";

        assertThat(json(error)).isEqualTo(error);
        assertThat(json("no JSON")).isEqualTo("no JSON");
    }

    @Test
    void aResourceIsBarredByItsUri() {
        var resources = new TakenOut(Feature.Kind.RESOURCE, Set.of("a://b"));
        String list = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resources\":[{\"name\":\"a://b\",\"uri\":\"c://d\"},"
                + "{\"uri\":\"a:\\/\\/b\"}]}}";

        var reply = (Reply.Json) resources.of(new Reply.Json(200, list.getBytes(StandardCharsets.UTF_8), null));

        assertThat(new String(reply.body(), StandardCharsets.UTF_8))
                .contains("c://d")
                .doesNotContain("a:\\/");
    }
}
