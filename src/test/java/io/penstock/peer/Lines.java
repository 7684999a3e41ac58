package io.penstock.peer;

import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.json.McpJsonMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** One JSON object a line, to the test that drives this process, and its answers to what it was asked. */
final class Lines {

    static final McpJsonMapper JSON = McpJsonDefaults.getMapper();

    private final PrintStream out;
    private final AtomicInteger asked = new AtomicInteger();
    private final Map<Integer, Sinks.One<Object>> questions = new ConcurrentHashMap<>();

    Lines(PrintStream out) {
        this.out = out;
    }

    void tell(Map<String, Object> message) {
        try {
            String line = JSON.writeValueAsString(message);
            synchronized (out) {
                out.println(line);
                out.flush();
            }
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    void heard(String connection, String method, Object params) {
        tell(Map.of("connection", connection, "heard", method, "params", params));
    }

    /** The test's answer as a value of a type; it never comes when the test does not give it. */
    <T> Mono<T> ask(String connection, String method, Object params, Class<T> type) {
        return Mono.defer(() -> {
            int number = asked.incrementAndGet();
            Sinks.One<Object> answer = Sinks.one();
            questions.put(number, answer);
            tell(Map.of("connection", connection, "ask", number, "method", method, "params", params));
            return answer.asMono().map(given -> JSON.convertValue(given, type));
        });
    }

    void answered(int number, Object answer) {
        questions.remove(number).tryEmitValue(answer).orThrow();
    }
}
