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
 * Streams that stay open, as many as the gateway lets: {@code Many PORT REQUEST STREAMS}. Prints a line of JSON when each was let in or turned away (503), or
 * half a minute after the last was asked for, and holds what was opened until its standard input ends.
 */
final class Many {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int AT_ONCE = 32;

    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
    private int opened;
    private int refused;
    private int broken;

    private Many() throws IOException {
        selector = Selector.open();
    }

    public static void main(String[] args) throws IOException {
        new Many().run(Integer.parseInt(args[0]), Files.readAllBytes(Path.of(args[1])), Integer.parseInt(args[2]));
        while (System.in.read() >= 0) {}
    }

    private void run(int port, byte[] request, int count) throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        for (int asked = 0; asked < count; asked++) {
            var channel = SocketChannel.open(address);
            channel.write(ByteBuffer.wrap(request));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            if (asked % AT_ONCE == 0) {
                selector.select(this::hear, 10);
            }
        }
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (opened + refused + broken < count && System.nanoTime() < end) {
            selector.select(this::hear, 100);
        }
        System.out.printf("{\"open\":%d,\"refused\":%d,\"broken\":%d}%n", opened, refused, broken);
        System.out.flush();
    }

    private void hear(SelectionKey key) {
        boolean known = key.attachment() != null;
        try {
            buffer.clear();
            if (((SocketChannel) key.channel()).read(buffer) < 0) {
                throw new IOException("closed");
            }
            if (!known) {
                String head = StandardCharsets.ISO_8859_1.decode(buffer.flip()).toString();
                key.attach(head);
                opened += head.contains(" 200 ") ? 1 : 0;
                refused += head.contains(" 503 ") ? 1 : 0;
            }
        } catch (IOException gone) {
            key.cancel();
            broken += known ? 0 : 1;
        }
    }
}
