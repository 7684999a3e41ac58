import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/** A small MCP server of each era, with one tool that answers with its text: {@code /stateless}, {@code /session} and {@code /sse}. */
final class TrainingUpstreams implements AutoCloseable {

    private static final Pattern METHOD = Pattern.compile("\"method\"\\s*:\\s*\"([^\"]*)\"");
    private static final Pattern ID = Pattern.compile("\"id\"\\s*:\\s*(\"[^\"]*\"|[0-9]+)");
    private static final String UNKNOWN = "{\"jsonrpc\":\"2.0\",\"id\":%s,\"error\":{\"code\":-32601,\"message\":\"Method not found\"}}";

    private final Map<String, OutputStream> lines = new ConcurrentHashMap<>();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private TrainingUpstreams(HttpServer server) {
        this.server = server;
    }

    static TrainingUpstreams start() throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        var upstreams = new TrainingUpstreams(server);
        server.setExecutor(upstreams.threads);
        server.createContext("/stateless", upstreams::stateless);
        server.createContext("/session", upstreams::session);
        server.createContext("/sse", upstreams::line);
        server.createContext("/message", upstreams::message);
        server.start();
        return upstreams;
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void stateless(HttpExchange exchange) throws IOException {
        String message = read(exchange);
        String answer = answer(message, true);
        if (!exchange.getRequestMethod().equals("POST")) {
            exchange.sendResponseHeaders(405, -1);
        } else if (answer == null) {
            exchange.sendResponseHeaders(202, -1);
        } else {
            json(exchange, answer.contains("-32601") ? 404 : 200, answer); // as this revision has it
        }
    }

    /** Answers with a stream of one event, as most servers of that era do. */
    private void session(HttpExchange exchange) throws IOException {
        String message = read(exchange);
        switch (exchange.getRequestMethod()) {
            case "DELETE" -> exchange.sendResponseHeaders(204, -1);
            case "POST" -> {
                String answer = answer(message, false);
                if (answer == null) {
                    exchange.sendResponseHeaders(202, -1);
                    return;
                }
                exchange.getResponseHeaders().set("Mcp-Session-Id", UUID.randomUUID().toString());
                try (var out = stream(exchange)) {
                    event(out, "message", answer);
                }
            }
            default -> exchange.sendResponseHeaders(405, -1);
        }
    }

    private void line(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestMethod().equals("GET")) {
            exchange.sendResponseHeaders(405, -1);
            return;
        }
        String id = UUID.randomUUID().toString();
        var out = stream(exchange);
        lines.put(id, out);
        event(out, "endpoint", "/message?line=" + id);
    }

    private void message(HttpExchange exchange) throws IOException {
        String message = read(exchange);
        String answer = answer(message, false);
        exchange.sendResponseHeaders(202, -1);
        var out = lines.get(exchange.getRequestURI().getQuery().substring("line=".length()));
        if (answer != null && out != null) {
            synchronized (out) {
                event(out, "message", answer);
            }
        }
    }

    private static String read(HttpExchange exchange) throws IOException {
        return new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** What a message is answered with; null for a notification. */
    private static String answer(String message, boolean stateless) {
        String id = first(ID, message);
        String version = stateless ? "2026-07-28" : "2025-11-25";
        return switch (first(METHOD, message)) {
            case "server/discover" ->
                stateless
                        ? result(
                                id,
                                "\"resultType\":\"complete\",\"supportedVersions\":[\"" + version
                                        + "\"],\"capabilities\":{\"tools\":{}},\"ttlMs\":0,\"cacheScope\":\"private\",\"_meta\":"
                                        + "{\"io.modelcontextprotocol/serverInfo\":{\"name\":\"training\",\"version\":\"1\"}}")
                        : UNKNOWN.formatted(id);
            case "initialize" ->
                stateless
                        ? UNKNOWN.formatted(id)
                        : result(
                                id,
                                "\"protocolVersion\":\"" + (message.contains("2024-11-05") ? "2024-11-05" : version)
                                        + "\",\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"training\",\"version\":\"1\"}");
            case "tools/list" ->
                result(
                        id,
                        "\"resultType\":\"complete\",\"tools\":[{\"name\":\"echo\",\"description\":\"Echo\",\"inputSchema\":{\"type\":\"object\"}}],"
                                + "\"ttlMs\":0,\"cacheScope\":\"private\"");
            case "tools/call" ->
                result(id, "\"resultType\":\"complete\",\"content\":[{\"type\":\"text\",\"text\":\"hello\"}]");
            case "ping" -> result(id, "");
            default -> id.isEmpty() ? null : UNKNOWN.formatted(id);
        };
    }

    private static String result(String id, String fields) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{" + fields + "}}";
    }

    private static String first(Pattern pattern, String message) {
        var matcher = pattern.matcher(message);
        return matcher.find() ? matcher.group(1) : "";
    }

    private static void json(HttpExchange exchange, int status, String answer) throws IOException {
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static OutputStream stream(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().flush();
        return exchange.getResponseBody();
    }

    private static void event(OutputStream out, String name, String data) throws IOException {
        out.write(("event: " + name + "\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
