package io.penstock.relay.bridge;

import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import io.penstock.wire.Reply;
import io.penstock.wire.SseEvent;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/** A reply that passes, with something of its messages changed; everything else of it stays. */
final class Rewritten {

    private Rewritten() {}

    static Reply of(Reply reply, UnaryOperator<Message> change) {
        return switch (reply) {
            case Reply.Json json -> {
                String changed = changed(new String(json.body(), StandardCharsets.UTF_8), change);
                yield new Reply.Json(json.status(), changed.getBytes(StandardCharsets.UTF_8), json.session());
            }
            case Reply.Events events ->
                new Reply.Events(
                        events.events().map(event -> changed(event, change)), events.source(), events.session());
            case Reply.Empty empty -> empty;
        };
    }

    private static SseEvent changed(SseEvent event, UnaryOperator<Message> change) {
        String data = event.data();
        return data == null || data.isEmpty()
                ? event
                : new SseEvent(event.id(), event.event(), changed(data, change), event.retry(), event.comment());
    }

    /** What cannot be read is not changed: it says nothing that a client could read either. */
    private static String changed(String json, UnaryOperator<Message> change) {
        try {
            var message = Message.read(json);
            var changed = change.apply(message);
            return changed.equals(message) ? json : changed.json();
        } catch (Refusal unreadable) {
            return json;
        }
    }
}
