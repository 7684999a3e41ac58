package io.penstock.relay.bridge;

import io.penstock.access.Route;
import io.penstock.catalog.Feature;
import io.penstock.wire.Arrival;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import io.penstock.wire.Reply;
import io.penstock.wire.SseEvent;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Takes what nobody may use out of the list that a gateway's own endpoint answers with; everything else of the answer stays. */
record TakenOut(Feature.Kind kind, Set<String> barred) {

    /** Null where nothing has to be taken out of the answer. */
    static @Nullable TakenOut of(Route route, Arrival arrival) {
        var kind = Feature.Kind.listedBy(
                arrival.envelope() == null ? null : arrival.envelope().method());
        return kind != null && route instanceof Route.One one && !one.barred().isEmpty()
                ? new TakenOut(kind, one.barred())
                : null;
    }

    Reply of(Reply reply) {
        return switch (reply) {
            case Reply.Json json ->
                new Reply.Json(
                        json.status(),
                        of(new String(json.body(), StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8),
                        json.session());
            case Reply.Events events ->
                new Reply.Events(events.events().map(this::of), events.source(), events.session());
            case Reply.Empty empty -> empty;
        };
    }

    private SseEvent of(SseEvent event) {
        String data = event.data();
        return data == null || data.isEmpty()
                ? event
                : new SseEvent(event.id(), event.event(), of(data), event.retry(), event.comment());
    }

    /** What cannot be read is not changed: it lists nothing that a client could read either. */
    private String of(String json) {
        try {
            return Message.read(json) instanceof Message.Result result
                    ? new Message.Result(result.id(), without(result.result())).json()
                    : json;
        } catch (Refusal unreadable) {
            return json;
        }
    }

    private String without(String result) {
        String list = JsonParts.member(result, Lists.member(kind));
        if (list == null || !list.startsWith("[")) {
            return result;
        }
        String rest = JsonParts.elements(list).stream()
                .filter(element -> !isBarred(element))
                .collect(Collectors.joining(",", "[", "]"));
        return JsonParts.with(result, Lists.member(kind), rest);
    }

    private boolean isBarred(String element) {
        String key = switch (kind) {
            case TOOL, PROMPT -> "name";
            case RESOURCE -> "uri";
            case RESOURCE_TEMPLATE -> "uriTemplate";
        };
        String name = JsonParts.string(JsonParts.member(element, key));
        return name != null && barred.contains(name);
    }
}
