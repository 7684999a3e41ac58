package io.penstock.relay.leg;

import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an upstream wants to know before it goes on (2026-07-28, Multi Round-Trip Requests).
 *
 * @param requests each question by the upstream's key, with an id that means nothing yet
 * @param state {@code requestState} as JSON text, to be given back as it is; null where there is none
 * @param responses the answers, by the same keys; empty at first
 */
record Input(Map<String, Message.Asked> requests, @Nullable String state, Map<String, String> responses) {

    /** How often an upstream may ask in one exchange. */
    static final int ROUNDS = 8;

    /** More questions at once are not taken. */
    private static final int MOST = 64;

    /** Reads a result's members; null where they are no valid {@code input_required}. */
    static @Nullable Input of(Map<String, String> result) {
        String state = result.get("requestState");
        String wanted = result.get("inputRequests");
        boolean valid = (state == null || state.startsWith("\""))
                && (wanted == null ? state != null : JsonParts.isObject(wanted));
        if (!valid) {
            return null;
        }
        var requests = new LinkedHashMap<String, Message.Asked>();
        for (var wish : wanted == null
                ? Map.<String, String>of().entrySet()
                : JsonParts.members(wanted).entrySet()) {
            var asked = asked(wish.getValue());
            if (asked == null || requests.size() == MOST) {
                return null;
            }
            requests.put(wish.getKey(), asked);
        }
        return requests.isEmpty() && state == null ? null : new Input(requests, state, Map.of());
    }

    private static Message.@Nullable Asked asked(String json) {
        try {
            var members = JsonParts.members(json);
            String method = JsonParts.string(members.get("method"));
            String params = members.get("params");
            return method == null || (params != null && !JsonParts.isObject(params))
                    ? null
                    : new Message.Asked("0", method, params);
        } catch (Refusal noObject) {
            return null;
        }
    }

    Input answered(Map<String, String> given) {
        return new Input(requests, state, given);
    }

    /** The parameters of the next round: with the answers and the state in them. */
    Params into(Params params) {
        var answered = responses.isEmpty() ? params : params.with("inputResponses", Message.object(responses));
        return state == null ? answered : answered.with("requestState", state);
    }
}
