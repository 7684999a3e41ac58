import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** An MCP server with as many tools as its path says, {@code /tools/COUNT}, on a port of its own. */
final class GrowingUpstream {

    private static final Pattern METHOD = Pattern.compile("\"method\"\\s*:\\s*\"([^\"]*)\"");
    private static final Pattern ID = Pattern.compile("\"id\"\\s*:\\s*(\"[^\"]*\"|[0-9]+)");

    private GrowingUpstream() {}

    /** Its address without the count of tools. */
    static String start() throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4096);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/tools/", GrowingUpstream::answer);
        server.start();
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/tools/";
    }

    private static void answer(HttpExchange exchange) throws IOException {
        var message = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        var path = exchange.getRequestURI().getPath();
        var method = first(METHOD, message);
        var result = exchange.getRequestMethod().equals("POST")
                ? result(method, Integer.parseInt(path.substring("/tools/".length())))
                : null;
        if (result == null) {
            exchange.sendResponseHeaders(method.startsWith("notifications/") ? 202 : 405, -1);
            exchange.close();
            return;
        }
        var text = "{\"jsonrpc\":\"2.0\",\"id\":" + first(ID, message) + ",\"result\":{" + result + "}}";
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static String result(String method, int tools) {
        return switch (method) {
            case "initialize" ->
                "\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"growing\",\"version\":\"1\"}";
            case "server/discover" ->
                "\"supportedVersions\":[\"2026-07-28\",\"2025-11-25\"],\"capabilities\":{\"tools\":{}},\"resultType\":\"complete\",\"ttlMs\":0,"
                        + "\"cacheScope\":\"private\",\"_meta\":{\"io.modelcontextprotocol/serverInfo\":{\"name\":\"growing\",\"version\":\"1\"}}";
            case "tools/list" ->
                IntStream.range(0, tools)
                        .mapToObj(
                                i -> "{\"name\":\"tool-" + i + "\",\"description\":\"Does the thing of number " + i
                                        + "\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\"}}}}")
                        .collect(Collectors.joining(
                                ",",
                                "\"tools\":[",
                                "],\"resultType\":\"complete\",\"ttlMs\":0,\"cacheScope\":\"private\""));
            case "tools/call" -> "\"content\":[{\"type\":\"text\",\"text\":\"done\"}],\"resultType\":\"complete\"";
            case "ping" -> "\"resultType\":\"complete\"";
            default -> null;
        };
    }

    private static String first(Pattern pattern, String message) {
        var matcher = pattern.matcher(message);
        return matcher.find() ? matcher.group(1) : "";
    }
}
