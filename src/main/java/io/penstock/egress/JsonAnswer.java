package io.penstock.egress;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClientResponse;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an OAuth endpoint answered: a JSON object of at most 64 KiB, in which no name is there twice.
 *
 * @param object null where it is none
 */
public record JsonAnswer(int status, @Nullable JsonNode object) {

    /** How long such an endpoint is waited for. */
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int LARGEST = 64 * 1024;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** Reads the answer to its end. Never empty. Error: {@link Bounded.TooLarge}. */
    public static Mono<JsonAnswer> read(HttpClientResponse response, ByteBufFlux content) {
        int status = response.status().code();
        return Bounded.read(content, LARGEST)
                .map(bytes -> new JsonAnswer(status, parse(new String(bytes, StandardCharsets.UTF_8))));
    }

    private static @Nullable JsonNode parse(String body) {
        try {
            JsonNode tree = JSON.readTree(body);
            return tree.isObject() ? tree : null;
        } catch (JacksonException notJson) {
            return null;
        }
    }

    /** The field's text; null where there is none. */
    public @Nullable String text(String name) {
        JsonNode value = object == null ? null : object.get(name);
        return value != null && value.isString() ? value.asString() : null;
    }

    public boolean isTrue(String name) {
        return object != null
                && object.path(name).isBoolean()
                && object.path(name).asBoolean();
    }

    /** The field's number, with its fraction cut off; null where it is none, or beyond what a {@code long} holds. */
    public @Nullable Long number(String name) {
        JsonNode value = object == null ? null : object.get(name);
        return value != null && value.isNumber() && Math.abs(value.doubleValue()) < Long.MAX_VALUE
                ? (Long) (long) value.doubleValue()
                : null;
    }

    /** The texts of a list; null where there is no list. */
    public @Nullable List<String> texts(String name) {
        JsonNode list = object == null ? null : object.get(name);
        return list == null || !list.isArray()
                ? null
                : list.valueStream()
                        .filter(JsonNode::isString)
                        .map(JsonNode::asString)
                        .toList();
    }

    /** Nothing of it is printed: it may hold tokens. */
    @Override
    public String toString() {
        return "JsonAnswer[" + status + "]";
    }
}
