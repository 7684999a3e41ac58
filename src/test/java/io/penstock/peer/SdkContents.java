package io.penstock.peer;

import io.modelcontextprotocol.server.McpServerFeatures.SyncCompletionSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncPromptSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncResourceSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncResourceTemplateSpecification;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema.BlobResourceContents;
import io.modelcontextprotocol.spec.McpSchema.CompleteRequest;
import io.modelcontextprotocol.spec.McpSchema.CompleteResult;
import io.modelcontextprotocol.spec.McpSchema.CompleteResult.CompleteCompletion;
import io.modelcontextprotocol.spec.McpSchema.GetPromptResult;
import io.modelcontextprotocol.spec.McpSchema.Prompt;
import io.modelcontextprotocol.spec.McpSchema.PromptArgument;
import io.modelcontextprotocol.spec.McpSchema.PromptMessage;
import io.modelcontextprotocol.spec.McpSchema.PromptReference;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceResult;
import io.modelcontextprotocol.spec.McpSchema.Resource;
import io.modelcontextprotocol.spec.McpSchema.ResourceContents;
import io.modelcontextprotocol.spec.McpSchema.ResourceTemplate;
import io.modelcontextprotocol.spec.McpSchema.Role;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.TextResourceContents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Resources, prompts, and what completes their arguments. */
final class SdkContents {

    static final String PNG =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";

    private SdkContents() {}

    static List<SyncResourceSpecification> resources(String scheme) {
        return List.of(
                text(scheme, "static-text", "This is the content of the static text resource."),
                fixed(
                        BlobResourceContents.builder(scheme + "://static-binary", PNG)
                                .mimeType("image/png")
                                .build(),
                        "static-binary"),
                text(scheme, "watched-resource", "Watched resource content"));
    }

    private static SyncResourceSpecification text(String scheme, String name, String text) {
        return fixed(words(scheme + "://" + name, "text/plain", text), name);
    }

    private static TextResourceContents words(String uri, String type, String text) {
        return TextResourceContents.builder(uri, text).mimeType(type).build();
    }

    private static SyncResourceSpecification fixed(ResourceContents contents, String name) {
        return new SyncResourceSpecification(
                Resource.builder(contents.uri(), name)
                        .mimeType(contents.mimeType())
                        .build(),
                (_, _) -> ReadResourceResult.builder(List.of(contents)).build());
    }

    static SyncResourceTemplateSpecification template(String scheme) {
        return new SyncResourceTemplateSpecification(
                ResourceTemplate.builder(scheme + "://template/{id}/data", "template")
                        .mimeType("application/json")
                        .build(),
                (_, request) -> {
                    String id = request.uri().split("/", -1)[3];
                    var contents = words(request.uri(), "application/json", "{\"id\":\"" + id + "\"}");
                    return ReadResourceResult.builder(List.of(contents)).build();
                });
    }

    static List<SyncPromptSpecification> prompts() {
        return List.of(
                new SyncPromptSpecification(
                        prompt("test_simple_prompt"), (_, _) -> said("This is a simple prompt for testing.")),
                new SyncPromptSpecification(prompt("test_prompt_with_arguments", "arg1", "arg2"), (_, request) -> {
                    Map<String, Object> given = request.arguments();
                    return said("Prompt with arguments: arg1='" + given.get("arg1") + "', arg2='" + given.get("arg2")
                            + "'");
                }),
                new SyncPromptSpecification(
                        prompt("test_input_required_result_prompt"),
                        (exchange, _) -> said("Context: "
                                + SdkQuestions.asked(exchange, "What context should the prompt use?", "context")
                                        .content()
                                        .get("context"))));
    }

    private static Prompt prompt(String name, String... arguments) {
        return Prompt.builder(name)
                .description(name)
                .arguments(Stream.of(arguments)
                        .map(argument ->
                                PromptArgument.builder(argument).required(true).build())
                        .toList())
                .build();
    }

    private static GetPromptResult said(String text) {
        var message = PromptMessage.builder(Role.USER, TextContent.builder(text).build())
                .build();
        return GetPromptResult.builder(List.of(message)).build();
    }

    static SyncCompletionSpecification completion() {
        return new SyncCompletionSpecification(
                new PromptReference("test_prompt_with_arguments"), (_, request) -> completed(request));
    }

    private static CompleteResult completed(CompleteRequest request) {
        String begun = request.argument().value();
        if (begun.equals("fail")) {
            throw McpError.builder(4711)
                    .message("Out of places")
                    .data(Map.of("place", "nowhere"))
                    .build();
        }
        var values = Stream.of("paris", "park", "party")
                .filter(value -> value.startsWith(begun))
                .toList();
        return new CompleteResult(new CompleteCompletion(values, values.size(), false));
    }

    static <T> T read(String json, Class<T> type) {
        try {
            return Lines.JSON.readValue(json, type);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
