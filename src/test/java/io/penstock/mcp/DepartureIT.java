package io.penstock.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.Unpooled;
import io.penstock.Penstock;
import io.penstock.Tokens;
import io.penstock.catalog.Gateways;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.netty.http.server.HttpServerResponse;
import tools.jackson.databind.json.JsonMapper;

/** A whole gateway that stops while calls and streams are under way. */
class DepartureIT {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";
    private static final String ANSWER =
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"done at last\"}]}}";

    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private final HttpClient client = HttpClient.newHttpClient();
    private final String root = Tokens.administrator(SIGNING);
    private final Sinks.Empty<Void> answering = Sinks.empty();
    private ConfigurableApplicationContext gateway;
    private String address = "";
    private String path = "";

    @BeforeEach
    void start() throws Exception {
        upstream.script = this::answered;
        var application = new SpringApplication(Penstock.class);
        application.setDefaultProperties(Map.of(
                "PORT", "0",
                "MANAGEMENT_PORT", "0",
                "BASE_URL", "http://localhost",
                "DATA_DIR", "target/departure-it/" + UUID.randomUUID(),
                "AUTH_ENCRYPTION_SECRET", "Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
                "JWT_SECRET_KEY", SIGNING,
                "penstock.health.poll", "1h",
                "UPSTREAM_ALLOWED_CIDRS", "127.0.0.0/8"));
        gateway = application.run();
        address = "http://localhost:" + gateway.getEnvironment().getProperty("local.server.port");
        path = registered();
    }

    private String registered() throws Exception {
        var request = HttpRequest.newBuilder(URI.create(address + "/gateways"))
                .header("Authorization", "Bearer " + root)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("""
                        {"name":"up","url":"http://127.0.0.1:%d/mcp","transport":"STREAMABLEHTTP","auth_type":"bearer",
                        "auth_token":"up-secret"}""".formatted(upstream.port())))
                .build();
        var made = client.send(request, BodyHandlers.ofString());
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        String id = JsonMapper.shared().readTree(made.body()).path("id").asString();
        var gateways = gateway.getBean(Gateways.class);
        Sightings.seen(gateways, gateways.find(UUID.fromString(id)).block(LONG));
        return "/gateways/" + id;
    }

    @AfterEach
    void stop() {
        gateway.close();
        client.shutdownNow();
        upstream.close();
    }

    /** Streams go on for ever, calls until the test has them answered. */
    private Publisher<Void> answered(ScriptedUpstream.Seen seen, HttpServerResponse response) {
        return seen.body().contains("\"work\"")
                ? answering.asMono().thenMany(ScriptedUpstream.json(response, ANSWER))
                : response.header("content-type", "text/event-stream")
                        .send(
                                Flux.just(": hm\n\n")
                                        .concatWith(Flux.never())
                                        .map(text -> Unpooled.copiedBuffer(text, StandardCharsets.UTF_8)),
                                each -> true);
    }

    @Test
    void streamsEndInTheWayOfTheirEraAndCallsAreFinished() throws Exception {
        var opener = new Ongoing.Opener(client, address, path, root);
        var call = opener.call("work");
        var line = opener.line("work");
        var stream = opener.stream();
        var listening = opener.listen();
        await().atMost(LONG).untilAsserted(() -> assertThat(upstream.open).hasValue(4));

        // not on the common pool, whose only thread may be the one that hands answers to the client
        var stopping = CompletableFuture.runAsync(gateway::close, Thread::startVirtualThread);

        assertThat(stream.heard().text()).contains("retry: 1000", ": This replica stops: connect again");
        assertThat(listening.heard().text())
                .contains("\"resultType\":\"complete\"", "\"io.modelcontextprotocol/subscriptionId\":8")
                .doesNotContain("error");
        assertThat(stopping).isNotDone();
        assertThat(call.end()).isNotDone();
        answering.tryEmitEmpty().orThrow();
        assertThat(call.heard().text()).contains("done at last");
        assertThat(line.heard().text()).contains("done at last", "This replica stops");
        stopping.get(60, TimeUnit.SECONDS);
    }
}
