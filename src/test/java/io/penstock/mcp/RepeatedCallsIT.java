package io.penstock.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.audit.Trail;
import io.penstock.catalog.DriftPolicy;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Features;
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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.server.HttpServerResponse;

/** An upstream that dies in the middle of a call that passes to it as it is. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "DATA_DIR=target/repeated-calls-it",
            "AUTH_ENCRYPTION_SECRET=Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
            "JWT_SECRET_KEY=" + RepeatedCallsIT.SIGNING,
            "penstock.health.poll=1h",
            "UPSTREAM_ALLOWED_CIDRS=127.0.0.0/8"
        })
class RepeatedCallsIT {

    static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";

    private static final String CALL =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"work\","
                    + "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                    + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}";
    private static final String RESULT =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"complete\",\"content\":[]}}";
    private static final String PROGRESS =
            "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":1,\"progress\":1}}\n\n";

    @LocalServerPort
    private int port;

    @Autowired
    private Gateways gateways;

    @Autowired
    private Features features;

    @Autowired
    private Catalog catalog;

    @Autowired
    private Trail trail;

    @Autowired
    private MeterRegistry meters;

    private final HttpClient client = HttpClient.newHttpClient();
    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private String gateway = "";

    private void register(boolean repeats, String annotations) {
        var draft = new Gateways.Draft(
                "up-" + UUID.randomUUID(),
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
                repeats,
                null);
        var created = gateways.create(draft, "owner@example.com").block();
        gateway = created.id().toString();
        Sightings.seen(gateways, created);
        var tool = new Features.Discovered("work", "{\"name\":\"work\",\"annotations\":{" + annotations + "}}");
        var _ = features.replace(created, Feature.Kind.TOOL, List.of(tool), Long.MAX_VALUE)
                .block();
        var _ = catalog.refresh().block();
    }

    @AfterEach
    void close() {
        upstream.close();
        client.shutdownNow();
    }

    private HttpResponse<String> call() throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/gateways/" + gateway + "/mcp"))
                .header("Authorization", "Bearer " + Bearers.token(SIGNING, "alice@example.com"))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .header("MCP-Protocol-Version", "2026-07-28")
                .header("Mcp-Method", "tools/call")
                .header("Mcp-Name", "work")
                .POST(HttpRequest.BodyPublishers.ofString(CALL))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    private static Publisher<Void> hangUp(HttpServerResponse response) {
        return Mono.fromRunnable(() -> response.withConnection(Connection::dispose));
    }

    private void dies(int times) {
        var deaths = new AtomicInteger();
        upstream.script = (request, response) ->
                deaths.getAndIncrement() < times ? hangUp(response) : ScriptedUpstream.json(response, RESULT);
    }

    @Test
    void aCallThatMayBeRepeatedIsSentAgainAndThatIsSaid() throws Exception {
        register(true, "\"idempotentHint\":true");
        dies(1);

        var answer = call();

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(RESULT);
        assertThat(upstream.seen).hasSize(2);
        assertThat(meters.get("penstock.calls.repeated")
                        .tag("gateway", gateway)
                        .counter()
                        .count())
                .isEqualTo(1);
        var query = new Trail.Query("alice@example.com", "tools/call", "gateway", gateway, null, null, null, null);
        await().untilAsserted(() -> assertThat(
                        trail.list(query, 10).collectList().block())
                .singleElement()
                .satisfies(noted -> assertThat(noted.entry().detail()).contains("sent again")));
    }

    @Test
    void itIsSentAgainOnce() throws Exception {
        register(true, "\"readOnlyHint\":true");
        dies(9);

        assertThat(call().statusCode()).isEqualTo(502);
        assertThat(upstream.seen).hasSize(2);
    }

    @Test
    void otherCallsAreNot() throws Exception {
        dies(9);

        register(true, "\"destructiveHint\":false");
        assertThat(call().statusCode()).isEqualTo(502);
        assertThat(upstream.seen).hasSize(1);
        register(false, "\"idempotentHint\":true");
        assertThat(call().statusCode()).isEqualTo(502);
        assertThat(upstream.seen).hasSize(2);
    }

    @Test
    void aStreamGoesOnWithTheSecondTry() throws Exception {
        register(true, "\"idempotentHint\":true");
        var deaths = new AtomicInteger();
        upstream.script = (request, response) -> {
            boolean first = deaths.getAndIncrement() == 0;
            var rest = first
                    ? Flux.<String>error(new IllegalStateException("dies"))
                    : Flux.just("data: " + RESULT + "\n\n");
            return response.sse().sendString(Flux.just(PROGRESS).concatWith(rest));
        };

        var answer = call();

        assertThat(answer.body()).containsOnlyOnce("notifications/progress").contains(RESULT);
        assertThat(upstream.seen).hasSize(2);
    }
}
