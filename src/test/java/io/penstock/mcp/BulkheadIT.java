package io.penstock.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.audit.Trail;
import io.penstock.catalog.DriftPolicy;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.http.server.HttpServerResponse;

/** Callers who share an upstream that takes four calls at a time, whichever way they come. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "DATA_DIR=target/bulkhead-it",
            "AUTH_ENCRYPTION_SECRET=Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
            "JWT_SECRET_KEY=" + BulkheadIT.SIGNING,
            "penstock.health.poll=1h",
            "UPSTREAM_ALLOWED_CIDRS=127.0.0.0/8",
            "TOOL_CONCURRENT_LIMIT=4",
            "penstock.bulkhead.waiting=8",
            "penstock.bulkhead.waiting-per-caller=8",
            "penstock.bulkhead.longest-wait=10s"
        })
class BulkheadIT {

    static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";

    private static final String CALL =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"work\","
                    + "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                    + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}";
    private static final String RESULT = "{\"resultType\":\"complete\",\"content\":[]}";

    @LocalServerPort
    private int port;

    @Autowired
    private Gateways gateways;

    @Autowired
    private Catalog catalog;

    @Autowired
    private MeterRegistry meters;

    @Autowired
    private Trail trail;

    private final HttpClient client = HttpClient.newHttpClient();
    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private final Queue<Sinks.Empty<Void>> held = new ConcurrentLinkedQueue<>();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger inside = new AtomicInteger();
    private String path = "";

    /** How a call comes to the upstream, which speaks the stateless revision. */
    enum Way {
        /** As it is. */
        THROUGH,
        /** From a client with a session, translated. */
        BRIDGED
    }

    @BeforeEach
    void register() {
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
                false,
                null);
        var created = gateways.create(draft, "owner@example.com").block();
        path = "/gateways/" + created.id() + "/mcp";
        Sightings.seen(gateways, created);
        var _ = catalog.refresh().block();
        upstream.script = this::answer;
    }

    private Publisher<Void> answer(ScriptedUpstream.Seen request, HttpServerResponse response) {
        String body = request.body();
        if (body.contains("\"server/discover\"")) {
            return answered(
                    response,
                    body,
                    "{\"resultType\":\"complete\",\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{\"tools\":{}}}");
        }
        if (body.contains("\"tools/list\"")) {
            return answered(response, body, "{\"resultType\":\"complete\",\"tools\":[]}");
        }
        if (!body.contains("\"tools/call\"")) {
            return response.status(body.contains("\"initialize\"") ? 400 : 202).send();
        }
        Sinks.Empty<Void> end = Sinks.empty();
        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
        held.add(end);
        return end.asMono()
                .doOnTerminate(inside::decrementAndGet) // before the answer, which lets the next one in
                .doOnCancel(inside::decrementAndGet)
                .then(Mono.from(answered(response, body, RESULT)));
    }

    private static Publisher<Void> answered(HttpServerResponse response, String body, String result) {
        String id = body.replaceFirst("(?s).*?\"id\":([^,}]+).*", "$1");
        return ScriptedUpstream.json(response, "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result + "}");
    }

    @AfterEach
    void close() {
        upstream.close();
        client.shutdownNow();
    }

    private HttpRequest.Builder post(String user, String target, String body) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + target))
                .header("Authorization", "Bearer " + Bearers.token(SIGNING, user))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private CompletableFuture<HttpResponse<String>> call(String user) {
        return client.sendAsync(modern(user).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder modern(String user) {
        return post(user, path, CALL)
                .header("MCP-Protocol-Version", "2026-07-28")
                .header("Mcp-Method", "tools/call")
                .header("Mcp-Name", "work");
    }

    private String session(String user) throws Exception {
        String body =
                "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-06-18\","
                        + "\"capabilities\":{},\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}}";
        var answer = client.send(post(user, path, body).build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.headers().firstValue("Mcp-Session-Id").orElseThrow();
    }

    private CompletableFuture<HttpResponse<String>> called(String user, String session, int id) {
        String body =
                "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"tools/call\",\"params\":{\"name\":\"work\"}}";
        return client.sendAsync(
                post(user, path, body)
                        .header("Mcp-Session-Id", session)
                        .header("MCP-Protocol-Version", "2025-06-18")
                        .build(),
                BodyHandlers.ofString());
    }

    private int figure(String name) {
        return (int) meters.get(name).gauge().value();
    }

    private void awaitFigures(int inFlight, int waiting) {
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(figure("penstock.bulkhead.calls")).isEqualTo(inFlight);
            assertThat(figure("penstock.bulkhead.waiting")).isEqualTo(waiting);
        });
    }

    private void answerOne() {
        await().atMost(Duration.ofSeconds(20)).until(() -> !held.isEmpty());
        var _ = held.remove().tryEmitEmpty();
    }

    private static int status(CompletableFuture<HttpResponse<String>> answer) throws Exception {
        return answer.get(20, TimeUnit.SECONDS).statusCode();
    }

    @ParameterizedTest
    @EnumSource
    void aCallerWhoHasMuchToDoLeavesAPlaceToTheOther(Way way) throws Exception {
        String greedy = "greedy@example.com";
        String session = way == Way.BRIDGED ? session(greedy) : "";
        List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
        for (int i = 1; i <= 6; i++) {
            calls.add(way == Way.BRIDGED ? called(greedy, session, i) : call(greedy));
        }
        awaitFigures(3, 3);

        var modest = call("modest@example.com");
        awaitFigures(4, 3);
        for (int i = 0; i < 7; i++) {
            answerOne();
        }

        assertThat(status(modest)).isEqualTo(200);
        for (var call : calls) {
            assertThat(status(call)).isEqualTo(200);
        }
        assertThat(most).hasValue(4);
        awaitFigures(0, 0);
    }

    @Test
    void whoWaitsInVainIsToldToTryAgain() throws Exception {
        for (int i = 0; i < 3; i++) {
            var _ = call("greedy@example.com");
        }
        awaitFigures(3, 0);

        var answer = call("greedy@example.com").get(20, TimeUnit.SECONDS);

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("5");
        assertThat(answer.body()).contains("\"id\":1").contains("\"data\":{\"retry_after\":5}");
        for (int i = 0; i < 3; i++) {
            answerOne();
        }
        awaitFigures(0, 0);
    }

    @Test
    void whereTooManyWaitTheNextIsToldAtOnce() throws Exception {
        for (int i = 0; i < 11; i++) {
            var _ = call("greedy@example.com");
        }
        awaitFigures(3, 8);
        var _ = call("modest@example.com");
        awaitFigures(4, 8);

        long before = System.nanoTime();
        var refused = call("modest@example.com").get(20, TimeUnit.SECONDS);

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
        assertThat(refusedToNobody().statusCode()).isEqualTo(401);
        await().atMost(Duration.ofSeconds(20)).until(() -> !trail().isEmpty());
        assertThat(trail()).as("what only load decided").allMatch(entry -> entry.outcome() == Trail.Outcome.REFUSED);
        for (int i = 0; i < 4; i++) {
            answerOne();
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            held.forEach(end -> {
                var _ = end.tryEmitEmpty();
            });
            return figure("penstock.bulkhead.calls") == 0 && figure("penstock.bulkhead.waiting") == 0;
        });
    }

    private HttpResponse<String> refusedToNobody() throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .POST(HttpRequest.BodyPublishers.ofString(CALL))
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/json, text/event-stream")
                        .header("Mcp-Protocol-Version", "2026-07-28")
                        .header("Mcp-Method", "tools/call")
                        .header("Mcp-Name", "work")
                        .build(),
                BodyHandlers.ofString());
    }

    private List<Trail.Entry> trail() {
        return trail.list(
                        new Trail.Query(
                                null,
                                null,
                                null,
                                path.substring("/gateways/".length(), path.lastIndexOf('/')),
                                null,
                                null,
                                null,
                                null),
                        20)
                .map(Trail.Recorded::entry)
                .collectList()
                .block();
    }

    @Test
    void whoHangsUpWhileWaitingLeavesTheQueue() throws Exception {
        for (int i = 0; i < 3; i++) {
            var _ = call("greedy@example.com");
        }
        awaitFigures(3, 0);
        try (var _ = RawClient.open("127.0.0.1", port, raw("greedy@example.com"))) {
            awaitFigures(3, 1);
        }

        awaitFigures(3, 0);
        for (int i = 0; i < 3; i++) {
            answerOne();
        }
        awaitFigures(0, 0);
        assertThat(most).hasValue(3);
    }

    private String raw(String user) {
        var request = modern(user).build();
        var headers = new ArrayList<String>();
        request.headers().map().forEach((name, values) -> {
            if (!name.equalsIgnoreCase("Content-Type") && !name.equalsIgnoreCase("Accept")) {
                headers.add(name + ": " + values.getFirst());
            }
        });
        return RawClient.post(path, CALL, headers.toArray(String[]::new));
    }

    /** F18: calls that hang up anywhere, beside streams that break off anywhere, give every place back. */
    @Test
    void aStormOfHangUpsLeavesNothingBehind() throws Exception {
        var random = new Random(7);
        var turn = new AtomicInteger();
        upstream.script = (request, response) -> switch (turn.getAndIncrement() % 4) {
            case 0 ->
                response.sse()
                        .sendString(Flux.interval(Duration.ofMillis(3))
                                .map(tick -> "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}\n\n"));
            case 1 -> Mono.delay(Duration.ofMillis(20)).then(Mono.from(answered(response, request.body(), RESULT)));
            case 2 ->
                response.sse().sendString(Flux.just(":\n\n").concatWith(Mono.error(new IllegalStateException("dies"))));
            default -> Mono.never();
        };
        for (int round = 0; round < 40; round++) {
            int reached = upstream.seen.size();
            List<RawClient.Line> open = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                open.add(RawClient.open("127.0.0.1", port, raw("caller-" + i % 4 + "@example.com")));
            }
            await().pollDelay(Duration.ofMillis(random.nextInt(30) + 1L)).until(() -> upstream.seen.size() > reached);
            for (var line : open) {
                line.close();
            }
        }

        awaitFigures(0, 0);
    }
}
