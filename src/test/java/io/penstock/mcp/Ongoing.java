package io.penstock.mcp;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Something that a client has under way, and how it ends.
 *
 * @param end what was heard up to the end, and when that was
 */
record Ongoing(String what, CompletableFuture<Heard> end) {

    private static final String SESSIONS =
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\"}}";
    private static final String LISTEN = """
            {"jsonrpc":"2.0","id":8,"method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},
            "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",
            "io.modelcontextprotocol/clientCapabilities":{}}}}""";

    /** @param nanos as {@link System#nanoTime} counts */
    record Heard(String text, long nanos) {}

    /** How many milliseconds after that it was over. */
    long millisAfter(long nanos) throws Exception {
        return TimeUnit.NANOSECONDS.toMillis(heard().nanos() - nanos);
    }

    Heard heard() throws Exception {
        return end.get(20, TimeUnit.SECONDS);
    }

    /** Whoever opens these. */
    record Opener(HttpClient client, String root, String path, String token) {

        private URI uri(String below) {
            return URI.create(root + path + below);
        }

        private HttpRequest.Builder request(String... headers) {
            var builder = HttpRequest.newBuilder(uri("/mcp"))
                    .header("Authorization", "Bearer " + token)
                    .header("Accept", "application/json, text/event-stream")
                    .header("Content-Type", "application/json");
            return headers.length == 0 ? builder : builder.headers(headers);
        }

        private Ongoing sent(String what, HttpRequest request) {
            return new Ongoing(
                    what,
                    client.sendAsync(request, BodyHandlers.ofString())
                            .thenApply(HttpResponse::body)
                            .exceptionally(broken -> "broken: " + broken)
                            .thenApply(Opener::now));
        }

        private static Heard now(String text) {
            return new Heard(text, System.nanoTime());
        }

        Ongoing call(String tool) {
            return sent(
                    "a call that " + tool + "s",
                    request("MCP-Protocol-Version", "2025-11-25")
                            .POST(HttpRequest.BodyPublishers.ofString(SESSIONS.formatted(tool)))
                            .build());
        }

        Ongoing stream() {
            return sent(
                    "a GET stream",
                    request("MCP-Protocol-Version", "2025-11-25").GET().build());
        }

        Ongoing listen() {
            return sent(
                    "subscriptions/listen",
                    request("MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "subscriptions/listen")
                            .POST(HttpRequest.BodyPublishers.ofString(LISTEN))
                            .build());
        }

        /** A call on a line of HTTP+SSE. */
        Ongoing line(String tool) throws Exception {
            var sse = new SseClient(uri("/sse"), token);
            var _ = sse.post(sse.data(), SESSIONS.formatted(tool));
            var end = new CompletableFuture<Heard>();
            Thread.ofVirtual().start(() -> {
                try (sse) {
                    List<String> lines = new ArrayList<>();
                    for (String line = sse.next(""); line != null; line = sse.next("")) {
                        lines.add(line);
                    }
                    end.complete(now(String.join("\n", lines)));
                } catch (InterruptedException | AssertionError failure) {
                    end.completeExceptionally(failure);
                }
            });
            return new Ongoing("a line of HTTP+SSE", end);
        }

        /** A call on a WebSocket. */
        Ongoing socket(String tool) {
            var socket = new SocketClient(URI.create(uri("/ws").toString().replace("http:", "ws:")), token);
            socket.say(SESSIONS.formatted(tool));
            return new Ongoing("a WebSocket", socket.closed.thenApply(closed -> {
                var last = new StringBuilder();
                try (socket) {
                    last.append(socket.heard());
                } catch (InterruptedException | AssertionError none) {
                    last.append("nothing");
                }
                return now(last + " " + closed.code() + " " + closed.reason());
            }));
        }
    }
}
