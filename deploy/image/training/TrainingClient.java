import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What clients of each era do, and an administrator who registers upstreams for them. */
final class TrainingClient {

    private static final Pattern ID = Pattern.compile("\"id\"\\s*:\\s*\"([0-9a-f-]{36})\"");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int CALLS_OF_A_LINE = 20;
    private static final Map<String, String> IN_2025 = Map.of("MCP-Protocol-Version", "2025-11-25");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();
    private final String gateway;
    private final String management;
    private final String token;

    TrainingClient(int port, int management, String key) throws Exception {
        this.gateway = "http://127.0.0.1:" + port;
        this.management = "http://127.0.0.1:" + management;
        this.token = token(key);
    }

    private static String token(String key) throws Exception {
        long now = System.currentTimeMillis() / 1000;
        String claims =
                """
                {"iss":"penstock","aud":"penstock","sub":"admin@example.com","email":"admin@example.com","is_admin":true,"teams":[],\
                "jti":"training","iat":%d,"exp":%d}"""
                        .formatted(now, now + 3600);
        String signed = base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + base64(claims.getBytes(StandardCharsets.UTF_8));
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return signed + "." + base64(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Returns when the gateway is ready. */
    void await(Process process, long seconds) throws Exception {
        var probe = HttpRequest.newBuilder(URI.create(management + "/actuator/health/readiness"))
                .timeout(PATIENCE)
                .build();
        for (long end = System.nanoTime() + seconds * 1_000_000_000; System.nanoTime() < end && process.isAlive(); ) {
            try {
                if (client.send(probe, HttpResponse.BodyHandlers.ofString()).statusCode() == 200) {
                    return;
                }
            } catch (IOException notYet) {
                Thread.sleep(20); // nobody listens there yet
            }
        }
        throw new IllegalStateException("the gateway did not become ready");
    }

    void work(int upstreams, int calls) throws Exception {
        var gateways = List.of(
                registered("stateless", upstreams, "/stateless", "STREAMABLEHTTP"),
                registered("session", upstreams, "/session", "STREAMABLEHTTP"),
                registered("line", upstreams, "/sse", "SSE"));
        String server = created(
                "/servers",
                "{\"name\": \"all\", \"name_style\": \"prefixed\", \"gateways\": [\"" + String.join("\", \"", gateways) + "\"]}");
        for (String id : gateways) {
            clients("/gateways/" + id, "echo", calls);
        }
        clients("/servers/" + server, "stateless-echo", calls);
        clients("/servers/" + server, "session-echo", calls);
        alone("/gateways/" + gateways.get(1) + "/mcp", calls);
        administrator(gateways.getFirst());
    }

    private String registered(String name, int port, String path, String transport) throws Exception {
        return created(
                "/gateways",
                """
                {"name": "%s", "url": "http://127.0.0.1:%d%s", "transport": "%s", "auth_type": "bearer", "auth_token": "sample"}"""
                        .formatted(name, port, path, transport));
    }

    private String created(String path, String body) throws Exception {
        var answer = posted(path, body, Map.of());
        var id = ID.matcher(answer.body());
        if (answer.statusCode() != 201 || !id.find()) {
            throw new IllegalStateException(path + " answered " + answer.statusCode() + " " + answer.body());
        }
        return id.group(1);
    }

    private void clients(String path, String tool, int calls) throws Exception {
        withSession(path + "/mcp", tool, calls);
        stateless(path + "/mcp", tool, calls);
        line(path, tool);
    }

    /** 2025-11-25 with a session: its lists, its calls, its end. */
    private void withSession(String path, String tool, int calls) throws Exception {
        var opened = expected("protocolVersion", posted(path, initialize("2025-11-25"), Map.of()));
        var headers = new HashMap<>(IN_2025);
        opened.headers().firstValue("Mcp-Session-Id").ifPresent(id -> headers.put("Mcp-Session-Id", id));
        posted(path, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}", headers);
        expected(tool, posted(path, "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/list\"}", headers));
        for (int i = 0; i < calls; i++) {
            expected("hello", posted(path, call(tool, i + 3), headers));
        }
        client.send(request(path, headers).DELETE().build(), HttpResponse.BodyHandlers.discarding());
    }

    /** 2025-11-25 without a session. */
    private void alone(String path, int calls) throws Exception {
        for (int i = 0; i < calls; i++) {
            expected("hello", posted(path, call("echo", i), IN_2025));
        }
    }

    /** 2026-07-28. */
    private void stateless(String path, String tool, int calls) throws Exception {
        expected("supportedVersions", modern(path, "server/discover", "", Map.of()));
        expected(tool, modern(path, "tools/list", "", Map.of()));
        String params = "\"name\":\"" + tool + "\",\"arguments\":{\"text\":\"hello\"},";
        for (int i = 0; i < calls; i++) {
            expected("hello", modern(path, "tools/call", params, Map.of("Mcp-Name", tool)));
        }
    }

    private HttpResponse<String> modern(String path, String method, String params, Map<String, String> more)
            throws Exception {
        var headers = new HashMap<>(more);
        headers.put("MCP-Protocol-Version", "2026-07-28");
        headers.put("Mcp-Method", method);
        String message =
                """
                {"jsonrpc":"2.0","id":1,"method":"%s","params":{%s"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",\
                "io.modelcontextprotocol/clientInfo":{"name":"training","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}}}"""
                        .formatted(method, params);
        return posted(path, message, headers);
    }

    /** 2024-11-05: a stream down, and each message up by itself. */
    private void line(String path, String tool) throws Exception {
        var open = request(path + "/sse", Map.of("Accept", "text/event-stream")).GET().build();
        try (var lines = client.send(open, HttpResponse.BodyHandlers.ofLines()).body()) {
            Iterator<String> data = lines.filter(line -> line.startsWith("data:"))
                    .map(line -> line.substring("data:".length()).strip())
                    .iterator();
            URI endpoint = URI.create(gateway + path + "/sse").resolve(data.next());
            String message = endpoint.getRawPath() + "?" + endpoint.getRawQuery();
            posted(message, initialize("2024-11-05"), Map.of());
            expected("protocolVersion", data.next());
            posted(message, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}", Map.of());
            for (int i = 0; i < CALLS_OF_A_LINE; i++) {
                posted(message, call(tool, i + 2), Map.of());
                expected("hello", data.next());
            }
        }
    }

    /** Reads what operators and pages read. */
    private void administrator(String id) throws Exception {
        var paths = new ArrayList<>(List.of("/gateways", "/gateways/" + id, "/servers", "/tools", "/auth/me", "/health", "/ready"));
        paths.add("/openapi.json");
        for (String path : paths) {
            int status = client.send(request(path, Map.of()).GET().build(), HttpResponse.BodyHandlers.ofString())
                    .statusCode();
            if (status != 200) {
                throw new IllegalStateException(path + " answered " + status);
            }
        }
        var metrics = HttpRequest.newBuilder(URI.create(management + "/actuator/prometheus")).timeout(PATIENCE).build();
        client.send(metrics, HttpResponse.BodyHandlers.discarding());
    }

    private static String initialize(String version) {
        return """
               {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"%s","capabilities":{},\
               "clientInfo":{"name":"training","version":"1"}}}"""
                .formatted(version);
    }

    private static String call(String tool, int id) {
        return "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\",\"arguments\":{\"text\":\"hello\"}}}"
                .formatted(id, tool);
    }

    private HttpResponse<String> posted(String path, String body, Map<String, String> headers) throws Exception {
        var request = request(path, headers)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path, Map<String, String> headers) {
        var request = HttpRequest.newBuilder(URI.create(gateway + path))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + token);
        if (!headers.containsKey("Accept")) {
            request.header("Accept", "application/json, text/event-stream");
        }
        headers.forEach(request::header);
        return request;
    }

    private static HttpResponse<String> expected(String part, HttpResponse<String> answer) {
        expected(part, answer.statusCode() + " " + answer.body());
        return answer;
    }

    private static void expected(String part, String answer) {
        if (!answer.contains(part)) {
            throw new IllegalStateException("no " + part + " in " + answer);
        }
    }
}
