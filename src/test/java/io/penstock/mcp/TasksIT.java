package io.penstock.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.catalog.DriftPolicy;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Features;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.Transport;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Catalog;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import reactor.core.publisher.Mono;

/** A task of an upstream without sessions, whose messages pass, behind the endpoint of everything. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "DATA_DIR=target/tasks-it",
            "AUTH_ENCRYPTION_SECRET=Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
            "JWT_SECRET_KEY=" + TasksIT.SIGNING,
            "UPSTREAM_ALLOWED_CIDRS=127.0.0.0/8"
        })
class TasksIT {

    static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";

    @LocalServerPort
    private int port;

    @Autowired
    private Gateways gateways;

    @Autowired
    private Features features;

    @Autowired
    private Catalog catalog;

    private final HttpClient client = HttpClient.newHttpClient();
    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private final String name = "up-" + UUID.randomUUID();

    @BeforeEach
    void register() {
        var draft = new Gateways.Draft(
                name,
                URI.create("http://127.0.0.1:" + upstream.port() + "/mcp"),
                null,
                Transport.STREAMABLEHTTP,
                new UpstreamAuth.None(),
                Visibility.PUBLIC,
                null,
                List.of(),
                List.of(),
                null,
                DriftPolicy.WARN,
                false,
                null);
        Gateway created = gateways.create(draft, "owner@example.com").block();
        Sightings.seen(gateways, created);
        var tool = new Features.Discovered("work", "{\"name\":\"work\",\"inputSchema\":{\"type\":\"object\"}}");
        var _ = features.replace(created, Feature.Kind.TOOL, List.of(tool), Long.MAX_VALUE)
                .block();
        var _ = catalog.refresh().block();
    }

    @AfterEach
    void close() {
        upstream.close();
        client.shutdownNow();
    }

    private HttpResponse<String> post(String method, String named, String params) throws Exception {
        return post("alice@example.com", method, named, params);
    }

    private HttpResponse<String> post(String user, String method, String named, String params) throws Exception {
        String body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":{" + params
                + ",\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                + "\"io.modelcontextprotocol/clientCapabilities\":{\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}}}}";
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/mcp"))
                .header("Authorization", "Bearer " + Bearers.token(SIGNING, user))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .header("MCP-Protocol-Version", "2026-07-28")
                .header("Mcp-Method", method)
                .header("Mcp-Name", named)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    @Test
    void theIdThatACallIsAnsweredWithFindsTheTask() throws Exception {
        upstream.script = (request, response) -> ScriptedUpstream.json(
                response,
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"task\",\"taskId\":\"t.1\",\"status\":\"working\"}}");
        var called = post("tools/call", name + "-work", "\"name\":\"" + name + "-work\"");

        assertThat(called.body()).contains("\"taskId\":\"" + name + ".t.1\",\"status\":\"working\"");
        upstream.script = (request, response) -> response.header("content-type", "text/event-stream")
                .sendString(Mono.just("data: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"complete\","
                        + "\"taskId\":\"t.1\",\"status\":\"completed\"}}\n\n"));
        var got = post("tasks/get", name + ".t.1", "\"taskId\":\"" + name + ".t.1\"");

        assertThat(upstream.last().headers().get("mcp-name")).isEqualTo("t.1");
        assertThat(upstream.last().body()).contains("\"taskId\":\"t.1\"");
        assertThat(got.body()).contains("\"taskId\":\"" + name + ".t.1\",\"status\":\"completed\"");

        int asked = upstream.seen.size();
        var another = post("bob@example.com", "tasks/get", name + ".t.1", "\"taskId\":\"" + name + ".t.1\"");
        assertThat(another.statusCode()).isEqualTo(400);
        assertThat(another.body()).contains("-32602", "Unknown task: " + name + ".t.1");
        assertThat(upstream.seen.size()).isEqualTo(asked);
    }
}
