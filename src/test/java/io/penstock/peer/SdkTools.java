package io.penstock.peer;

import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.LoggingLevel;
import io.modelcontextprotocol.spec.McpSchema.LoggingMessageNotification;
import io.modelcontextprotocol.spec.McpSchema.ProgressNotification;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/** The tools that ask nobody anything. */
final class SdkTools {

    private static final String PICTURES = """
            {"content":[{"type":"text","text":"Multiple content types test:"},
              {"type":"image","data":"%s","mimeType":"image/png"},
              {"type":"resource","resource":{"uri":"test://mixed-content-resource","mimeType":"application/json",
                "text":"{\\"test\\":\\"data\\",\\"value\\":123}"}}]}""".formatted(SdkContents.PNG);

    private static final Map<String, Semaphore> WALKS = new ConcurrentHashMap<>();

    private SdkTools() {}

    static List<SyncToolSpecification> all(String logger) {
        return List.of(
                tool(
                        "echo",
                        required("text", "string"),
                        (_, call) -> text((String) call.arguments().get("text"))),
                tool("test_simple_text", Map.of(), (_, _) -> text("This is a simple text response for testing.")),
                tool("sleep_ms", required("ms", "integer", "every", "integer"), SdkTools::sleep),
                tool("walk", required("name", "string", "steps", "integer"), SdkTools::walk),
                tool("go_on", required("name", "string"), (_, call) -> goOn(name(call))),
                tool("big_text", required("bytes", "integer"), (_, call) -> text("x".repeat(number(call, "bytes", 0)))),
                tool("test_multiple_content_types", Map.of(), (_, _) -> read(PICTURES)),
                tool(
                        "test_error_handling",
                        Map.of(),
                        (_, _) -> CallToolResult.builder()
                                .addTextContent("This tool intentionally returns an error for testing")
                                .isError(true)
                                .build()),
                tool("test_tool_with_logging", Map.of(), (exchange, _) -> log(exchange, logger)),
                tool(
                        "test_x_mcp_header",
                        required("region", "string"),
                        (_, call) -> text("region=" + call.arguments().get("region"))));
    }

    static SyncToolSpecification tool(
            String name,
            Map<String, Object> input,
            BiFunction<McpSyncServerExchange, CallToolRequest, CallToolResult> handler) {
        var schema = new LinkedHashMap<String, Object>(Map.of("type", "object"));
        schema.putAll(input);
        return SyncToolSpecification.builder()
                .tool(Tool.builder(name, schema).description(name).build())
                .callHandler(handler)
                .build();
    }

    /** Of a schema with properties of types, by turns; the first of them is required. */
    static Map<String, Object> required(String... namesAndTypes) {
        var properties = new LinkedHashMap<String, Object>();
        for (int i = 0; i < namesAndTypes.length; i += 2) {
            properties.put(namesAndTypes[i], Map.of("type", namesAndTypes[i + 1]));
        }
        return Map.of("properties", properties, "required", List.of(namesAndTypes[0]));
    }

    static CallToolResult text(String text) {
        return CallToolResult.builder().addTextContent(text).build();
    }

    private static CallToolResult read(String json) {
        return SdkContents.read(json, CallToolResult.class);
    }

    private static int number(CallToolRequest call, String name, int otherwise) {
        return call.arguments().get(name) instanceof Number number ? number.intValue() : otherwise;
    }

    private static CallToolResult sleep(McpSyncServerExchange exchange, CallToolRequest call) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(number(call, "ms", 0));
        long every = TimeUnit.MILLISECONDS.toNanos(number(call, "every", 100));
        for (int step = 1; System.nanoTime() < end; step++) {
            long left = Math.min(every, Math.max(1, end - System.nanoTime()));
            await(() -> TimeUnit.NANOSECONDS.sleep(left));
            if (call.progressToken() != null) {
                exchange.progressNotification(
                        ProgressNotification.builder(call.progressToken(), step).build());
            }
        }
        return text("slept " + number(call, "ms", 0));
    }

    /** The next event of progress comes only when go_on was called with its name: a client that hears none gets no answer. */
    private static CallToolResult walk(McpSyncServerExchange exchange, CallToolRequest call) {
        int steps = number(call, "steps", 1);
        var allowed = new Semaphore(0);
        WALKS.put(name(call), allowed);
        for (int step = 1; step <= steps; step++) {
            exchange.progressNotification(
                    ProgressNotification.builder(call.progressToken(), step).build());
            await(allowed::acquire);
        }
        WALKS.remove(name(call));
        return text("walked " + steps);
    }

    private static CallToolResult goOn(String name) {
        var walk = WALKS.get(name);
        if (walk != null) walk.release();
        return text(name);
    }

    private static String name(CallToolRequest call) {
        return (String) call.arguments().get("name");
    }

    private static CallToolResult log(McpSyncServerExchange exchange, String logger) {
        for (String message : List.of("Tool execution started", "Tool processing data", "Tool execution completed")) {
            exchange.loggingNotification(LoggingMessageNotification.builder(LoggingLevel.INFO, message)
                    .logger(logger)
                    .build());
            await(() -> TimeUnit.MILLISECONDS.sleep(50));
        }
        return text("Tool with logging executed successfully");
    }

    private interface Wait {
        void end() throws InterruptedException;
    }

    private static void await(Wait wait) {
        try {
            wait.end();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("stopped", stopped);
        }
    }
}
