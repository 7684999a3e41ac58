package io.penstock.relay.bridge;

import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/** What replicas tell each other of sessions that the gateway holds. */
sealed interface Note {

    /** Tells these notes from others. */
    String KIND = "{\"relay.bridge\":";

    /** A client has cancelled a request that may be under way anywhere. */
    record Cancelled(String session, String requestId) implements Note {}

    /** A session's state was written anew. */
    record StateChanged(String session) implements Note {}

    /** A session has ended. */
    record Ended(String session) implements Note {}

    /** A session's client listens from now on by a stream of that name, and by no other. */
    record Listening(String session, String stream) implements Note {}

    /** Notes may have been lost. */
    record Missed() implements Note {}

    /** As bytes. */
    default byte[] bytes() {
        var members = new LinkedHashMap<String, String>();
        switch (this) {
            case Cancelled cancelled -> {
                members.put("relay.bridge", "\"cancelled\"");
                members.put("session", Message.quote(cancelled.session()));
                members.put("request", cancelled.requestId());
            }
            case StateChanged changed -> {
                members.put("relay.bridge", "\"state\"");
                members.put("session", Message.quote(changed.session()));
            }
            case Ended ended -> {
                members.put("relay.bridge", "\"ended\"");
                members.put("session", Message.quote(ended.session()));
            }
            case Listening listening -> {
                members.put("relay.bridge", "\"listening\"");
                members.put("session", Message.quote(listening.session()));
                members.put("stream", Message.quote(listening.stream()));
            }
            case Missed _ -> throw new IllegalStateException("This is never told");
        }
        return Message.object(members).getBytes(StandardCharsets.UTF_8);
    }

    /** Reads a note; null for another kind, or one of a newer replica's. */
    static @Nullable Note read(byte[] bytes) {
        if (bytes.length == 0) {
            return new Missed();
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (!text.startsWith(KIND)) {
            return null;
        }
        var members = JsonParts.members(text);
        String session = String.valueOf(JsonParts.string(members.get("session")));
        return switch (String.valueOf(JsonParts.string(members.get("relay.bridge")))) {
            case "cancelled" -> new Cancelled(session, members.getOrDefault("request", "null"));
            case "state" -> new StateChanged(session);
            case "ended" -> new Ended(session);
            case "listening" -> new Listening(session, String.valueOf(JsonParts.string(members.get("stream"))));
            default -> null;
        };
    }
}
