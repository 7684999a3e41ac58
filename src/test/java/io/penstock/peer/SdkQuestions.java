package io.penstock.peer;

import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.CreateMessageRequest;
import io.modelcontextprotocol.spec.McpSchema.ElicitFormRequest;
import io.modelcontextprotocol.spec.McpSchema.ElicitResult;
import io.modelcontextprotocol.spec.McpSchema.ElicitUrlRequest;
import io.modelcontextprotocol.spec.McpSchema.Role;
import io.modelcontextprotocol.spec.McpSchema.Root;
import io.modelcontextprotocol.spec.McpSchema.SamplingMessage;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The tools that ask the client something in the middle of a call. */
final class SdkQuestions {

    private SdkQuestions() {}

    static List<SyncToolSpecification> tools() {
        return List.of(
                SdkTools.tool("test_sampling", SdkTools.required("prompt", "string"), SdkQuestions::sample),
                SdkTools.tool("test_missing_capability", Map.of(), (exchange, _) -> {
                    sampled(exchange, "needs sampling");
                    return SdkTools.text("ok");
                }),
                SdkTools.tool("test_elicitation", SdkTools.required("message", "string"), SdkQuestions::elicit),
                SdkTools.tool("test_elicitation_url", Map.of(), (exchange, _) -> show(exchange)),
                SdkTools.tool(
                        "test_input_required_result_list_roots",
                        Map.of(),
                        (exchange, _) -> SdkTools.text("roots: "
                                + exchange.listRoots().roots().stream()
                                        .map(Root::uri)
                                        .collect(Collectors.joining(", ")))),
                SdkTools.tool("test_input_required_result_multi_round", Map.of(), (exchange, _) -> rounds(exchange)));
    }

    /** What the user says about one thing. */
    static ElicitResult asked(McpSyncServerExchange exchange, String message, String... names) {
        var properties =
                List.of(names).stream().collect(Collectors.toMap(name -> name, _ -> (Object) Map.of("type", "string")));
        Map<String, Object> schema = Map.of("type", "object", "properties", properties, "required", List.of(names));
        return exchange.createElicitation(
                ElicitFormRequest.builder(message, schema).build());
    }

    private static CallToolResult sample(McpSyncServerExchange exchange, CallToolRequest call) {
        return SdkTools.text(
                "LLM response: " + sampled(exchange, (String) call.arguments().get("prompt")));
    }

    private static String sampled(McpSyncServerExchange exchange, String prompt) {
        var message = SamplingMessage.builder(
                        Role.USER, TextContent.builder(prompt).build())
                .build();
        var answer = exchange.createMessage(
                CreateMessageRequest.builder(List.of(message), 100).build());
        return ((TextContent) answer.content()).text();
    }

    private static CallToolResult elicit(McpSyncServerExchange exchange, CallToolRequest call) {
        var given = asked(exchange, (String) call.arguments().get("message"), "username", "email");
        String content = given.content() == null
                ? "{}"
                : "{\"username\":\"" + given.content().get("username") + "\",\"email\":\""
                        + given.content().get("email") + "\"}";
        return SdkTools.text("User response: action=" + action(given) + ", content=" + content);
    }

    private static CallToolResult show(McpSyncServerExchange exchange) {
        var given = exchange.createElicitation(
                ElicitUrlRequest.builder("Sign in there", "https://example.com/sign-in", "sign-in-1")
                        .build());
        return SdkTools.text("Visit: action=" + action(given));
    }

    private static CallToolResult rounds(McpSyncServerExchange exchange) {
        var name =
                asked(exchange, "Step 1: What is your name?", "name").content().get("name");
        var color = asked(exchange, "Step 2: What is your favorite color?", "color")
                .content()
                .get("color");
        return SdkTools.text(name + " likes " + color);
    }

    private static String action(ElicitResult given) {
        return given.action().name().toLowerCase(Locale.ROOT);
    }
}
