package io.penstock.egress.plain;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/** A server that writes just the bytes that a test wants to be written, a thread for each connection. */
final class Peer implements AutoCloseable {

    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");

    final List<String> heard = new CopyOnWriteArrayList<>();
    final AtomicInteger connections = new AtomicInteger();
    final AtomicInteger gone = new AtomicInteger();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final ServerSocket server;

    /** What is done on each connection; its end closes it. */
    interface Script {
        void play(Line line) throws IOException;
    }

    Peer(Script script) {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var _ = Thread.startVirtualThread(() -> accept(script));
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/mcp");
    }

    private void accept(Script script) {
        try {
            while (true) {
                var socket = server.accept();
                sockets.add(socket);
                connections.incrementAndGet();
                var _ = Thread.startVirtualThread(() -> play(socket, script));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private void play(Socket socket, Script script) {
        try (socket) {
            script.play(new Line(socket.getInputStream(), socket.getOutputStream()));
        } catch (IOException hungUp) {
            // as the test wants it
        }
        gone.incrementAndGet();
    }

    /** One connection. */
    final class Line {

        private final InputStream in;
        private final OutputStream out;

        private Line(InputStream in, OutputStream out) {
            this.in = in;
            this.out = out;
        }

        /** Whether its last request was the first that was heard at all. */
        boolean isFirst() {
            return heard.size() == 1;
        }

        /** Reads a request. */
        String hear() throws IOException {
            var text = new StringBuilder();
            while (text.indexOf("\r\n\r\n") < 0) {
                text.append((char) read());
            }
            var length = LENGTH.matcher(text);
            if (length.find()) {
                text.append(new String(in.readNBytes(Integer.parseInt(length.group(1))), US_ASCII));
            }
            heard.add(text.toString());
            return text.toString();
        }

        private int read() throws IOException {
            int read = in.read();
            if (read < 0) {
                throw new EOFException();
            }
            return read;
        }

        void say(String text) throws IOException {
            out.write(text.getBytes(US_ASCII));
            out.flush();
        }

        void answer(String body) throws IOException {
            say("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n"
                    + body);
        }

        void stream() throws IOException {
            say("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
        }

        void chunk(String text) throws IOException {
            say(Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
        }

        /** Until the other side hangs up. */
        void await() throws IOException {
            var _ = in.readAllBytes();
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
