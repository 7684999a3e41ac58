package io.penstock.relay.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.wire.Reply;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import reactor.core.publisher.Flux;

/** What tests read of replies. */
final class Replies {

    private Replies() {}

    static String json(Reply reply) {
        assertThat(reply).isInstanceOf(Reply.Json.class);
        return new String(((Reply.Json) reply).body(), StandardCharsets.UTF_8);
    }

    static Flux<String> events(Reply reply) {
        assertThat(reply).isInstanceOf(Reply.Events.class);
        return ((Reply.Events) reply).events().map(event -> Objects.requireNonNull(event.data()));
    }
}
