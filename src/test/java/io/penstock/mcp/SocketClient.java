package io.penstock.mcp;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The JDK's WebSocket client, with what it hears in a queue. */
final class SocketClient implements WebSocket.Listener, AutoCloseable {

    /** How the other side closed. */
    record Closed(int code, String reason) {}

    final CompletableFuture<Closed> closed = new CompletableFuture<>();

    private final HttpClient http = HttpClient.newHttpClient();
    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> pings = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private final WebSocket socket;

    private volatile boolean reads;

    SocketClient(URI uri, @Nullable String token) {
        this(uri, token, true);
    }

    /** One that reads nothing until it is woken. */
    static SocketClient lazy(URI uri, String token) {
        return new SocketClient(uri, token, false);
    }

    /** One that offers other subprotocols, or none. */
    static SocketClient offering(URI uri, String token, String... subprotocols) {
        return new SocketClient(uri, token, true, subprotocols);
    }

    private SocketClient(URI uri, @Nullable String token, boolean reads) {
        this(uri, token, reads, "mcp");
    }

    private SocketClient(URI uri, @Nullable String token, boolean reads, String... subprotocols) {
        this.reads = reads;
        var builder = http.newWebSocketBuilder();
        if (subprotocols.length > 0) {
            builder.subprotocols(subprotocols[0], Arrays.copyOfRange(subprotocols, 1, subprotocols.length));
        }
        if (token != null) {
            builder.header("Authorization", "Bearer " + token);
        }
        socket = builder.buildAsync(uri, this).join();
    }

    @Override
    public void onOpen(WebSocket opened) {
        if (reads) {
            opened.request(1);
        }
    }

    void wake() {
        reads = true;
        socket.request(1);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
        text.append(part);
        if (last) {
            messages.add(text.toString());
            text.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
        pings.add("ping");
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(new Closed(code, reason));
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        closed.completeExceptionally(error);
    }

    String subprotocol() {
        return socket.getSubprotocol();
    }

    void say(String message) {
        socket.sendText(message, true).join();
    }

    void sayInParts(List<String> parts) {
        for (int i = 0; i < parts.size(); i++) {
            socket.sendText(parts.get(i), i == parts.size() - 1).join();
        }
    }

    void sayBinary(byte[] message) {
        socket.sendBinary(ByteBuffer.wrap(message), true).join();
    }

    String heard() throws InterruptedException {
        return next(messages);
    }

    void pinged() throws InterruptedException {
        next(pings);
    }

    private static String next(BlockingQueue<String> queue) throws InterruptedException {
        String next = queue.poll(20, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("Nothing came");
        }
        return next;
    }

    Closed closing() throws Exception {
        return closed.get(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        socket.abort();
        http.shutdownNow();
    }
}
