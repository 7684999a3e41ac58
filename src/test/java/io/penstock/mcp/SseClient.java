package io.penstock.mcp;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A client of the 2024-11-05 revision that does what a test says: one open stream, and messages posted to where it names. */
final class SseClient implements AutoCloseable {

    private static final String END = "(end)";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final URI base;
    private final String token;
    private final HttpResponse<Stream<String>> stream;

    SseClient(URI endpoint, String token) throws Exception {
        this.base = endpoint;
        this.token = token;
        this.stream = http.send(request(endpoint).GET().build(), BodyHandlers.ofLines());
        Thread.ofVirtual().start(() -> {
            try {
                stream.body().forEach(lines::add);
            } catch (RuntimeException broken) {
                // the test closed it, or the server did
            }
            lines.add(END);
        });
    }

    private HttpRequest.Builder request(URI uri) {
        return HttpRequest.newBuilder(uri)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json");
    }

    int status() {
        return stream.statusCode();
    }

    /** The next line that begins so, without its beginning; null where the stream ends before. */
    String next(String beginning) throws InterruptedException {
        while (true) {
            String line = lines.poll(20, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError("Nothing that begins with \"" + beginning + "\" came");
            }
            if (line.equals(END)) {
                return null;
            }
            if (line.startsWith(beginning)) {
                return line.substring(beginning.length());
            }
        }
    }

    String data() throws InterruptedException {
        return next("data: ");
    }

    HttpResponse<String> post(String address, String message) throws Exception {
        return post(address, message, token);
    }

    HttpResponse<String> post(String address, String message, String otherToken) throws Exception {
        return http.send(
                HttpRequest.newBuilder(base.resolve(address))
                        .header("Authorization", "Bearer " + otherToken)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(message))
                        .build(),
                BodyHandlers.ofString());
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
