import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Streams that stay open and quiet: {@code Idle PORT REQUEST STREAMS UPSTREAM_PORT}. Opens them all and prints a line of JSON; at each line
 * on standard input has {@link Upstream} send one event to all, waits until each has it, and prints another line; ends with the input.
 */
final class Idle {

    private static final int AT_ONCE = 64;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final InetSocketAddress address;
    private final byte[] request;
    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);

    private Idle(int port, byte[] request) throws IOException {
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.request = request;
        this.selector = Selector.open();
    }

    public static void main(String[] args) throws IOException {
        var idle = new Idle(Integer.parseInt(args[0]), Files.readAllBytes(Path.of(args[1])));
        int wanted = Integer.parseInt(args[2]);
        long begun = System.nanoTime();
        int open = 0;
        for (int left = wanted; left > 0; left -= AT_ONCE) {
            int now = Math.min(left, AT_ONCE);
            idle.open(now);
            open += idle.await(now, "text/event-stream");
        }
        report("open", open, wanted, begun);
        while (System.in.read() >= 0) {
            begun = System.nanoTime();
            try (var trigger = new Exchange(Integer.parseInt(args[3]))) {
                var event = "POST /event HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";
                trigger.send(Exchange.ascii(event)).readAllBytes();
            }
            report("delivered", idle.await(wanted, "list_changed"), wanted, begun);
        }
    }

    private static void report(String what, int count, int wanted, long begun) {
        System.out.printf(
                "{\"%s\":%d,\"ms\":%d,\"failed\":%d}%n",
                what, count, (System.nanoTime() - begun) / 1_000_000, wanted - count);
        System.out.flush();
    }

    private void open(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            var channel = SocketChannel.open(address);
            channel.write(ByteBuffer.wrap(request));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, new StringBuilder());
        }
    }

    /** Reads until so many streams have said the word, or patience ends; gives how many did. What they said before is forgotten. */
    private int await(int count, String word) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        int done = 0;
        selector.keys().forEach(key -> ((StringBuilder) key.attachment()).setLength(0));
        while (done < count && System.nanoTime() < end) {
            selector.select(100);
            for (var key : selector.selectedKeys()) {
                done += hears((SocketChannel) key.channel(), key, word) ? 1 : 0;
            }
            selector.selectedKeys().clear();
        }
        return done;
    }

    private boolean hears(SocketChannel channel, SelectionKey key, String word) throws IOException {
        buffer.clear();
        if (channel.read(buffer) < 0) {
            channel.close();
            return false;
        }
        var said = (StringBuilder) key.attachment();
        boolean before = said.indexOf(word) >= 0;
        said.append(StandardCharsets.US_ASCII.decode(buffer.flip()));
        return !before && said.indexOf(word) >= 0;
    }
}
