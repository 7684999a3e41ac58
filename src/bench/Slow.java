import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * A reader that does not keep up, among many that do: {@code Slow PORT REQUEST FLOOD STREAMS EVENTS UPSTREAM_PORT}. Opens the streams, has
 * {@link Upstream} send events to all of them, then once more while one more connection asks for a flood and does not read it. Prints one
 * line of JSON: how late the events were, from written to read, and how late while all kept up.
 */
final class Slow {

    private static final Pattern AT = Pattern.compile("\"at\":\"([0-9]+)\"");
    private static final byte[] EVENT =
            Exchange.ascii("POST /event HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
    private static final long EACH_NANOS = 100_000_000;
    private static final long PATIENCE_NANOS = 10_000_000_000L;
    private static final int SMALL = 4096;

    private final Selector selector = Selector.open();
    private final ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
    private final long[] nanos;
    private int seen;

    private Slow(int most) throws IOException {
        nanos = new long[most];
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        int port = Integer.parseInt(args[0]);
        byte[] request = Files.readAllBytes(Path.of(args[1]));
        byte[] flood = Files.readAllBytes(Path.of(args[2]));
        int streams = Integer.parseInt(args[3]);
        int events = Integer.parseInt(args[4]);
        int upstream = Integer.parseInt(args[5]);
        var slow = new Slow(streams * events);
        slow.open(port, request, streams);
        long begun = System.nanoTime();
        long[] alone = slow.round(upstream, streams, events);
        long[] beside;
        try (var reader = new Socket()) {
            reader.setReceiveBufferSize(SMALL);
            reader.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            reader.getOutputStream().write(flood);
            if (reader.getInputStream().readNBytes(12)[9] != '2') {
                throw new IOException("the flood was refused");
            }
            Thread.sleep(500); // until all that lies between is full
            beside = slow.round(upstream, streams, events);
        }
        System.out.printf(
                "{\"calls\":%d,\"seconds\":%.3f,\"streams\":%d,\"alone_p50_ms\":%s,\"alone_p99_ms\":%s,\"p50_ms\":%s,\"p99_ms\":%s,\"failed\":%d}%n",
                alone.length + beside.length,
                (System.nanoTime() - begun) / 1e9,
                streams,
                Exchange.millis(alone, 0.5),
                Exchange.millis(alone, 0.99),
                Exchange.millis(beside, 0.5),
                Exchange.millis(beside, 0.99),
                2 * streams * events - alone.length - beside.length);
    }

    /** Opens the streams and waits until each has its head. */
    private void open(int port, byte[] request, int streams) throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        for (int i = 0; i < streams; i++) {
            var channel = SocketChannel.open(address);
            channel.write(ByteBuffer.wrap(request));
            buffer.clear();
            var head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0 && channel.read(buffer.clear()) >= 0) {
                head.append(StandardCharsets.US_ASCII.decode(buffer.flip()));
            }
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, new StringBuilder());
        }
    }

    /** The sorted times of all that came. */
    private long[] round(int upstream, int streams, int events) throws IOException {
        seen = 0;
        try (var trigger = new Exchange(upstream)) {
            long next = System.nanoTime();
            for (int i = 0; i < events; i++) {
                next += EACH_NANOS;
                var sending = Thread.ofVirtual().start(() -> send(trigger));
                read(next, streams * events);
                join(sending);
            }
        }
        read(System.nanoTime() + PATIENCE_NANOS, streams * events);
        long[] all = Arrays.copyOf(nanos, seen);
        Arrays.sort(all);
        return all;
    }

    private static void send(Exchange trigger) {
        try {
            trigger.send(EVENT).readAllBytes();
        } catch (IOException e) {
            System.err.println("no event was sent: " + e.getMessage());
        }
    }

    private static void join(Thread sending) throws IOException {
        try {
            sending.join();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private void read(long until, int all) throws IOException {
        for (long left = until - System.nanoTime(); left > 0 && seen < all; left = until - System.nanoTime()) {
            selector.select(Math.max(1, left / 1_000_000));
            for (var key : selector.selectedKeys()) {
                read((SocketChannel) key.channel(), (StringBuilder) key.attachment());
            }
            selector.selectedKeys().clear();
        }
    }

    private void read(SocketChannel channel, StringBuilder said) throws IOException {
        if (channel.read(buffer.clear()) < 0) {
            channel.close();
            return;
        }
        long now = System.nanoTime();
        said.append(StandardCharsets.US_ASCII.decode(buffer.flip()));
        var at = AT.matcher(said);
        int end = 0;
        while (at.find()) {
            nanos[seen++] = now - Long.parseLong(at.group(1));
            end = at.end();
        }
        said.delete(0, end);
    }
}
