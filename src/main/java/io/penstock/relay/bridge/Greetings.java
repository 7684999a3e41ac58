package io.penstock.relay.bridge;

import io.penstock.access.Route;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.snapshot.Showing;
import io.penstock.credential.Outbound;
import io.penstock.relay.leg.Leg.Greeting;
import io.penstock.relay.leg.Legs;
import io.penstock.relay.leg.Party;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** What an endpoint says of itself when it is greeted: the one upstream's own words, or the sum of many. */
@Component
final class Greetings {

    private static final String CHANGING = "{\"listChanged\":true}";

    /** What an upstream may offer of which nothing is known. */
    private static final String LIKELY = "{\"tools\":{},\"resources\":{},\"prompts\":{},\"completions\":{}}";

    private final Legs legs;

    Greetings(Legs legs) {
        this.legs = legs;
    }

    /** An endpoint's own words. */
    private record Words(
            String capabilities,
            @Nullable String serverInfo,
            @Nullable String instructions) {}

    /** The result of {@code initialize}. Error: the upstream's, where there is one only. */
    Mono<String> initialize(Outbound outbound, Party party, ProtocolVersion version) {
        return words(outbound, party).map(words -> initialize(words, version));
    }

    private static String initialize(Words words, ProtocolVersion version) {
        var members = new LinkedHashMap<String, String>();
        members.put("protocolVersion", Message.quote(version.text()));
        members.put("capabilities", JsonParts.without(words.capabilities(), "extensions"::equals));
        members.put("serverInfo", words.serverInfo() == null ? SELF : words.serverInfo());
        instructions(members, words);
        return Message.object(members);
    }

    /** The result of {@code server/discover}. Error: the upstream's, where there is one only. */
    Mono<String> discover(Outbound outbound, Party party) {
        return words(outbound, party).map(Greetings::discover);
    }

    private static String discover(Words words) {
        var members = new LinkedHashMap<String, String>();
        members.put("supportedVersions", "[" + Message.quote(ProtocolVersion.V2026_07_28.text()) + "]");
        members.put("capabilities", JsonParts.without(words.capabilities(), "tasks"::equals));
        instructions(members, words);
        members.put(
                "_meta",
                JsonParts.with(
                        null,
                        "io.modelcontextprotocol/serverInfo",
                        words.serverInfo() == null ? SELF : words.serverInfo()));
        return Translation.stateless("server/discover", Message.object(members));
    }

    /** The same of an upstream that cannot be asked now: what it was last heard to say. */
    String initialize(Gateway gateway, ProtocolVersion version, String instructions) {
        return initialize(last(gateway, instructions), version);
    }

    /** The same of an upstream that cannot be asked now: what it was last heard to say. */
    String discover(Gateway gateway, String instructions) {
        return discover(last(gateway, instructions));
    }

    private static Words last(Gateway gateway, String instructions) {
        var seen = gateway.status().condition();
        return new Words(
                seen.capabilities() == null ? LIKELY : seen.capabilities(),
                seen.serverInfo() == null ? self(gateway.name()) : seen.serverInfo(),
                instructions);
    }

    private static final String SELF = self("penstock");

    private static String self(String name) {
        String version = Greetings.class.getPackage().getImplementationVersion();
        return "{\"name\":" + Message.quote(name) + ",\"version\":"
                + Message.quote(version == null ? "development" : version) + "}";
    }

    private static void instructions(Map<String, String> members, Words words) {
        if (words.instructions() != null) {
            members.put("instructions", Message.quote(words.instructions()));
        }
    }

    private Mono<Words> words(Outbound outbound, Party party) {
        return switch (outbound.permit().route()) {
            case Route.One _ -> legs.to(outbound, party).map(leg -> words(leg.greeting()));
            case Route.Many many -> Mono.just(words(many.showing()));
        };
    }

    private static Words words(Greeting greeting) {
        return new Words(greeting.capabilities(), greeting.serverInfo(), greeting.instructions());
    }

    private static Words words(Showing showing) {
        var united = new LinkedHashMap<String, String>();
        for (Gateway gateway : showing.gateways()) {
            String said = gateway.status().condition().capabilities();
            if (said != null && JsonParts.isObject(said)) {
                JsonParts.members(said).forEach((key, value) -> unite(united, key, value));
            }
        }
        return new Words(Message.object(united), self(showing.name()), null);
    }

    /** What the gateway itself takes care of for a virtual server: it tells of changed lists, whatever the upstreams do. */
    private static void unite(Map<String, String> united, String key, String value) {
        switch (key) {
            case "tools", "prompts" -> united.put(key, CHANGING);
            case "resources" -> {
                boolean subscribe = "true".equals(JsonParts.member(value, "subscribe"))
                        || "true".equals(JsonParts.member(united.get(key), "subscribe"));
                united.put(key, subscribe ? "{\"subscribe\":true,\"listChanged\":true}" : CHANGING);
            }
            case "completions", "logging" -> united.put(key, "{}");
            case "tasks" -> united.put(key, tasks(united.get(key), value));
            case "extensions" -> {
                if (JsonParts.member(value, TaskIds.EXTENSION_NAME) != null) {
                    united.put(key, JsonParts.with(null, TaskIds.EXTENSION_NAME, "{}"));
                }
            }
            default -> {} // an extension of one upstream is not the virtual server's
        }
    }

    /** What any upstream can do with tasks; the requests that may become tasks are calls of tools and nothing else (2025-11-25, Tasks). */
    private static String tasks(@Nullable String united, String value) {
        String all = united == null ? "{}" : united;
        for (var member : JsonParts.isObject(value)
                ? JsonParts.members(value).entrySet()
                : Map.<String, String>of().entrySet()) {
            all = JsonParts.with(all, member.getKey(), member.getValue());
        }
        return all;
    }
}
