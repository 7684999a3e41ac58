package io.penstock.wire;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.penstock.wire.Envelope.Kind;
import io.penstock.wire.Refusal.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads the envelope of a JSON-RPC message without building a tree. Since the same bytes go on, a text that another parser could read
 * differently is refused: duplicate keys, keys that differ from ours in case only, a second document, a byte order mark, bytes that are
 * no UTF-8, lone surrogates in what is read (compare CVE-2026-27896).
 */
public final class Envelopes {

    /** {@code _meta} key of the stateless revision (2026-07-28, Basic). */
    public static final String VERSION_KEY = "io.modelcontextprotocol/protocolVersion";

    /** The deepest nesting that is read. */
    public static final int MAX_DEPTH = 64;

    private static final int MAX_ID = 1024;
    private static final Set<String> TOP = Set.of("jsonrpc", "id", "method", "params", "result", "error");
    private static final Set<String> PARAMS = Set.of("name", "uri", "taskId", "ref", "_meta");
    private static final Set<String> REF = Set.of("type", "name", "uri");
    private static final Set<String> META = Set.of(VERSION_KEY, "traceparent");

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(256)
                    .build())
            .build();

    private Envelopes() {}

    /**
     * Reads one message.
     *
     * @throws Refusal {@code Unparsable} where it is not one JSON text that every parser reads alike, {@code Malformed} where it is no
     *     JSON-RPC message
     */
    public static Envelope read(byte[] body) {
        requireText(body);
        var reading = new Reading();
        try (var parser = JSON.createParser(ObjectReadContext.empty(), body)) {
            reading.message(parser);
            if (parser.nextToken() != null) {
                throw unparsable("The body holds more than one JSON text; send one message a request");
            }
        } catch (JacksonException e) {
            throw unparsable("The body is not valid JSON: " + reason(e));
        }
        return reading.envelope();
    }

    private static void requireText(byte[] body) {
        if (body.length == 0) {
            throw unparsable("The body is empty; send one JSON-RPC message");
        }
        if (body.length >= 2 && (body[0] == (byte) 0xEF || body[0] == 0 || body[1] == 0)) {
            throw unparsable("The body starts with a byte order mark or is not UTF-8; send plain UTF-8");
        }
        if (!isAscii(body) && !ByteBufUtil.isText(Unpooled.wrappedBuffer(body), StandardCharsets.UTF_8)) {
            throw unparsable("The body is not valid UTF-8");
        }
    }

    /** Most are, and a loop that never branches costs next to nothing. */
    private static boolean isAscii(byte[] body) {
        int all = 0;
        for (byte one : body) {
            all |= one;
        }
        return all >= 0;
    }

    /** The parser's own messages name its classes and settings. */
    private static String reason(JacksonException e) {
        if (e instanceof StreamConstraintsException) {
            return "it is nested deeper than " + MAX_DEPTH + " levels, or has a number or a key that is too long";
        }
        String text = e.getOriginalMessage();
        if (text.startsWith("Duplicate")) {
            return text.length() > 200 ? text.substring(0, 200) : text;
        }
        var place = e.getLocation();
        return place == null
                ? "it ends too early"
                : "look at line " + place.getLineNr() + ", column " + place.getColumnNr();
    }

    private static Refusal unparsable(String detail) {
        return new Refusal(new Reason.Unparsable(detail));
    }

    private static Refusal malformed(String detail) {
        return new Refusal(new Reason.Malformed(detail));
    }

    /** What was read so far of one message. */
    private static final class Reading {

        private boolean version;
        private @Nullable String id;
        private @Nullable String method;
        private boolean outcome;
        private @Nullable String name;
        private @Nullable String uri;
        private @Nullable String taskId;
        private @Nullable String refType;
        private @Nullable String refName;
        private @Nullable String refUri;
        private @Nullable String claim;
        private @Nullable String traceparent;

        void message(JsonParser parser) {
            var start = parser.nextToken();
            if (start == JsonToken.START_ARRAY) {
                throw malformed("Batches are not taken; send one message a request");
            }
            if (start != JsonToken.START_OBJECT) {
                throw malformed("The body is not a JSON object");
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                var value = parser.nextToken();
                switch (key) {
                    case "jsonrpc" -> {
                        version = value == JsonToken.VALUE_STRING && "2.0".equals(parser.getString());
                        parser.skipChildren();
                    }
                    case "id" -> id = id(parser, value);
                    case "method" -> method = string(parser, value, "method");
                    case "params" -> params(parser, value);
                    case "result", "error" -> {
                        outcome = true;
                        parser.skipChildren();
                    }
                    default -> skip(parser, key, TOP);
                }
            }
        }

        private void params(JsonParser parser, JsonToken start) {
            if (start != JsonToken.START_OBJECT) {
                throw malformed("params must be a JSON object");
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                var value = parser.nextToken();
                switch (key) {
                    case "name" -> name = text(parser, value);
                    case "uri" -> uri = text(parser, value);
                    case "taskId" -> taskId = text(parser, value);
                    case "ref" -> ref(parser, value);
                    case "_meta" -> meta(parser, value);
                    default -> skip(parser, key, PARAMS);
                }
            }
        }

        /** What a completion is for. A reference of another shape names nothing. */
        private void ref(JsonParser parser, JsonToken start) {
            if (start != JsonToken.START_OBJECT) {
                parser.skipChildren();
                return;
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                var value = parser.nextToken();
                switch (key) {
                    case "type" -> refType = text(parser, value);
                    case "name" -> refName = text(parser, value);
                    case "uri" -> refUri = text(parser, value);
                    default -> skip(parser, key, REF);
                }
            }
        }

        private void meta(JsonParser parser, JsonToken start) {
            if (start != JsonToken.START_OBJECT) {
                throw malformed("params._meta must be a JSON object");
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                var value = parser.nextToken();
                switch (key) {
                    // A claim of another type is still a claim: it fails as a version nobody speaks.
                    case VERSION_KEY -> claim = Objects.requireNonNullElse(text(parser, value), value.name());
                    case "traceparent" -> traceparent = text(parser, value);
                    default -> skip(parser, key, META);
                }
            }
        }

        /** A key that differs from one of ours in case only is read as ours by parsers that ignore case. */
        private static void skip(JsonParser parser, String key, Set<String> ours) {
            if (!ours.contains(key)) {
                for (String our : ours) {
                    if (our.equalsIgnoreCase(key)) {
                        throw unparsable("The key \"" + our + "\" is written in another case");
                    }
                }
            }
            parser.skipChildren();
        }

        private static String id(JsonParser parser, JsonToken value) {
            String text = parser.getString();
            if (text.length() > MAX_ID) {
                throw malformed("id is longer than " + MAX_ID + " characters");
            }
            return switch (value) {
                case VALUE_NUMBER_INT -> text;
                case VALUE_STRING ->
                    '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsCharArray(whole(text))) + '"';
                default -> throw malformed("id must be a string or an integer");
            };
        }

        private static String string(JsonParser parser, JsonToken value, String key) {
            if (value != JsonToken.VALUE_STRING) {
                throw malformed(key + " must be a string");
            }
            return whole(parser.getString());
        }

        /** Another type than a string names nothing; the gate refuses the call where a name is needed. */
        private static @Nullable String text(JsonParser parser, JsonToken value) {
            if (value == JsonToken.VALUE_STRING) {
                return whole(parser.getString());
            }
            parser.skipChildren();
            return null;
        }

        private static String whole(String text) {
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (Character.isSurrogate(c) && !pair) {
                    throw unparsable("The body holds a lone surrogate in an id, a method or a name");
                }
                i += pair ? 1 : 0;
            }
            return text;
        }

        Envelope envelope() {
            if (!version) {
                throw malformed("jsonrpc must be \"2.0\"");
            }
            if (method == null) {
                if (!outcome || id == null) {
                    throw malformed("A message has a method, or an id with a result or an error");
                }
                return new Envelope(Kind.RESPONSE, id, null, null, claim, traceparent);
            }
            if (outcome) {
                throw malformed("A message with a method has neither result nor error");
            }
            var kind = id == null ? Kind.NOTIFICATION : Kind.REQUEST;
            return new Envelope(kind, id, method, target(method), claim, traceparent);
        }

        private @Nullable String target(String method) {
            return switch (method) {
                case "tools/call", "prompts/get" -> name;
                case "resources/read", "resources/subscribe", "resources/unsubscribe" -> uri;
                case "completion/complete" -> "ref/resource".equals(refType) ? refUri : refName;
                default -> method.startsWith("tasks/") ? taskId : null;
            };
        }
    }
}
