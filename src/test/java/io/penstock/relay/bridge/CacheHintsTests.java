package io.penstock.relay.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.wire.Reply;
import io.penstock.wire.SseEvent;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;

class CacheHintsTests {

    private static final String PUBLIC = result("\"ttlMs\":60000,\"cacheScope\":\"public\",\"tools\":[{\"x\":1.50}]");
    private static final String PRIVATE = PUBLIC.replace("public", "private");

    private static String result(String members) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"complete\"," + members + "}}";
    }

    private static String json(String body) {
        var reply = CacheHints.callersOwn(new Reply.Json(200, body.getBytes(StandardCharsets.UTF_8), null));
        return Replies.json(reply);
    }

    @Test
    void whatAnUpstreamSaysIsEverybodysIsItsCallersAlone() {
        assertThat(json(PUBLIC)).isEqualTo(PRIVATE);
    }

    @Test
    void soIsWhatComesAsAnEvent() {
        var events = new Reply.Events(Flux.just(SseEvent.message(PUBLIC)), Disposables.disposed(), null);

        assertThat(Objects.requireNonNull(Replies.events(CacheHints.callersOwn(events))
                        .collectList()
                        .block()))
                .containsExactly(PRIVATE);
    }

    /** Clients take such a result for everybody's. */
    @Test
    void soIsWhatSaysHowLongItHoldsAndNotForWhom() {
        assertThat(json(result("\"ttlMs\":60000"))).isEqualTo(result("\"ttlMs\":60000,\"cacheScope\":\"private\""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"jsonrpc\":\"2.0\", \"id\":1,\"result\":{\"ttlMs\":1,\"cacheScope\":\"private\"}}",
                "{\"jsonrpc\":\"2.0\", \"id\":1,\"result\":{\"resultType\":\"input_required\",\"requestState\":\"s\"}}",
                "{\"jsonrpc\":\"2.0\", \"id\":1,\"error\":{\"code\":-32603,\"message\":\"no\"}}",
                "{\"jsonrpc\":\"2.0\", \"method\":\"notifications/progress\",\"params\":{\"progressToken\":1}}"
            })
    void everythingElseStaysAsItWasWritten(String message) {
        assertThat(json(message)).isEqualTo(message);
    }
}
