package io.penstock.relay.dialogue;

import io.penstock.wire.JsonParts;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON-RPC message of an upstream's. */
sealed interface Message {

    /** A response with a result, as JSON text. */
    record Result(String id, String result) implements Message {}

    /**
     * A response with an error. What the upstream says in words is not kept: it could repeat the credential.
     *
     * @param id null where the upstream could not tell what it answers
     * @param supported {@code data.supported} of an unsupported protocol version
     */
    record Failure(@Nullable String id, int code, List<String> supported) implements Message {

        private static final int HEADER_MISMATCH = -32020;
        private static final int MISSING_CAPABILITY = -32021;
        static final int UNSUPPORTED_VERSION = -32022;

        /** Whether only a server of the stateless revision answers so (2026-07-28, Streamable HTTP). */
        boolean isModern() {
            return code == HEADER_MISMATCH || code == MISSING_CAPABILITY || code == UNSUPPORTED_VERSION;
        }
    }

    /** A request of the upstream's. */
    record Asked(String id, String method) implements Message {}

    /** A notification. */
    record Told(String method) implements Message {}

    /** Reads one message. Throws {@code UpstreamFailed} where it is none. */
    static Message read(String json) {
        try {
            return of(JsonParts.members(json));
        } catch (Refusal e) {
            throw new Refusal(new Reason.UpstreamFailed(
                    "upstream answered with something that is no JSON-RPC message: check url", null));
        }
    }

    private static Message of(Map<String, String> members) {
        String id = members.get("id");
        String method = JsonParts.string(members.get("method"));
        String result = members.get("result");
        String error = members.get("error");
        if (method != null) {
            return id == null ? new Told(method) : new Asked(id, method);
        }
        if (error != null) {
            return failure("null".equals(id) ? null : id, JsonParts.members(error));
        }
        if (id == null || result == null || !JsonParts.isObject(result)) {
            throw new Refusal(new Reason.Malformed("Neither a request nor a response with an object"));
        }
        return new Result(id, result);
    }

    private static Failure failure(@Nullable String id, Map<String, String> error) {
        String code = error.getOrDefault("code", "");
        String data = error.get("data");
        String supported = data != null && JsonParts.isObject(data)
                ? JsonParts.members(data).get("supported")
                : null;
        return new Failure(id, code.matches("-?[0-9]{1,9}") ? Integer.parseInt(code) : 0, strings(supported));
    }

    /** The strings of a JSON array; none where it is none. */
    static List<String> strings(@Nullable String array) {
        return array == null || !array.startsWith("[")
                ? List.of()
                : JsonParts.elements(array).stream()
                        .filter(element -> element.startsWith("\""))
                        .map(JsonParts::string)
                        .toList();
    }
}
