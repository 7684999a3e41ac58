import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The upstream of the benchmark's streams, and of the gateway's own errands: {@code Upstream PORT EVENTS MILLIS}. A call of a tool is
 * answered with a stream of EVENTS events, one each MILLIS, every one written by itself with the time it was sent, and of the tool
 * {@code flood} with as many large ones as are taken; GET opens a stream on which nothing comes until {@code POST /event} sends one event to
 * all of them.
 */
final class Upstream {

    private static final Pattern METHOD = Pattern.compile("\"method\"\\s*:\\s*\"([^\"]*)\"");
    private static final Pattern ID = Pattern.compile("\"id\"\\s*:\\s*(\"[^\"]*\"|[0-9]+)");
    private static final String SERVER = "\"serverInfo\":{\"name\":\"bench\",\"version\":\"1\"}";

    private final int events;
    private final long nanos;
    private final Set<HttpExchange> open = ConcurrentHashMap.newKeySet();

    private Upstream(int events, long nanos) {
        this.events = events;
        this.nanos = nanos;
    }

    public static void main(String[] args) throws IOException {
        var upstream = new Upstream(Integer.parseInt(args[1]), Long.parseLong(args[2]) * 1_000_000);
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
        var server = HttpServer.create(address, 4096);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/mcp", upstream::mcp);
        server.createContext("/many", upstream::many);
        server.createContext("/event", upstream::event);
        server.start();
    }

    private void mcp(HttpExchange exchange) throws IOException {
        switch (exchange.getRequestMethod()) {
            case "POST" -> post(exchange);
            case "GET" -> {
                stream(exchange);
                open.add(exchange);
            }
            default -> exchange.sendResponseHeaders(405, -1);
        }
    }

    private void post(HttpExchange exchange) throws IOException {
        var message = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        var method = first(METHOD, message);
        switch (method) {
            case "tools/call" -> {
                if (message.contains("\"name\":\"flood\"")) {
                    flood(exchange);
                } else {
                    call(exchange, first(ID, message));
                }
            }
            case "server/discover", "initialize", "ping" -> answer(exchange, message, errand(method));
            case "tools/list" ->
                answer(
                        exchange,
                        message,
                        "\"tools\":[{\"name\":\"echo\",\"description\":\"Echo\",\"inputSchema\":{\"type\":\"object\"}}],"
                                + "\"ttlMs\":0,\"cacheScope\":\"private\"");
            default -> exchange.sendResponseHeaders(method.startsWith("notifications/") ? 202 : 404, -1);
        }
    }

    private static String errand(String method) {
        return switch (method) {
            case "server/discover" ->
                "\"supportedVersions\":[\"2026-07-28\",\"2025-11-25\"],\"capabilities\":{\"tools\":{}},\"ttlMs\":0,"
                        + "\"cacheScope\":\"private\",\"_meta\":{\"io.modelcontextprotocol/serverInfo\":{\"name\":\"bench\",\"version\":\"1\"}}";
            case "initialize" -> "\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}}," + SERVER;
            default -> "";
        };
    }

    /** The upstream of a long list: 500 tools of about 300 bytes each. */
    private void many(HttpExchange exchange) throws IOException {
        var message = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (!first(METHOD, message).equals("tools/list")) {
            answer(exchange, message, errand(first(METHOD, message)));
            return;
        }
        var tools = IntStream.range(0, 500)
                .mapToObj(i ->
                        ("{\"name\":\"tool_%03d\",\"description\":\"Does the work of number %d, as it is described here in one line\","
                                        + "\"inputSchema\":{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\",\"description\":\"What"
                                        + " to work on\"},\"times\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":10}},\"required\":[\"text\"]}}")
                                .formatted(i, i))
                .collect(Collectors.joining(",", "\"tools\":[", "]"));
        answer(exchange, message, tools + ",\"ttlMs\":0,\"cacheScope\":\"private\"");
    }

    private static String first(Pattern pattern, String message) {
        var matcher = pattern.matcher(message);
        return matcher.find() ? matcher.group(1) : "";
    }

    private static void answer(HttpExchange exchange, String message, String fields) throws IOException {
        var result = fields.isEmpty() ? "" : ",\"resultType\":\"complete\"";
        var bytes = ("{\"jsonrpc\":\"2.0\",\"id\":" + first(ID, message) + ",\"result\":{" + fields + result + "}}")
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static OutputStream stream(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().flush();
        return exchange.getResponseBody();
    }

    private void call(HttpExchange exchange, String id) throws IOException {
        try (var out = stream(exchange)) {
            long next = System.nanoTime();
            for (int i = 1; i <= events; i++) {
                next += nanos;
                for (long left = next - System.nanoTime(); left > 0; left = next - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                send(
                        out,
                        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":\"p\",\"progress\":"
                                + i + ",\"message\":\"" + System.nanoTime() + "\"}}");
            }
            send(
                    out,
                    "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{\"content\":[],\"resultType\":\"complete\"}}");
        }
    }

    /** As many events as are taken, up to 64 MB of them. */
    private static void flood(HttpExchange exchange) throws IOException {
        var much = "x".repeat(64 * 1024);
        try (var out = stream(exchange)) {
            for (int i = 1; i <= 1000; i++) {
                send(
                        out,
                        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":\"p\",\"progress\":"
                                + i + ",\"message\":\"" + much + "\"}}");
            }
        } catch (IOException e) {
            // its reader has left
        }
    }

    private void event(HttpExchange exchange) throws IOException {
        for (var stream : open) {
            try {
                send(
                        stream.getResponseBody(),
                        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\",\"params\":{\"_meta\":{\"at\":\""
                                + System.nanoTime() + "\"}}}");
            } catch (IOException e) {
                open.remove(stream); // its client has left; whoever closed only the body would keep the connection
                stream.close();
            }
        }
        exchange.sendResponseHeaders(204, -1);
    }

    private static void send(OutputStream out, String data) throws IOException {
        out.write(("event: message\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
