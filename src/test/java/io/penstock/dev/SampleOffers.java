package io.penstock.dev;

import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncPromptSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncResourceSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.GetPromptResult;
import io.modelcontextprotocol.spec.McpSchema.ProgressNotification;
import io.modelcontextprotocol.spec.McpSchema.Prompt;
import io.modelcontextprotocol.spec.McpSchema.PromptArgument;
import io.modelcontextprotocol.spec.McpSchema.PromptMessage;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceResult;
import io.modelcontextprotocol.spec.McpSchema.Resource;
import io.modelcontextprotocol.spec.McpSchema.Role;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.TextResourceContents;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/** What the sample MCP server offers: one thing of each kind that is worth seeing through a gateway. */
final class SampleOffers {

    private static final int STEPS = 5;
    private static final String ABOUT = "sample://about";

    private SampleOffers() {}

    static <S extends McpServer.SyncSpecification<S>> McpServer.SyncSpecification<S> put(
            McpServer.SyncSpecification<S> server) {
        return server.serverInfo("penstock-sample", "1.0.0")
                .instructions("A small server to try a gateway with")
                .capabilities(ServerCapabilities.builder()
                        .tools(true)
                        .resources(false, true)
                        .prompts(true)
                        .logging()
                        .build())
                .tools(echo(), add(), clock(), slow())
                .resources(about())
                .prompts(greeting());
    }

    private static SyncToolSpecification echo() {
        return tool(
                "echo",
                "Says what you say",
                object(Map.of("text", string()), "text"),
                (_, call) -> text(String.valueOf(call.arguments().get("text"))));
    }

    private static SyncToolSpecification add() {
        Map<String, Object> number = Map.of("type", "number");
        return tool(
                "add",
                "Adds two numbers",
                object(Map.of("a", number, "b", number), "a", "b"),
                (_, call) -> text(String.valueOf(number(call, "a") + number(call, "b"))));
    }

    private static double number(CallToolRequest call, String name) {
        return ((Number) call.arguments().get(name)).doubleValue();
    }

    private static SyncToolSpecification clock() {
        return tool(
                "time",
                "Says what time it is, UTC",
                object(Map.of()),
                (_, _) -> text(Instant.now().toString()));
    }

    private static SyncToolSpecification slow() {
        return tool("slow", "Takes five steps of 200 ms and tells its progress", object(Map.of()), SampleOffers::walk);
    }

    private static CallToolResult walk(McpSyncServerExchange exchange, CallToolRequest call) {
        try {
            for (int step = 1; step <= STEPS; step++) {
                TimeUnit.MILLISECONDS.sleep(200);
                if (call.progressToken() != null) {
                    exchange.progressNotification(ProgressNotification.builder(call.progressToken(), step)
                            .total((double) STEPS)
                            .message("step " + step)
                            .build());
                }
            }
            return text("done");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return text("stopped");
        }
    }

    private static SyncResourceSpecification about() {
        return new SyncResourceSpecification(
                Resource.builder(ABOUT, "about").mimeType("text/plain").build(),
                (_, _) -> ReadResourceResult.builder(List.of(TextResourceContents.builder(ABOUT, "A sample resource")
                                .mimeType("text/plain")
                                .build()))
                        .build());
    }

    private static SyncPromptSpecification greeting() {
        return new SyncPromptSpecification(
                Prompt.builder("greeting")
                        .description("Asks for a greeting")
                        .arguments(List.of(
                                PromptArgument.builder("name").required(true).build()))
                        .build(),
                (_, request) -> GetPromptResult.builder(List.of(PromptMessage.builder(
                                        Role.USER,
                                        TextContent.builder("Greet "
                                                        + request.arguments().get("name"))
                                                .build())
                                .build()))
                        .build());
    }

    private static SyncToolSpecification tool(
            String name,
            String description,
            Map<String, Object> input,
            BiFunction<McpSyncServerExchange, CallToolRequest, CallToolResult> handler) {
        return SyncToolSpecification.builder()
                .tool(Tool.builder(name, input).description(description).build())
                .callHandler(handler)
                .build();
    }

    private static Map<String, Object> object(Map<String, Object> properties, String... required) {
        return Map.of("type", "object", "properties", properties, "required", List.of(required));
    }

    private static Map<String, Object> string() {
        return Map.of("type", "string");
    }

    private static CallToolResult text(String text) {
        return CallToolResult.builder().addTextContent(text).build();
    }
}
