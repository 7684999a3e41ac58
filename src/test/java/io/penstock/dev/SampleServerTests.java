package io.penstock.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientSseClientTransport;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SampleServerTests {

    private static final HttpRequest.Builder SHOWING_THE_TOKEN =
            HttpRequest.newBuilder().header("Authorization", "Bearer good");

    private SampleServer server;

    @BeforeEach
    void start() throws Exception {
        server = SampleServer.start(0, Set.of("good"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void offersItsToolsOverStreamableHttp() {
        assertThat(toolsOver(HttpClientStreamableHttpTransport.builder(server.url(""))
                        .endpoint("/mcp")
                        .requestBuilder(SHOWING_THE_TOKEN)
                        .build()))
                .containsExactlyInAnyOrder("echo", "add", "time", "slow");
    }

    @Test
    @SuppressWarnings("deprecation") // of the transport: servers of the 2024 revision speak no other
    void offersItsToolsOverHttpWithSse() {
        assertThat(toolsOver(HttpClientSseClientTransport.builder(server.url(""))
                        .sseEndpoint("/sse")
                        .requestBuilder(SHOWING_THE_TOKEN)
                        .build()))
                .containsExactlyInAnyOrder("echo", "add", "time", "slow");
    }

    @Test
    void theSlowToolTellsItsProgress() {
        var steps = new AtomicInteger();

        try (McpSyncClient client = McpClient.sync(HttpClientStreamableHttpTransport.builder(server.url(""))
                        .endpoint("/mcp")
                        .requestBuilder(SHOWING_THE_TOKEN)
                        .build())
                .progressConsumer(_ -> steps.incrementAndGet())
                .build()) {
            client.initialize();
            var result = client.callTool(CallToolRequest.builder("slow")
                    .arguments(Map.of())
                    .progressToken("p")
                    .build());

            assertThat(result.content().getFirst()).extracting("text").isEqualTo("done");
        }

        assertThat(steps).hasValue(5);
    }

    @Test
    void refusesAnotherToken() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create(server.url("/sse")))
                    .header("Authorization", "Bearer bad")
                    .build();

            assertThat(http.send(request, BodyHandlers.discarding()).statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void saysWhenThePortIsTaken() {
        int taken = URI.create(server.url("/")).getPort();

        assertThatThrownBy(() -> SampleServer.start(taken, Set.of("good"))).hasMessageContaining(String.valueOf(taken));
    }

    private static Iterable<String> toolsOver(McpClientTransport transport) {
        try (McpSyncClient client = McpClient.sync(transport).build()) {
            client.initialize();
            var echoed = client.callTool(CallToolRequest.builder("echo")
                    .arguments(Map.of("text", "hello"))
                    .build());
            assertThat(((TextContent) echoed.content().getFirst()).text()).isEqualTo("hello");
            return client.listTools().tools().stream().map(Tool::name).toList();
        }
    }
}
