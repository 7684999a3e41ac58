import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Calls the gateway as an administrator, and as whoever else has a token. */
final class Client {

    private static final int AT_ONCE = 8;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String url;
    private final String admin;
    private final AtomicInteger failed = new AtomicInteger();

    Client(String url, String admin) {
        this.url = url;
        this.admin = admin;
    }

    int failed() {
        return failed.get();
    }

    HttpResponse<String> send(String method, String path, String body) throws IOException, InterruptedException {
        return send(method, path, body, admin);
    }

    private HttpResponse<String> send(String method, String path, String body, String token)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url + path))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .header("Mcp-Protocol-Version", "2025-11-25")
                .header("Authorization", "Bearer " + token)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    /** The answer's body; what is refused ends the run. */
    String want(int status, String method, String path, String body) throws IOException, InterruptedException {
        var answer = send(method, path, body);
        if (answer.statusCode() != status) {
            throw new IOException(method + " " + path + " was answered " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }

    static String call(String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":{" + params + "}}";
    }

    double[] calls(String path, String body, List<String> tokens, int count) throws Exception {
        return calls(List.of(path), body, tokens, count);
    }

    /** So many calls, some at once, to the paths and with the tokens in turn. Gives each call's milliseconds, in order. */
    double[] calls(List<String> paths, String body, List<String> tokens, int count) throws Exception {
        var next = new AtomicInteger();
        var millis = new double[count];
        Callable<Void> caller = () -> {
            for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                long begun = System.nanoTime();
                var answer = send("POST", paths.get(i % paths.size()), body, tokens.get(i % tokens.size()));
                millis[i] = (System.nanoTime() - begun) / 1e6;
                if (answer.statusCode() != 200 || !answer.body().contains("\"result\"")) {
                    if (failed.incrementAndGet() < 5) {
                        System.err.println(answer.statusCode() + " " + answer.body());
                    }
                }
            }
            return null;
        };
        try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            for (var done : threads.invokeAll(
                    IntStream.range(0, AT_ONCE).mapToObj(_ -> caller).toList())) {
                done.get();
            }
        }
        Arrays.sort(millis);
        return millis;
    }

    String admin() {
        return admin;
    }
}
