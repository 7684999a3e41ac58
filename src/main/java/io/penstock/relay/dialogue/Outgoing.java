package io.penstock.relay.dialogue;

import io.penstock.wire.JsonParts;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * A message of the gateway's own.
 *
 * @param method what it is about; names it in errors
 * @param id null where no response is expected
 */
record Outgoing(String method, @Nullable String id, String json) {

    /** A request. Its parameters are a JSON object; null for none. */
    static Outgoing request(long id, String method, @Nullable String params) {
        String json = "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":" + quote(method)
                + (params == null ? "}" : ",\"params\":" + params + "}");
        return new Outgoing(method, Long.toString(id), json);
    }

    static Outgoing notification(String method) {
        return new Outgoing(method, null, "{\"jsonrpc\":\"2.0\",\"method\":" + quote(method) + "}");
    }

    /** The answer to a request of the upstream's: alive, but with nothing to offer, since no capability was declared. */
    static Outgoing reply(Message.Asked asked) {
        String outcome = asked.method().equals("ping")
                ? "\"result\":{}"
                : "\"error\":{\"code\":-32601,\"message\":\"Method not found\"}";
        return new Outgoing("a response", null, "{\"jsonrpc\":\"2.0\",\"id\":" + asked.id() + "," + outcome + "}");
    }

    /** The parameters with one more member at the end. */
    static String with(@Nullable String params, String key, String value) {
        String member = quote(key) + ":" + value;
        if (params == null || JsonParts.members(params).isEmpty()) {
            return "{" + member + "}";
        }
        return params.substring(0, params.lastIndexOf('}')) + "," + member + "}";
    }

    static String quote(String text) {
        return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsCharArray(text)) + '"';
    }
}
