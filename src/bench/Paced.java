import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Calls at a fixed pace, each measured from the moment it was due, so that a stall counts for every call that it delayed:
 * {@code Paced PORT REQUEST ANSWER CONNECTIONS CALLS_A_SECOND SECONDS}. A blocking thread a connection. Every answer is compared with the
 * file ANSWER. Prints one line of JSON.
 */
final class Paced {

    private final int port;
    private final byte[] request;
    private final byte[] answer;
    private final AtomicLong failed = new AtomicLong();

    private Paced(int port, byte[] request, byte[] answer) {
        this.port = port;
        this.request = request;
        this.answer = answer;
    }

    public static void main(String[] args) throws IOException, InterruptedException, ExecutionException {
        var paced = new Paced(
                Integer.parseInt(args[0]), Files.readAllBytes(Path.of(args[1])), Files.readAllBytes(Path.of(args[2])));
        int connections = Integer.parseInt(args[3]);
        int rate = Integer.parseInt(args[4]);
        int seconds = Integer.parseInt(args[5]);
        long[] nanos;
        try (var threads = Executors.newFixedThreadPool(connections)) {
            long gap = 1_000_000_000L * connections / rate;
            long start = System.nanoTime() + 500_000_000;
            var work = IntStream.range(0, connections)
                    .<Callable<long[]>>mapToObj(i ->
                            () -> paced.connection(start + gap * i / connections, gap, rate * seconds / connections))
                    .toList();
            nanos = threads.invokeAll(work).stream()
                    .map(Future::resultNow)
                    .flatMapToLong(Arrays::stream)
                    .sorted()
                    .toArray();
        }
        System.out.printf(
                "{\"calls\":%d,\"seconds\":%d,\"p50_ms\":%s,\"p99_ms\":%s,\"p999_ms\":%s,\"failed\":%d}%n",
                nanos.length,
                seconds,
                Exchange.millis(nanos, 0.5),
                Exchange.millis(nanos, 0.99),
                Exchange.millis(nanos, 0.999),
                paced.failed.get());
    }

    private long[] connection(long start, long gap, int calls) {
        var nanos = new long[calls];
        int done = 0;
        try (var exchange = new Exchange(port)) {
            for (; done < calls; done++) {
                long due = start + gap * done;
                for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                byte[] got = exchange.send(request).readAllBytes();
                nanos[done] = System.nanoTime() - due;
                if (exchange.status() != 200 || !Arrays.equals(got, answer)) {
                    failed.incrementAndGet();
                }
            }
        } catch (IOException e) {
            failed.incrementAndGet();
            System.err.println("a paced call failed: " + e.getMessage());
        }
        return Arrays.copyOf(nanos, done);
    }
}
