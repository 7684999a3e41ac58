package io.penstock.relay.bridge;

import io.penstock.wire.Message;
import io.penstock.wire.Reply;
import io.penstock.wire.SseEvent;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;

/**
 * A reply that passes, with something of its messages changed; everything else of it stays. What cannot be read does not pass
 * ({@code UpstreamFailed}): a client may be less strict, and would read what is to be changed.
 */
final class Rewritten {

    private Rewritten() {}

    static Reply of(Reply reply, UnaryOperator<Message> change) {
        return of(reply, "", change);
    }

    /** @param mark ASCII that a message holds that is to be changed; the others are not even read */
    static Reply of(Reply reply, String mark, UnaryOperator<Message> change) {
        return switch (reply) {
            case Reply.Json json when !holds(json.body(), mark) -> json;
            case Reply.Json json -> {
                String changed = changed(new String(json.body(), StandardCharsets.UTF_8), change);
                yield json.with(changed.getBytes(StandardCharsets.UTF_8));
            }
            case Reply.Events events ->
                new Reply.Events(
                        events.events().map(event -> changed(event, mark, change)), events.source(), events.session());
            case Reply.Empty empty -> empty;
        };
    }

    /** The same where the change takes its time; each event waits for its own. Error: the change's. */
    static Mono<Reply> later(Reply reply, String mark, Function<Message, Mono<Message>> change) {
        return switch (reply) {
            case Reply.Json json when !holds(json.body(), mark) -> Mono.just(json);
            case Reply.Json json ->
                later(new String(json.body(), StandardCharsets.UTF_8), change)
                        .map(changed -> json.with(changed.getBytes(StandardCharsets.UTF_8)));
            case Reply.Events events ->
                Mono.just(new Reply.Events(
                        events.events().concatMap(event -> later(event, mark, change), 0),
                        events.source(),
                        events.session()));
            case Reply.Empty empty -> Mono.just(empty);
        };
    }

    private static Mono<SseEvent> later(SseEvent event, String mark, Function<Message, Mono<Message>> change) {
        String data = event.data();
        return data == null || !data.contains(mark)
                ? Mono.just(event)
                : later(data, change).map(changed -> with(event, changed));
    }

    private static Mono<String> later(String json, Function<Message, Mono<Message>> change) {
        var message = Message.ofUpstream(json);
        return change.apply(message).map(changed -> changed.equals(message) ? json : changed.json());
    }

    private static SseEvent with(SseEvent event, String data) {
        return new SseEvent(event.id(), event.event(), data, event.retry(), event.comment());
    }

    /** Whether this ASCII text is somewhere in it. */
    static boolean holds(byte[] body, String mark) {
        return new String(body, StandardCharsets.ISO_8859_1).contains(mark);
    }

    private static SseEvent changed(SseEvent event, String mark, UnaryOperator<Message> change) {
        String data = event.data();
        return data == null || data.isEmpty() || !data.contains(mark) ? event : with(event, changed(data, change));
    }

    private static String changed(String json, UnaryOperator<Message> change) {
        var message = Message.ofUpstream(json);
        var changed = change.apply(message);
        return changed.equals(message) ? json : changed.json();
    }
}
