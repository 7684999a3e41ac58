package io.penstock.peer;

import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.transport.HttpClientSseClientTransport;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.ClientCapabilities;
import io.modelcontextprotocol.spec.McpSchema.CompleteRequest;
import io.modelcontextprotocol.spec.McpSchema.CreateMessageResult;
import io.modelcontextprotocol.spec.McpSchema.ElicitResult;
import io.modelcontextprotocol.spec.McpSchema.GetPromptRequest;
import io.modelcontextprotocol.spec.McpSchema.LoggingLevel;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceRequest;
import io.modelcontextprotocol.spec.McpSchema.ResourceContents;
import io.modelcontextprotocol.spec.McpSchema.Root;
import io.modelcontextprotocol.spec.McpSchema.SubscribeRequest;
import io.modelcontextprotocol.spec.McpSchema.UnsubscribeRequest;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import reactor.core.publisher.Mono;

/** A connection of the SDK's client, which tells what it hears and asks the test what the server asks. */
final class SdkConnection {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String name;
    private final Lines lines;
    private final Cancelling transport;
    private final McpAsyncClient client;

    /**
     * Makes it, unconnected.
     *
     * @param url ends in /sse for HTTP+SSE, which is of 2024-11-05; elsewhere the revision to ask for is wanted
     */
    SdkConnection(String name, String url, String token, String version, Lines lines) {
        this.name = name;
        this.lines = lines;
        transport = new Cancelling(transport(URI.create(url), token, version));
        client = client(version);
    }

    /** What the server answered to {@code initialize}. */
    Mono<?> open() {
        return client.initialize();
    }

    Mono<Void> cancel(int number) {
        return transport.cancel(number);
    }

    Mono<Void> close() {
        return client.closeGracefully();
    }

    /** The result, or empty where a method has none. */
    Mono<?> request(String method, Object params) {
        return switch (method) {
            case "ping" -> client.ping();
            case "tools/list" -> client.listTools();
            case "resources/list" -> client.listResources();
            case "resources/templates/list" -> client.listResourceTemplates();
            case "prompts/list" -> client.listPrompts();
            case "tools/call" -> client.callTool(Lines.JSON.convertValue(params, CallToolRequest.class));
            case "prompts/get" -> client.getPrompt(Lines.JSON.convertValue(params, GetPromptRequest.class));
            case "resources/read" -> client.readResource(Lines.JSON.convertValue(params, ReadResourceRequest.class));
            case "completion/complete" ->
                client.completeCompletion(Lines.JSON.convertValue(params, CompleteRequest.class));
            case "resources/subscribe" ->
                client.subscribeResource(Lines.JSON.convertValue(params, SubscribeRequest.class));
            case "resources/unsubscribe" ->
                client.unsubscribeResource(Lines.JSON.convertValue(params, UnsubscribeRequest.class));
            case "logging/setLevel" -> client.setLoggingLevel(Lines.JSON.convertValue(params, LoggingLevel.class));
            default -> Mono.error(new IllegalArgumentException("the SDK has no " + method));
        };
    }

    @SuppressWarnings("deprecation") // of HTTP+SSE: it is what is to be seen
    private static McpClientTransport transport(URI url, String token, String version) {
        String origin = url.getScheme() + "://" + url.getAuthority();
        HttpRequest.Builder head = HttpRequest.newBuilder();
        if (!token.isEmpty()) {
            head.header("Authorization", "Bearer " + token);
        }
        if (url.getPath().endsWith("/sse")) {
            return HttpClientSseClientTransport.builder(origin)
                    .sseEndpoint(url.getPath())
                    .requestBuilder(head)
                    .build();
        }
        return HttpClientStreamableHttpTransport.builder(origin)
                .endpoint(url.getPath())
                .supportedProtocolVersions(List.of(version))
                .resumableStreams(true)
                .requestBuilder(head)
                .build();
    }

    private McpAsyncClient client(String version) {
        var capabilities = ClientCapabilities.builder().roots(true).sampling();
        var spec = McpClient.async(transport)
                .requestTimeout(PATIENCE)
                .initializationTimeout(PATIENCE)
                .roots(Root.builder("file:///home/ada").name("ada").build())
                .sampling(asked -> ask("sampling/createMessage", asked, CreateMessageResult.class));
        if (version.compareTo("2025-06-18") >= 0) {
            boolean pages = version.compareTo("2025-11-25") >= 0;
            capabilities = pages ? capabilities.elicitation(true, true) : capabilities.elicitation();
            spec = spec.elicitation(asked -> ask("elicitation/create", asked, ElicitResult.class));
            if (pages) {
                spec = spec.urlElicitation(asked -> ask("elicitation/create", asked, ElicitResult.class));
            }
        }
        return hearing(spec.capabilities(capabilities.build())).build();
    }

    private McpClient.AsyncSpec hearing(McpClient.AsyncSpec spec) {
        return spec.toolsChangeConsumer(_ -> heard("tools/list_changed", Map.of()))
                .promptsChangeConsumer(_ -> heard("prompts/list_changed", Map.of()))
                .resourcesChangeConsumer(_ -> heard("resources/list_changed", Map.of()))
                .resourcesUpdateConsumer(read -> heard("resources/updated", Map.of("uri", uri(read))))
                .loggingConsumer(message -> heard("message", message))
                .progressConsumer(progress -> heard("progress", progress));
    }

    /** Of an updated resource the SDK tells what it read of it anew. */
    private static String uri(List<ResourceContents> read) {
        return Objects.requireNonNull(read.getFirst().uri());
    }

    private Mono<Void> heard(String notification, Object params) {
        return Mono.fromRunnable(() -> lines.heard(name, "notifications/" + notification, params));
    }

    private <T> Mono<T> ask(String method, Object params, Class<T> type) {
        return lines.ask(name, method, params, type);
    }
}
