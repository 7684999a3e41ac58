package io.penstock.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.GetPromptRequest;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceRequest;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import io.penstock.Tokens;
import io.penstock.dev.SampleServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The MCP Java SDK on both sides: its client, the whole application, and its server behind a credential of its own. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "DATA_DIR=target/java-sdk-it",
            "AUTH_ENCRYPTION_SECRET=Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
            "JWT_SECRET_KEY=" + JavaSdkIT.SIGNING,
            "UPSTREAM_ALLOWED_HOSTS=localhost"
        })
class JavaSdkIT {

    static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";

    @LocalServerPort
    private int port;

    private String register(SampleServer server, String token) throws Exception {
        String body = """
                {"name":"sample-%s","url":"%s","transport":"STREAMABLEHTTP","auth_type":"bearer","auth_token":"good"}""".formatted(server.url("/mcp").hashCode(), server.url("/mcp"));
        try (var http = HttpClient.newHttpClient()) {
            var created = http.send(
                    HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/gateways"))
                            .header("Authorization", "Bearer " + token)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
            assertThat(created.body()).doesNotContain("\"good\"");
            return created.headers().firstValue("location").orElseThrow();
        }
    }

    @Test
    void speaksThroughTheGatewayAsIfItWereNotThere() throws Exception {
        String token = Tokens.administrator(SIGNING);
        var steps = new AtomicInteger();
        try (var server = SampleServer.start(0, Set.of("good"))) {
            String gateway = URI.create(register(server, token)).getPath();
            var transport = HttpClientStreamableHttpTransport.builder("http://localhost:" + port)
                    .endpoint(gateway + "/mcp")
                    .requestBuilder(HttpRequest.newBuilder().header("Authorization", "Bearer " + token))
                    .build();
            try (McpSyncClient client = McpClient.sync(transport)
                    .progressConsumer(_ -> steps.incrementAndGet())
                    .build()) {
                assertThat(client.initialize().serverInfo().name()).isEqualTo("penstock-sample");
                assertThat(client.listTools().tools().stream().map(Tool::name))
                        .containsExactlyInAnyOrder("echo", "add", "time", "slow");

                var echoed = client.callTool(CallToolRequest.builder("echo")
                        .arguments(Map.of("text", "héllo"))
                        .build());
                assertThat(((TextContent) echoed.content().getFirst()).text()).isEqualTo("héllo");
                var slow = client.callTool(CallToolRequest.builder("slow")
                        .arguments(Map.of())
                        .progressToken("p")
                        .build());
                assertThat(((TextContent) slow.content().getFirst()).text()).isEqualTo("done");
                assertThat(client.readResource(ReadResourceRequest.builder("sample://about")
                                        .build())
                                .contents())
                        .isNotEmpty();
                var prompt = client.listPrompts().prompts().getFirst();
                assertThat(client.getPrompt(GetPromptRequest.builder(prompt.name())
                                        .arguments(Map.of("name", "Ada"))
                                        .build())
                                .messages())
                        .isNotEmpty();
            }
        }

        assertThat(steps).hasValue(5);
    }
}
