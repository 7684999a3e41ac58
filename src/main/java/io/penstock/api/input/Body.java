package io.penstock.api.input;

import io.penstock.ingress.Requests;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.node.ObjectNode;

/** A request's body, not read before it is asked for. */
public final class Body {

    /** The largest body in bytes. */
    public static final int LIMIT = 1024 * 1024;

    private final ServerHttpRequest request;

    public Body(ServerHttpRequest request) {
        this.request = request;
    }

    /** The body as one JSON object; never empty. Error: {@code TooLarge}, {@code TooSlow}, {@code Unparsable}, {@code Malformed}. */
    public Mono<ObjectNode> object() {
        return whole().map(Body::parse);
    }

    /** The body as a form that a page sends, in UTF-8; never empty. Error: {@code TooLarge}, {@code TooSlow}, {@code Malformed}. */
    public Mono<MultiValueMap<String, String>> form() {
        return whole().map(Body::fields);
    }

    private Mono<byte[]> whole() {
        if (request.getHeaders().getContentLength() > LIMIT) {
            return Mono.error(tooLarge());
        }
        return DataBufferUtils.join(request.getBody(), LIMIT)
                .onErrorMap(DataBufferLimitException.class, e -> tooLarge())
                .onErrorMap(Requests::unread)
                .map(Body::bytes)
                .defaultIfEmpty(new byte[0]);
    }

    private static byte[] bytes(DataBuffer buffer) {
        var bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    static ObjectNode parse(byte[] bytes) {
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            if (Json.READER.readTree(text.toString()) instanceof ObjectNode object) {
                return object;
            }
            throw new Refusal(new Reason.Malformed("The body must be one JSON object"));
        } catch (CharacterCodingException e) {
            throw new Refusal(new Reason.Unparsable("The body is not UTF-8"));
        } catch (StreamConstraintsException e) {
            throw new Refusal(new Reason.Unparsable(
                    "The body is nested deeper than " + Json.DEPTH + " levels or has a number of over 100 digits"));
        } catch (JacksonException e) {
            throw new Refusal(new Reason.Unparsable("The body is not one strict JSON text" + place(e)
                    + ": names must not repeat, and nothing may follow it"));
        }
    }

    private static MultiValueMap<String, String> fields(byte[] form) {
        var fields = new LinkedMultiValueMap<String, String>();
        for (String pair : new String(form, StandardCharsets.UTF_8).split("&", -1)) {
            int end = pair.indexOf('=');
            if (!pair.isEmpty()) {
                fields.add(
                        decoded(end < 0 ? pair : pair.substring(0, end)),
                        end < 0 ? "" : decoded(pair.substring(end + 1)));
            }
        }
        return fields;
    }

    private static String decoded(String part) {
        try {
            return URLDecoder.decode(part, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) { // a percent sign that encodes nothing
            throw new Refusal(new Reason.Malformed("The body is not a form: a percent sign in it encodes nothing"));
        }
    }

    private static String place(JacksonException e) {
        var location = e.getLocation();
        return location == null ? "" : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }

    private static Refusal tooLarge() {
        return new Refusal(new Reason.TooLarge(LIMIT));
    }
}
