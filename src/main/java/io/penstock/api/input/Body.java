package io.penstock.api.input;

import io.penstock.ingress.Requests;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpRequest;
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
        if (request.getHeaders().getContentLength() > LIMIT) {
            return Mono.error(tooLarge());
        }
        return DataBufferUtils.join(request.getBody(), LIMIT)
                .onErrorMap(DataBufferLimitException.class, e -> tooLarge())
                .onErrorMap(Requests::unread)
                .map(Body::bytes)
                .defaultIfEmpty(new byte[0])
                .map(Body::parse);
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

    private static String place(JacksonException e) {
        var location = e.getLocation();
        return location == null ? "" : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }

    private static Refusal tooLarge() {
        return new Refusal(new Reason.TooLarge(LIMIT));
    }
}
