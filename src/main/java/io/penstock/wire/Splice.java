package io.penstock.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Puts another name into a message and leaves every other byte of it as it was. */
public final class Splice {

    private static final JsonFactory JSON = new JsonFactory();

    private Splice() {}

    /**
     * The request with another name for the thing that it acts on.
     *
     * @param body a message that {@link Envelopes#read} has read
     * @param method its method
     */
    public static byte[] named(byte[] body, String method, String name) {
        try (var parser = JSON.createParser(ObjectReadContext.empty(), body)) {
            parser.nextToken();
            for (String key : path(method)) {
                enter(parser, key);
            }
            int from = (int) parser.currentTokenLocation().getByteOffset();
            parser.finishToken();
            int to = (int) parser.currentLocation().getByteOffset();
            var spliced = new ByteArrayOutputStream(body.length + name.length());
            spliced.write(body, 0, from);
            spliced.writeBytes(Message.quote(name).getBytes(StandardCharsets.UTF_8));
            spliced.write(body, to, body.length - to);
            return spliced.toByteArray();
        }
    }

    /** Where the name stands; of a completion's reference, which has a name or a URI, whichever comes first. */
    private static List<String> path(String method) {
        return switch (method) {
            case "tools/call", "prompts/get" -> List.of("params", "name");
            case "resources/read", "resources/subscribe", "resources/unsubscribe" -> List.of("params", "uri");
            case "completion/complete" -> List.of("params", "ref", "name|uri");
            default -> List.of("params", "taskId");
        };
    }

    /** Moves to the value of that member of the object that the parser is at. */
    private static void enter(JsonParser parser, String key) {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String found = parser.currentName();
            parser.nextToken();
            if (matches(key, found)) {
                return;
            }
            parser.skipChildren();
        }
        throw new IllegalArgumentException("The message has no " + key);
    }

    private static boolean matches(String key, @Nullable String found) {
        return key.equals(found) || (key.equals("name|uri") && ("name".equals(found) || "uri".equals(found)));
    }
}
