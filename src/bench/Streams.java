import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Streams of events, one after the other on each connection: {@code Streams PORT REQUEST CONNECTIONS STREAMS EVENTS}. Each event has to come
 * once and in order, and is measured from the time that {@link Upstream} wrote into it. Prints one line of JSON.
 */
final class Streams {

    private static final Pattern PROGRESS =
            Pattern.compile("data: ?.*\"progress\":([0-9]+),\"message\":\"([0-9]+)\".*");
    private static final long LONGEST_START = 200_000_000;

    private final int port;
    private final byte[] request;
    private final int events;
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong whole = new AtomicLong();

    private Streams(int port, byte[] request, int events) {
        this.port = port;
        this.request = request;
        this.events = events;
    }

    public static void main(String[] args) throws IOException, InterruptedException, ExecutionException {
        var streams =
                new Streams(Integer.parseInt(args[0]), Files.readAllBytes(Path.of(args[1])), Integer.parseInt(args[4]));
        int connections = Integer.parseInt(args[2]);
        int each = Integer.parseInt(args[3]);
        long begun = System.nanoTime();
        long[] nanos;
        try (var threads = Executors.newFixedThreadPool(connections)) {
            var work = IntStream.range(0, connections)
                    .<Callable<long[]>>mapToObj(i -> () -> streams.connection(LONGEST_START * i / connections, each))
                    .toList();
            nanos = threads.invokeAll(work).stream()
                    .map(Future::resultNow)
                    .flatMapToLong(Arrays::stream)
                    .sorted()
                    .toArray();
        }
        System.out.printf(
                "{\"calls\":%d,\"seconds\":%.3f,\"p50_ms\":%s,\"p99_ms\":%s,\"p999_ms\":%s,\"failed\":%d}%n",
                streams.whole.get(),
                (System.nanoTime() - begun) / 1e9,
                Exchange.millis(nanos, 0.5),
                Exchange.millis(nanos, 0.99),
                Exchange.millis(nanos, 0.999),
                streams.failed.get());
    }

    /** Begins after {@code delay} nanoseconds, so that the streams are not all in step. */
    private long[] connection(long delay, int each) throws InterruptedException {
        Thread.sleep(java.time.Duration.ofNanos(delay));
        var nanos = new long[each * events];
        int seen = 0;
        try (var exchange = new Exchange(port)) {
            for (int i = 0; i < each; i++) {
                seen += stream(exchange, nanos, seen);
            }
        } catch (IOException e) {
            failed.incrementAndGet();
            System.err.println("a stream failed: " + e.getMessage());
        }
        return Arrays.copyOf(nanos, seen);
    }

    private int stream(Exchange exchange, long[] nanos, int from) throws IOException {
        int seen = 0;
        boolean result = false;
        var lines = new BufferedReader(new InputStreamReader(exchange.send(request), StandardCharsets.UTF_8));
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            long now = System.nanoTime();
            var progress = PROGRESS.matcher(line);
            if (progress.matches()) {
                if (seen >= events || Integer.parseInt(progress.group(1)) != seen + 1) {
                    throw new IOException("out of order after " + seen + ": " + line);
                }
                nanos[from + seen++] = now - Long.parseLong(progress.group(2));
            }
            result |= line.contains("\"result\":{\"content\":[]");
        }
        if (exchange.status() != 200 || seen != events || !result) {
            failed.incrementAndGet();
        } else {
            whole.incrementAndGet();
        }
        return seen;
    }
}
