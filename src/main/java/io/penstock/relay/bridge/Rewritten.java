package io.penstock.relay.bridge;

import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import io.penstock.wire.Reply;
import io.penstock.wire.SseEvent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/** A reply that passes, with something of its messages changed; everything else of it stays. */
final class Rewritten {

    private Rewritten() {}

    static Reply of(Reply reply, UnaryOperator<Message> change) {
        return of(reply, "", change);
    }

    /** @param mark what a message holds that is to be changed; the others are not even read */
    static Reply of(Reply reply, String mark, UnaryOperator<Message> change) {
        return switch (reply) {
            case Reply.Json json when !holds(json.body(), mark.getBytes(StandardCharsets.UTF_8)) -> json;
            case Reply.Json json -> {
                String changed = changed(new String(json.body(), StandardCharsets.UTF_8), change);
                yield new Reply.Json(json.status(), changed.getBytes(StandardCharsets.UTF_8), json.session());
            }
            case Reply.Events events ->
                new Reply.Events(
                        events.events().map(event -> changed(event, mark, change)), events.source(), events.session());
            case Reply.Empty empty -> empty;
        };
    }

    private static boolean holds(byte[] body, byte[] mark) {
        for (int at = 0; at <= body.length - mark.length; at++) {
            if (Arrays.equals(body, at, at + mark.length, mark, 0, mark.length)) {
                return true;
            }
        }
        return false;
    }

    private static SseEvent changed(SseEvent event, String mark, UnaryOperator<Message> change) {
        String data = event.data();
        return data == null || data.isEmpty() || !data.contains(mark)
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
