package io.penstock.relay.dialogue;

import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.relay.Dialogues.Dialogue;
import io.penstock.relay.Dialogues.Greeting;
import io.penstock.wire.JsonParts;
import io.penstock.wire.ProtocolVersion;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** 2026-07-28: every POST stands for itself, and {@code server/discover} is the greeting. */
final class Stateless {

    private static final String VERSION = ProtocolVersion.V2026_07_28.text();

    private static final String META = "{\"io.modelcontextprotocol/protocolVersion\":" + Outgoing.quote(VERSION)
            + ",\"io.modelcontextprotocol/clientInfo\":" + Introduction.SELF
            + ",\"io.modelcontextprotocol/clientCapabilities\":{}}";

    private static final String DISCOVER = "server/discover";

    private final Peer peer;
    private final AtomicLong ids = new AtomicLong();

    private Stateless(Peer peer) {
        this.peer = peer;
    }

    /** Error: {@link OtherEra} where the upstream does not speak this revision. */
    static <T> Mono<T> hold(Peer peer, Function<Dialogue, Mono<T>> talk) {
        var stateless = new Stateless(peer);
        return stateless.discover().flatMap(greeting -> talk.apply(stateless.dialogue(greeting)));
    }

    private Mono<Greeting> discover() {
        return ask(DISCOVER, null).map(answer -> switch (answer) {
            case Answer.Said said -> greeting(JsonParts.members(said.response().result()));
            case Answer.Refused refused -> throw verdict(refused);
            case Answer.Taken _ -> throw new OtherEra(peer.faults().broken(DISCOVER, "without a response"));
        });
    }

    private Greeting greeting(Map<String, String> said) {
        if (!Message.strings(said.get("supportedVersions")).contains(VERSION)) {
            throw new OtherEra(peer.faults().broken(DISCOVER, "without a revision that is spoken here"));
        }
        String meta = said.get("_meta");
        String serverInfo = meta != null && JsonParts.isObject(meta)
                ? JsonParts.members(meta).get("io.modelcontextprotocol/serverInfo")
                : null;
        return Introduction.greeting(VERSION, "streamable_http", said, serverInfo);
    }

    /** Streamable HTTP, "Backward compatibility": only a 4xx is a verdict, and a recognised error in its body is one for this era. */
    private RuntimeException verdict(Answer.Refused refused) {
        int status = refused.status();
        var failure = refused.failure();
        if (failure != null && failure.isModern() && !speaksOlder(failure.supported())) {
            return peer.faults().error(failure.code(), DISCOVER);
        }
        boolean silent = status == 401 || status == 403 || status == 407 || status == 408 || status == 429;
        if (silent || status >= 500 || (status >= 300 && status < 400)) {
            return peer.faults().status(status, DISCOVER);
        }
        return new OtherEra(
                failure != null && status == 200
                        ? peer.faults().error(failure.code(), DISCOVER)
                        : peer.faults().status(status, DISCOVER));
    }

    private static boolean speaksOlder(List<String> supported) {
        return supported.stream()
                .map(ProtocolVersion::find)
                .anyMatch(version -> version != null && version != ProtocolVersion.V2026_07_28);
    }

    private Dialogue dialogue(Greeting greeting) {
        return new Dialogue() {
            @Override
            public Greeting greeting() {
                return greeting;
            }

            @Override
            public Mono<String> request(String method, @Nullable String params) {
                return ask(method, params).flatMap(answer -> answer.result(peer.faults(), method));
            }
        };
    }

    private Mono<Answer> ask(String method, @Nullable String params) {
        return Mono.defer(() -> {
            var message = Outgoing.request(ids.incrementAndGet(), method, Outgoing.with(params, "_meta", META));
            return peer.post(peer.uri(), headers -> mirror(headers, method, params), message, Replies.NONE);
        });
    }

    /** Streamable HTTP, "Standard headers": what the body says, for those who only read headers. */
    private static void mirror(HttpHeaders headers, String method, @Nullable String params) {
        headers.set("MCP-Protocol-Version", VERSION).set("Mcp-Method", method);
        String name = params == null ? null : name(method, JsonParts.members(params));
        if (name != null) {
            headers.set("Mcp-Name", isPlain(name) ? name : sentinel(name));
        }
    }

    private static @Nullable String name(String method, Map<String, String> params) {
        return switch (method) {
            case "tools/call", "prompts/get" -> JsonParts.string(params.get("name"));
            case "resources/read" -> JsonParts.string(params.get("uri"));
            default -> null;
        };
    }

    private static boolean isPlain(String name) {
        return name.chars().allMatch(c -> c > ' ' && c < 0x7f) && !name.startsWith("=?");
    }

    private static String sentinel(String name) {
        return "=?base64?" + Base64.getEncoder().encodeToString(name.getBytes(StandardCharsets.UTF_8)) + "?=";
    }
}
