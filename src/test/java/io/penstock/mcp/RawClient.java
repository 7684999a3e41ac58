package io.penstock.mcp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Writes requests as they stand, from a loopback address of choice, and reads what comes. */
final class RawClient {

    private static final int PATIENCE_MILLIS = 20_000;
    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}";
    private static final String POLICY_VIOLATION = "\u0003\u00f0";

    private RawClient() {}

    static String get(String path, String... headers) {
        return head("GET " + path, with(headers)) + "\r\n";
    }

    static String post(String path, String body, String... headers) {
        var all = with(
                headers,
                "Content-Type: application/json",
                "Accept: application/json, text/event-stream",
                "Content-Length: " + body.length());
        return head("POST " + path, all) + "\r\n" + body;
    }

    private static String head(String line, String... headers) {
        boolean closes = Arrays.stream(headers).noneMatch(header -> header.startsWith("Connection:"));
        var head = new StringBuilder(line + " HTTP/1.1\r\nHost: localhost\r\n");
        Stream.of(headers).forEach(header -> head.append(header).append("\r\n"));
        return head.append(closes ? "Connection: close\r\n" : "").toString();
    }

    static String[] with(String[] headers, String... more) {
        return Stream.concat(Stream.of(headers), Stream.of(more)).toArray(String[]::new);
    }

    static int status(String answer) {
        return Integer.parseInt(answer.substring(9, 12));
    }

    /** Everything up to the end of the connection. */
    static String whole(String from, int port, String request) throws IOException {
        return read(from, port, request, answer -> false);
    }

    /** The head of the answer. */
    static String head(String from, int port, String request) throws IOException {
        return read(from, port, request, answer -> answer.contains("\r\n\r\n"));
    }

    /** 200 where a WebSocket answers a ping, 401 where it is closed for who opened it, else the status that it is not opened with. */
    static int socket(String from, int port, String path, String... headers) throws IOException {
        var all = with(
                headers,
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Protocol: mcp",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
        try (var socket = connect(from, port)) {
            send(socket, head("GET " + path, all) + "\r\n");
            String opened = read(socket, heard -> heard.contains("\r\n\r\n"));
            if (!opened.startsWith("HTTP/1.1 101")) {
                return status(opened);
            }
            send(socket, frame(PING));
            String heard = read(socket, text -> text.contains("\"id\":7") || text.contains(POLICY_VIOLATION));
            return heard.contains("\"id\":7") ? 200 : 401;
        }
    }

    /** A stream that stays open. */
    record Line(Socket socket) implements AutoCloseable {

        /** What comes up to and with that text. */
        String until(String text) throws IOException {
            return read(socket, heard -> heard.contains(text));
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    static Line open(String from, int port, String request) throws IOException {
        Socket socket = connect(from, port);
        send(socket, request);
        return new Line(socket);
    }

    /** A text frame of a client: masked with nothing. */
    private static String frame(String text) {
        return "\u0081" + (char) (0x80 | text.length()) + "\0\0\0\0" + text;
    }

    private static String read(String from, int port, String request, Predicate<String> enough) throws IOException {
        try (var socket = connect(from, port)) {
            send(socket, request);
            return read(socket, enough);
        }
    }

    private static Socket connect(String from, int port) throws IOException {
        var socket = new Socket();
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    private static String read(Socket socket, Predicate<String> enough) throws IOException {
        var heard = new ByteArrayOutputStream();
        String answer = "";
        for (int next = 0; next >= 0 && !enough.test(answer); answer = heard.toString(ISO_8859_1)) {
            next = socket.getInputStream().read();
            if (next >= 0) {
                heard.write(next);
            }
        }
        return answer;
    }
}
