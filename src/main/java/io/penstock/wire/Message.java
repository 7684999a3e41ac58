package io.penstock.wire;

import io.penstock.wire.Refusal.Reason;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * A JSON-RPC message taken apart as far as translation between eras needs it. Every part is the very text that it was written in: ids keep
 * type and value ({@code 7}, {@code "a"}) and have one spelling, and members that nobody here knows pass untouched.
 */
public sealed interface Message {

    /** A message of the kind that ends an exchange. */
    sealed interface Response extends Message {

        /** The id of the request that this answers, as JSON text; null where an error's sender could not tell. */
        @Nullable
        String id();

        /** The same outcome as the answer to another id. */
        Response to(String id);
    }

    /**
     * A request.
     *
     * @param params a JSON object; null for none
     */
    record Asked(String id, String method, @Nullable String params) implements Message {

        /** The same request with other parameters. */
        public Asked with(@Nullable String changed) {
            return new Asked(id, method, changed);
        }

        /** The same request under another id. */
        public Asked to(String other) {
            return new Asked(other, method, params);
        }
    }

    /**
     * A notification.
     *
     * @param params a JSON object; null for none
     */
    record Told(String method, @Nullable String params) implements Message {

        /** What {@code notifications/cancelled} gives up, as JSON text: the id of a request; null for none. */
        public @Nullable String requestId() {
            return JsonParts.id(JsonParts.member(params, "requestId"));
        }
    }

    /** A response with a result, which is a JSON object. */
    record Result(String id, String result) implements Response {

        @Override
        public Result to(String other) {
            return new Result(other, result);
        }
    }

    /**
     * A response with an error.
     *
     * @param error the error object as JSON text: {@code code}, {@code message}, {@code data}
     */
    record Failure(@Nullable String id, String error) implements Response {

        /** An error of the gateway's own. */
        public static Failure of(@Nullable String id, RpcError error) {
            return new Failure(id, JsonParts.members(error.json(id)).getOrDefault("error", "{}"));
        }

        /** The error's code; 0 where it has none that is a number. */
        public int code() {
            String code = JsonParts.members(error).getOrDefault("code", "");
            return code.matches("-?[0-9]{1,9}") ? Integer.parseInt(code) : 0;
        }

        @Override
        public Failure to(String other) {
            return new Failure(other, error);
        }
    }

    /** Reads one message. Throws a {@link Refusal} ({@code Unparsable} or {@code Malformed}) where it is none. */
    static Message read(String json) {
        Map<String, String> members = JsonParts.members(json);
        String id = JsonParts.id(members.get("id"));
        String method = JsonParts.string(members.get("method"));
        String params = members.get("params");
        if (params != null && !JsonParts.isObject(params)) {
            throw new Refusal(new Reason.Malformed("params must be a JSON object"));
        }
        if (method != null) {
            return id == null ? new Told(method, params) : new Asked(id, method, params);
        }
        String error = members.get("error");
        if (error != null && JsonParts.isObject(error)) {
            return new Failure("null".equals(id) ? null : id, error);
        }
        String result = members.get("result");
        if (id == null || result == null || !JsonParts.isObject(result)) {
            throw new Refusal(new Reason.Malformed("A message has a method, or an id with a result or an error"));
        }
        return new Result(id, result);
    }

    /** The same of what need not be a message; empty where it is none. */
    static Optional<Message> tryRead(String json) {
        try {
            return Optional.of(read(json));
        } catch (Refusal noMessage) {
            return Optional.empty();
        }
    }

    /** One that an upstream sent. Throws a {@link Refusal} ({@code UpstreamFailed}) where it is none. */
    static Message ofUpstream(String json) {
        return tryRead(json)
                .orElseThrow(() -> new Refusal(
                        new Reason.UpstreamFailed("The upstream said what is no message of JSON-RPC", null)));
    }

    /** The message on one line. */
    default String json() {
        var members = new LinkedHashMap<String, String>();
        members.put("jsonrpc", "\"2.0\"");
        switch (this) {
            case Asked asked -> {
                members.put("id", asked.id());
                request(members, asked.method(), asked.params());
            }
            case Told told -> request(members, told.method(), told.params());
            case Result result -> {
                members.put("id", result.id());
                members.put("result", result.result());
            }
            case Failure failure -> {
                if (failure.id() != null) {
                    members.put("id", failure.id());
                }
                members.put("error", failure.error());
            }
        }
        return object(members).replace('\n', ' ').replace('\r', ' ');
    }

    private static void request(Map<String, String> members, String method, @Nullable String params) {
        members.put("method", quote(method));
        if (params != null) {
            members.put("params", params);
        }
    }

    /** The JSON object that has these members, each value as the JSON text that it is. */
    static String object(Map<String, String> members) {
        var text = new StringBuilder("{");
        members.forEach((key, value) -> text.append(text.length() == 1 ? "" : ",")
                .append(quote(key))
                .append(':')
                .append(value));
        return text.append('}').toString();
    }

    /** The text as a JSON string. */
    static String quote(String text) {
        return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsCharArray(text)) + '"';
    }
}
