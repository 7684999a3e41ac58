package io.penstock.oauth.token;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An MCP server that answers whoever shows a token that it takes, and says in everything which one that was. */
public final class GuardedUpstream implements AutoCloseable {

    public final Set<String> taken = ConcurrentHashMap.newKeySet();

    /** Whether it takes a token; where nothing else is said, those that were put there. */
    public volatile Predicate<String> takes = taken::contains;

    /** What it says to who shows none that it takes. */
    public volatile String challenge = "Bearer";

    public final List<String> shown = new CopyOnWriteArrayList<>();

    private final boolean modern;

    private final DisposableServer server =
            HttpServer.create().host("127.0.0.1").port(0).handle(this::handle).bindNow();

    /** One of 2025-11-25. */
    public GuardedUpstream() {
        this(false);
    }

    /** @param modern whether it speaks 2026-07-28 instead */
    public GuardedUpstream(boolean modern) {
        this.modern = modern;
    }

    public String url() {
        return "http://127.0.0.1:" + server.port() + "/mcp";
    }

    private Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
        return request.receive().aggregate().asString().defaultIfEmpty("{}").flatMap(body -> {
            String authorization = request.requestHeaders().get("authorization", "");
            shown.add(authorization);
            if (!takes.test(authorization.replace("Bearer ", ""))) {
                return response.status(401)
                        .header("www-authenticate", challenge)
                        .send();
            }
            JsonNode message = JsonMapper.shared().readTree(body);
            if (!request.method().name().equals("POST")) {
                return response.status(405).send();
            }
            if (!message.has("id")) {
                return response.status(202).send();
            }
            String answer = answer(message, authorization);
            return response.status(modern && answer.contains("-32601") ? 404 : 200)
                    .header("content-type", "application/json")
                    .sendString(Mono.just(answer))
                    .then();
        });
    }

    private String answer(JsonNode message, String authorization) {
        String result = switch (message.path("method").asString("")) {
            case "initialize" ->
                modern
                        ? null
                        : "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{},\"resources\":{},\"prompts\":{},\"completions\":{}},"
                                + "\"serverInfo\":{\"name\":\"guarded\",\"version\":\"1\"}}";
            case "server/discover" ->
                modern
                        ? "{\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{\"tools\":{},\"resources\":{},"
                                + "\"prompts\":{},\"completions\":{}}}"
                        : null;
            case "ping" -> "{}";
            case "tools/list" ->
                "{\"tools\":[{\"name\":\"whoami\",\"description\":\"" + authorization
                        + "\",\"inputSchema\":{\"type\":\"object\"}}]}";
            case "resources/list" -> "{\"resources\":[{\"name\":\"me\",\"uri\":\"me://\"}]}";
            case "resources/templates/list" -> "{\"resourceTemplates\":[]}";
            case "prompts/list" -> "{\"prompts\":[{\"name\":\"hello\"}]}";
            case "tools/call" -> "{\"content\":[{\"type\":\"text\",\"text\":\"" + authorization + "\"}]}";
            case "resources/read" -> "{\"contents\":[{\"uri\":\"me://\",\"text\":\"" + authorization + "\"}]}";
            case "prompts/get" ->
                "{\"messages\":[{\"role\":\"user\",\"content\":{\"type\":\"text\",\"text\":\"" + authorization
                        + "\"}}]}";
            case "completion/complete" -> "{\"completion\":{\"values\":[\"" + authorization + "\"]}}";
            default -> null;
        };
        if (modern && result != null) {
            result = "{\"resultType\":\"complete\",\"ttlMs\":0,\"cacheScope\":\"public\"," + result.substring(1);
        }
        String id = message.path("id").toString();
        return result == null
                ? "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"error\":{\"code\":-32601,\"message\":\"no\"}}"
                : "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result + "}";
    }

    @Override
    public void close() {
        server.disposeNow();
    }
}
