package io.penstock.relay.bridge;

import io.penstock.access.Route;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import java.util.Objects;

/** The names of a virtual server, put back to what the upstream calls the same thing. */
final class Names {

    private Names() {}

    /** The request in the upstream's own words. */
    static Message.Asked original(Message.Asked request, Route route) {
        if (!(route instanceof Route.One one) || one.originalName() == null || request.params() == null) {
            return request;
        }
        String original = one.originalName();
        String name = Message.quote(original);
        String params = request.params();
        return request.with(
                switch (request.method()) {
                    case "tools/call", "prompts/get" -> JsonParts.with(params, "name", name);
                    case "resources/read", "resources/subscribe", "resources/unsubscribe" ->
                        JsonParts.with(params, "uri", name);
                    case "completion/complete" -> JsonParts.with(params, "ref", reference(params, original));
                    default -> JsonParts.with(params, "taskId", name);
                });
    }

    private static String reference(String params, String name) {
        String ref = Objects.requireNonNull(JsonParts.member(params, "ref"), "the gate read a reference");
        return JsonParts.referring(ref, name);
    }
}
