package io.penstock.caller.signin;

import io.penstock.egress.Bounded;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClientResponse;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a provider's endpoint answered: a JSON object of at most 64 KiB, within ten seconds.
 *
 * @param object null where it is none
 */
record Answer(int status, @Nullable JsonNode object) {

    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int LARGEST = 64 * 1024;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** Reads the answer to its end. Error: {@code UpstreamFailed} where it is too large. */
    static Mono<Answer> read(HttpClientResponse response, ByteBufFlux content) {
        int status = response.status().code();
        return Bounded.read(content, LARGEST)
                .map(bytes -> new Answer(status, parse(new String(bytes, StandardCharsets.UTF_8))))
                .onErrorMap(Bounded.TooLarge.class, _ -> failed("answered more than " + LARGEST + " bytes", null));
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
    @Nullable
    String text(String name) {
        JsonNode value = object == null ? null : object.get(name);
        return value != null && value.isString() ? value.asString() : null;
    }

    boolean isTrue(String name) {
        return object != null
                && object.path(name).isBoolean()
                && object.path(name).asBoolean();
    }

    /** Whether a list is there that lacks the value. */
    boolean listsOthersThan(String name, String value) {
        JsonNode list = object == null ? null : object.get(name);
        return list != null
                && list.isArray()
                && list.valueStream()
                        .noneMatch(item -> item.isString() && item.asString().equals(value));
    }

    /** What kept a provider from answering, as a refusal that tells no address. */
    static Throwable failure(Throwable error, String endpoint) {
        return switch (error) {
            case Refusal refusal -> refusal;
            case TimeoutException _ ->
                new Refusal(
                        new Reason.UpstreamTimedOut("The identity provider's " + endpoint + " did not answer in time"));
            default -> failed("could not be reached, or broke off", endpoint);
        };
    }

    static Refusal failed(String what, @Nullable String endpoint) {
        return new Refusal(new Reason.UpstreamFailed(
                "The identity provider" + (endpoint == null ? " " : "'s " + endpoint + " ") + what, null));
    }

    /** Nothing of it is printed: it may hold tokens. */
    @Override
    public String toString() {
        return "Answer[" + status + "]";
    }
}
