package io.penstock.wire;

import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Puts another name into a message and leaves the rest of it as it was. */
public final class Splice {

    private static final JsonFactory JSON = new JsonFactory();

    private Splice() {}

    /**
     * The request with another name for the thing that it acts on.
     *
     * @param envelope what {@link Envelopes#read} has read of the body: it names something
     */
    public static byte[] named(byte[] body, Envelope envelope, String name) {
        try (var parser = JSON.createParser(ObjectReadContext.empty(), body)) {
            parser.nextToken();
            for (String key : path(String.valueOf(envelope.method()))) {
                enter(parser, key);
            }
            int from = (int) parser.currentTokenLocation().getByteOffset();
            parser.finishToken();
            parser.skipChildren();
            int to = (int) parser.currentLocation().getByteOffset();
            byte[] value = body[from] == '{'
                    ? referring(new String(body, from, to - from, StandardCharsets.UTF_8), name)
                    : quoted(name);
            return replaced(body, from, to, value);
        }
    }

    private static byte[] replaced(byte[] body, int from, int to, byte[] value) {
        byte[] spliced = new byte[body.length - (to - from) + value.length];
        System.arraycopy(body, 0, spliced, 0, from);
        System.arraycopy(value, 0, spliced, from, value.length);
        System.arraycopy(body, to, spliced, from + value.length, body.length - to);
        return spliced;
    }

    private static byte[] quoted(String name) {
        return Message.quote(name).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] referring(String reference, String name) {
        return JsonParts.referring(reference, name).getBytes(StandardCharsets.UTF_8);
    }

    /** Where the name stands; of a completion, what it refers to. */
    private static List<String> path(String method) {
        return switch (method) {
            case "tools/call", "prompts/get" -> List.of("params", "name");
            case "resources/read", "resources/subscribe", "resources/unsubscribe" -> List.of("params", "uri");
            case "completion/complete" -> List.of("params", "ref");
            default -> List.of("params", "taskId");
        };
    }

    /** Moves to the value of that member of the object that the parser is at. */
    private static void enter(JsonParser parser, String key) {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String found = parser.currentName();
            parser.nextToken();
            if (key.equals(found)) {
                return;
            }
            parser.skipChildren();
        }
        throw new IllegalArgumentException("The message has no " + key);
    }
}
