package io.penstock.relay.bridge;

import io.penstock.access.Route;
import io.penstock.access.Route.One.Listed;
import io.penstock.catalog.Feature;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.Reply;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Takes what its caller may not use out of the lists that a gateway's own endpoint answers with; everything else of an answer stays. */
record TakenOut(Map<Feature.Kind, Listed> lists) {

    /** Null where nothing has to be taken out of the answer. */
    static @Nullable TakenOut of(Route route) {
        return route instanceof Route.One one && !one.lists().isEmpty() ? new TakenOut(one.lists()) : null;
    }

    Reply of(Reply reply) {
        return Rewritten.of(
                reply,
                message -> message instanceof Message.Result result
                        ? new Message.Result(result.id(), without(result.result()))
                        : message);
    }

    private String without(String result) {
        String rest = result;
        for (var one : lists.entrySet()) {
            rest = without(rest, one.getKey(), one.getValue());
        }
        return rest;
    }

    private static String without(String result, Feature.Kind kind, Listed listed) {
        String list = JsonParts.member(result, Lists.member(kind));
        if (list == null || !list.startsWith("[")) {
            return result;
        }
        String rest = JsonParts.elements(list).stream()
                .filter(element -> listed.shows(name(kind, element)))
                .collect(Collectors.joining(",", "[", "]"));
        return JsonParts.with(result, Lists.member(kind), rest);
    }

    private static String name(Feature.Kind kind, String element) {
        String key = switch (kind) {
            case TOOL, PROMPT -> "name";
            case RESOURCE -> "uri";
            case RESOURCE_TEMPLATE -> "uriTemplate";
        };
        return String.valueOf(JsonParts.string(JsonParts.member(element, key)));
    }
}
