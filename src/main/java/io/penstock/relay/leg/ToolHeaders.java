package io.penstock.relay.leg;

import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.Mirrors;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The headers that mirror arguments of tools (2026-07-28, Streamable HTTP, "Custom headers"). Which arguments these are, the upstream's own
 * list of tools says; it is read with the first call of a tool, and again when the upstream finds that headers and body differ.
 */
final class ToolHeaders {

    static final String LIST = "tools/list";

    private static final Logger LOG = LoggerFactory.getLogger(ToolHeaders.class);
    private static final String PREFIX = "Mcp-Param-";

    /** Longer lists are not read to their end. */
    private static final int PAGES = 100;

    private final Function<Message.Asked, Flux<Message>> ask;
    private final AtomicReference<@Nullable Mono<Map<String, List<MirroredArgument>>>> listing =
            new AtomicReference<>();

    /** @param ask sends a request to the upstream */
    ToolHeaders(Function<Message.Asked, Flux<Message>> ask) {
        this.ask = ask;
    }

    /** The headers of a request: none where it calls no tool, and where the list cannot be read. */
    Mono<Map<String, String>> of(Message.Asked request) {
        if (!request.method().equals("tools/call")) {
            return Mono.just(Map.of());
        }
        var params = Params.of(request.params());
        String tool = params.string("name");
        return known().map(tools ->
                headers(tools.getOrDefault(tool == null ? "" : tool, List.of()), params.get("arguments")));
    }

    private static Map<String, String> headers(List<MirroredArgument> mirrored, @Nullable String arguments) {
        var headers = new LinkedHashMap<String, String>();
        for (var argument : mirrored) {
            String value = argument.in(arguments);
            if (value != null) {
                headers.put(PREFIX + argument.header(), Mirrors.encoded(value));
            }
        }
        return headers;
    }

    /** A list without the tools whose mirrored arguments break the rules, since nobody could call these. */
    static Message.Result callable(Message.Result list) {
        var members = JsonParts.members(list.result());
        String tools = members.get("tools");
        if (tools == null || !tools.startsWith("[") || !tools.contains(MirroredArgument.KEY)) {
            return list;
        }
        var kept = new StringJoiner(",", "[", "]");
        for (String tool : JsonParts.elements(tools)) {
            var described = JsonParts.isObject(tool) ? JsonParts.members(tool) : Map.<String, String>of();
            if (MirroredArgument.of(described.get("inputSchema")) == null) {
                LOG.info("Left out the tool {}: its x-mcp-header breaks the rules", described.get("name"));
            } else {
                kept.add(tool);
            }
        }
        members.put("tools", kept.toString());
        return new Message.Result(list.id(), Message.object(members));
    }

    /** Reads the list again before the next call. */
    void forget() {
        listing.set(null);
    }

    private Mono<Map<String, List<MirroredArgument>>> known() {
        return Mono.defer(() -> {
            var running = listing.get();
            if (running != null) {
                return running;
            }
            var fresh = list().cache();
            listing.set(fresh);
            return fresh;
        });
    }

    private Mono<Map<String, List<MirroredArgument>>> list() {
        return page(null)
                .expand(page -> page.cursor() == null ? Mono.empty() : page(page.cursor()))
                .take(PAGES)
                .reduceWith(HashMap<String, List<MirroredArgument>>::new, (all, page) -> {
                    all.putAll(page.tools());
                    return all;
                })
                .<Map<String, List<MirroredArgument>>>map(all -> all)
                .onErrorResume(_ -> Mono.fromSupplier(() -> {
                    forget();
                    return Map.of();
                }));
    }

    private record Page(
            Map<String, List<MirroredArgument>> tools,
            @Nullable String cursor) {}

    private Mono<Page> page(@Nullable String cursor) {
        return ask.apply(new Message.Asked("0", LIST, cursor == null ? null : "{\"cursor\":" + cursor + "}"))
                .ofType(Message.Result.class)
                .next()
                .map(result -> read(JsonParts.members(result.result())))
                .switchIfEmpty(Mono.just(new Page(Map.of(), null)));
    }

    private static Page read(Map<String, String> result) {
        var tools = new HashMap<String, List<MirroredArgument>>();
        for (String tool : JsonParts.elements(result.getOrDefault("tools", "[]"))) {
            var members = JsonParts.members(tool);
            String name = JsonParts.string(members.get("name"));
            var mirrored = MirroredArgument.of(members.get("inputSchema"));
            if (name != null && mirrored != null && !mirrored.isEmpty()) {
                tools.put(name, mirrored);
            }
        }
        String cursor = result.get("nextCursor");
        return new Page(tools, cursor != null && cursor.startsWith("\"") ? cursor : null);
    }
}
