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
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Calls, as many as wanted, whatever becomes of them: {@code Load PORT REQUEST CONNECTIONS PER_SECOND SECONDS}. With 0 a second each connection
 * sends its next call when the last one is answered (a closed loop); else calls are due at that pace, on whichever connection is free, and those
 * for which none is free are held up (an open loop). Prints a line of JSON. Times are of calls that were answered with 200, from when they were sent.
 */
final class Load {

    private static final int MOST_TIMES = 4_000_000;
    private static final int LONGEST_HEAD = 2048;
    private static final int STATUS_AT = "HTTP/1.1 ".length();
    private static final byte[] CONTENT_LENGTH = "content-length: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] RETRY_AFTER = "retry-after: ".getBytes(StandardCharsets.US_ASCII);

    private final InetSocketAddress address;
    private final byte[] request;
    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
    private final ArrayDeque<Client> free = new ArrayDeque<>();
    private final long[] times = new long[MOST_TIMES];
    private int good;
    private int shed;
    private int unwaited;
    private int failed;
    private int open;

    /** One connection, and how much of its answer is still to come. */
    private final class Client {

        private final SocketChannel channel;
        private final byte[] head = new byte[LONGEST_HEAD];
        private long sent;
        private long received;
        private long left = -1;

        Client() throws IOException {
            channel = SocketChannel.open(address);
            channel.configureBlocking(false);
            channel.socket().setTcpNoDelay(true);
            channel.register(selector, SelectionKey.OP_READ, this);
            open++;
        }

        void send() throws IOException {
            sent = System.nanoTime();
            var bytes = ByteBuffer.wrap(request);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }

        /** Whether the answer is whole. */
        boolean read() throws IOException {
            buffer.clear();
            int count = channel.read(buffer);
            if (count < 0) {
                throw new IOException("closed");
            }
            if (left >= 0) {
                left -= count;
                return left == 0;
            }
            int room = Math.min(count, head.length - (int) Math.min(received, head.length));
            buffer.flip().get(head, (int) received, room);
            received += count;
            int end = endOfHead((int) Math.min(received, head.length));
            if (end < 0) {
                return false;
            }
            begin(end);
            return left == 0;
        }

        /** Without making objects: there are tens of thousands a second, and the upstream needs the same core. */
        private int endOfHead(int length) throws IOException {
            for (int i = 3; i < length; i++) {
                if (head[i] == '\n' && head[i - 2] == '\n') {
                    return i + 1;
                }
            }
            if (length == head.length) {
                throw new IOException("a long head");
            }
            return -1;
        }

        private void begin(int end) throws IOException {
            int length = field(CONTENT_LENGTH, end);
            if (length < 0) {
                throw new IOException("no length");
            }
            left = number(length) - (received - end);
            int status = number(STATUS_AT);
            if (status == 200) {
                times[good % MOST_TIMES] = System.nanoTime() - sent;
                good++;
            } else if (status == 503 || status == 429) {
                shed++;
                unwaited += field(RETRY_AFTER, end) < 0 ? 1 : 0;
            } else {
                failed++;
            }
        }

        /** Where the value of the field begins; -1 where there is none. */
        private int field(byte[] name, int end) {
            for (int line = 1; line < end - name.length; line++) {
                if (head[line - 1] == '\n' && isAt(line, name)) {
                    return line + name.length;
                }
            }
            return -1;
        }

        private boolean isAt(int place, byte[] name) {
            for (int i = 0; i < name.length; i++) {
                if ((head[place + i] | 0x20) != (name[i] | 0x20)) {
                    return false;
                }
            }
            return true;
        }

        private int number(int place) {
            int number = 0;
            for (int i = place; head[i] >= '0' && head[i] <= '9'; i++) {
                number = number * 10 + head[i] - '0';
            }
            return number;
        }

        void next() {
            received = 0;
            left = -1;
        }
    }

    private Load(int port, byte[] request) throws IOException {
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.request = request;
        this.selector = Selector.open();
    }

    public static void main(String[] args) throws IOException {
        var load = new Load(Integer.parseInt(args[0]), Files.readAllBytes(Path.of(args[1])));
        load.run(Integer.parseInt(args[2]), Integer.parseInt(args[3]), Integer.parseInt(args[4]));
    }

    private void run(int connections, int perSecond, int seconds) throws IOException {
        for (int i = 0; i < connections; i++) {
            free.add(new Client());
        }
        long begun = System.nanoTime();
        long end = begun + seconds * 1_000_000_000L;
        long due = 0;
        long heldUp = 0;
        for (long now = begun; now < end; now = System.nanoTime()) {
            long wanted = perSecond == 0 ? Long.MAX_VALUE : (long) ((now - begun) / 1e9 * perSecond);
            while (due < wanted && !free.isEmpty()) {
                free.poll().send();
                due++;
            }
            if (perSecond != 0 && due < wanted) {
                heldUp += wanted - due;
                due = wanted;
            }
            selector.select(this::hear, 1);
        }
        report((System.nanoTime() - begun) / 1e9, heldUp);
    }

    private void hear(SelectionKey key) {
        var client = (Client) key.attachment();
        try {
            if (client.read()) {
                client.next();
                free.add(client);
            }
        } catch (IOException broken) {
            failed++;
            key.cancel();
            open--;
        }
    }

    private void report(double seconds, long heldUp) {
        int count = Math.min(good, MOST_TIMES);
        Arrays.sort(times, 0, count);
        System.out.printf(
                "{\"good\":%d,\"per_second\":%.0f,\"shed\":%d,\"held_up\":%d,\"without_retry_after\":%d,\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"failed\":%d}%n",
                good, good / seconds, shed, heldUp, unwaited, at(count, 0.5), at(count, 0.99), failed);
    }

    private double at(int count, double part) {
        return count == 0 ? 0 : times[(int) (count * part)] / 1e6;
    }
}
