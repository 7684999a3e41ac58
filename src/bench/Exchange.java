import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** One keep-alive connection on loopback: sends ready requests, reads answers. */
final class Exchange implements AutoCloseable {

    private static final int ANSWER_MILLIS = 15_000;

    private final Socket socket;
    private final InputStream in;
    private int status;

    Exchange(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(ANSWER_MILLIS);
        in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
    }

    /** Sends the request, reads the head of the answer and gives its body, which has to be read to its end before the next one. */
    InputStream send(byte[] request) throws IOException {
        socket.getOutputStream().write(request);
        status = Integer.parseInt(line().split(" ", 3)[1]);
        int length = 0;
        boolean chunked = false;
        for (var line = line(); !line.isEmpty(); line = line()) {
            var lower = line.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring(15).strip());
            }
            chunked |= lower.startsWith("transfer-encoding:") && lower.endsWith("chunked");
        }
        return new Body(chunked ? -1 : length);
    }

    int status() {
        return status;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the connection ended in the head of an answer");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    /** A body of known length or in chunks. */
    private final class Body extends InputStream {

        private final boolean chunked;
        private int left;
        private boolean ended;

        Body(int length) {
            chunked = length < 0;
            left = Math.max(0, length);
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0 && chunked && !ended) {
                left = Integer.parseInt(line().split(";", 2)[0].strip(), 16);
                ended = left == 0;
                if (ended) {
                    line();
                }
            }
            if (left == 0) {
                return -1;
            }
            int read = in.read(bytes, offset, Math.min(left, length));
            if (read < 0) {
                throw new EOFException("the connection ended in the body of an answer");
            }
            left -= read;
            if (left == 0 && chunked) {
                line();
            }
            return read;
        }
    }

    /** The value below which {@code share} of the sorted nanoseconds are, in milliseconds as JSON writes them. */
    static String millis(long[] sorted, double share) {
        long nanos =
                sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1L, (long) (sorted.length * share))];
        return String.format(Locale.ROOT, "%.3f", nanos / 1e6);
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
