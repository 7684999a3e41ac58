package io.penstock.peer;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.modelcontextprotocol.spec.McpError;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * Clients of the MCP Java SDK, driven by lines of JSON on the standard input until it ends. {@code {number, connection, method, params}}
 * is carried out and answered by {@code {number, result}} or {@code {number, error}}; the methods are those of MCP, and {@code connect},
 * {@code cancel} and {@code close}. {@code {answer, result}} answers a question.
 */
public final class SdkClients {

    private final Lines lines;
    private final Map<String, SdkConnection> connections = new ConcurrentHashMap<>();
    private final Map<Integer, Disposable> running = new ConcurrentHashMap<>();

    private SdkClients(Lines lines) {
        this.lines = lines;
    }

    /** Serves until the input ends. */
    public static void main(String[] arguments) throws IOException {
        var clients = new SdkClients(new Lines(new PrintStream(System.out, false, StandardCharsets.UTF_8)));
        System.setOut(System.err); // what anybody logs is not for the test
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.ERROR);
        try (var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                clients.take(line);
            }
        }
        System.exit(0); // threads of open connections would keep the process
    }

    private void take(String line) throws IOException {
        Map<?, ?> message = Lines.JSON.readValue(line, Map.class);
        if (message.get("answer") instanceof Integer number) {
            lines.answered(number, message.get("result"));
            return;
        }
        int number = (Integer) message.get("number");
        Disposable work = Mono.defer(() -> carryOut(message))
                .contextWrite(context -> context.put(Cancelling.NUMBER, number))
                .cast(Object.class)
                .defaultIfEmpty(Map.of())
                .doFinally(_ -> running.remove(number))
                .subscribe(
                        result -> lines.tell(Map.of("number", number, "result", result)),
                        failure -> lines.tell(Map.of("number", number, "error", error(failure))));
        if (!work.isDisposed()) {
            running.put(number, work);
        }
    }

    private Mono<?> carryOut(Map<?, ?> message) {
        String connection = (String) message.get("connection");
        Object params = message.get("params");
        return switch ((String) message.get("method")) {
            case "connect" -> connect(connection, (Map<?, ?>) params);
            case "close" -> connections.remove(connection).close();
            case "cancel" -> cancel(connections.get(connection), (Integer) ((Map<?, ?>) params).get("number"));
            case String method -> connections.get(connection).request(method, params);
        };
    }

    private Mono<?> connect(String name, Map<?, ?> params) {
        var connection = new SdkConnection(
                name, (String) params.get("url"), (String) params.get("token"), (String) params.get("version"), lines);
        connections.put(name, connection);
        return connection.open();
    }

    /** Ends a request here, and tells the server. */
    private Mono<Void> cancel(SdkConnection connection, int number) {
        Disposable work = running.remove(number);
        if (work != null) {
            work.dispose();
        }
        return connection.cancel(number);
    }

    private static Map<String, Object> error(Throwable failure) {
        var error = new HashMap<String, Object>();
        error.put("message", String.valueOf(failure));
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof McpError told && told.getJsonRpcError() != null) {
                error.put("code", told.getJsonRpcError().code());
                error.put("message", told.getJsonRpcError().message());
                error.put("data", told.getJsonRpcError().data());
            }
        }
        return error;
    }
}
