package io.penstock.oauth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.Penstock;
import io.penstock.Tokens;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.client.ReactorResourceFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whole replicas behind what a load balancer does: one that is to go gets no more calls, and goes when those it has have ended. */
final class RollingReplicas implements AutoCloseable {

    static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";

    private static final String INITIALIZE = """
            {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},
            "clientInfo":{"name":"t","version":"1"}}}""";
    private static final String CALL =
            "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"whoami\",\"arguments\":{}}}";

    private static final Duration LONG = Duration.ofMinutes(2);

    /** Calls under way. */
    private static final int MOST = 64;

    private final Map<String, Object> common;
    private final String root = Tokens.administrator(SIGNING);
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Replica> serving = new ArrayList<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger callsUnderWay = new AtomicInteger();
    private final Queue<Long> millis = new ConcurrentLinkedQueue<>();
    private final Queue<String> errors = new ConcurrentLinkedQueue<>();

    RollingReplicas(Map<String, Object> common) {
        this.common = Map.copyOf(common);
    }

    /** What came of a load. */
    record Outcome(List<Long> millis, List<String> errors) {

        long calls() {
            return (long) millis.size() + errors.size();
        }

        long slowestMillis() {
            return millis.getLast();
        }

        long p99Millis() {
            return millis.get((int) (millis.size() * 0.99));
        }
    }

    private record Replica(ConfigurableApplicationContext context, String address, AtomicInteger calls) {}

    void start(Map<String, Object> own) {
        var settings = new HashMap<String, Object>(common);
        settings.putAll(Map.of("PORT", "0", "MANAGEMENT_PORT", "0", "BASE_URL", "http://localhost"));
        settings.putAll(own);
        var application = new SpringApplication(Penstock.class);
        application.setDefaultProperties(settings);
        application.addInitializers(RollingReplicas::apart);
        var context = application.run();
        var address = "http://localhost:" + context.getEnvironment().getProperty("local.server.port");
        synchronized (serving) {
            serving.add(new Replica(context, address, new AtomicInteger()));
        }
    }

    /** One that goes takes its event loops with it, so each needs its own. */
    private static void apart(ConfigurableApplicationContext context) {
        var resources = new ReactorResourceFactory();
        resources.setUseGlobalResources(false);
        ((GenericApplicationContext) context).registerBean(ReactorResourceFactory.class, () -> resources);
    }

    /** Puts another one in the place of each. */
    void roll(Map<String, Object> own) {
        int replicas = serving.size();
        for (int i = 0; i < replicas; i++) {
            start(own);
            Replica gone;
            synchronized (serving) {
                gone = serving.removeFirst();
            }
            await().atMost(LONG).until(() -> gone.calls().get() == 0);
            gone.context().close();
        }
    }

    private Replica pick() {
        synchronized (serving) {
            Replica picked = serving.get(ThreadLocalRandom.current().nextInt(serving.size()));
            picked.calls().incrementAndGet();
            return picked;
        }
    }

    <T> T bean(Class<T> type) {
        return serving.getFirst().context().getBean(type);
    }

    /** That of each replica. */
    <T> List<T> each(Class<T> type) {
        return serving.stream().map(replica -> replica.context().getBean(type)).toList();
    }

    <T> Collection<T> beans(Class<T> type) {
        return serving.getFirst().context().getBeansOfType(type).values();
    }

    /** Calls one of the gateways so many times a second, or less often on a machine that cannot keep up. */
    void load(int rate, List<UUID> gateways) {
        Runnable next = () -> {
            if (callsUnderWay.get() < MOST) {
                callsUnderWay.incrementAndGet();
                Thread.ofVirtual().start(() -> call(gateways));
            }
        };
        var _ = clock.scheduleAtFixedRate(next, 0, 1_000_000 / rate, TimeUnit.MICROSECONDS);
    }

    /** Ends the load. */
    Outcome unload() {
        clock.shutdown();
        await().atMost(LONG).until(() -> clock.isTerminated() && callsUnderWay.get() == 0);
        return new Outcome(millis.stream().sorted().toList(), List.copyOf(errors));
    }

    private void call(List<UUID> gateways) {
        long began = System.nanoTime();
        try {
            var gateway = gateways.get(ThreadLocalRandom.current().nextInt(gateways.size()));
            var called = whoami(gateway.toString());
            if (called.startsWith("200 ") && called.contains("\"content\"")) {
                millis.add((System.nanoTime() - began) / 1_000_000);
            } else {
                errors.add(called);
            }
        } catch (IllegalStateException failure) {
            errors.add(String.valueOf(failure.getCause()));
        } finally {
            callsUnderWay.decrementAndGet();
        }
    }

    /** A session that one replica begins, and a call in it that another may get: the status and the body of the answer. */
    String whoami(String gateway) {
        var path = "/gateways/" + gateway + "/mcp";
        var opened = send("POST", path, INITIALIZE);
        var session = opened.headers().firstValue("mcp-session-id").orElse(null);
        var called = opened.statusCode() == 200
                ? session == null ? send("POST", path, CALL) : send("POST", path, CALL, "Mcp-Session-Id", session)
                : opened;
        return called.statusCode() + " " + called.body();
    }

    /** How many calls of the load have ended. */
    int done() {
        return millis.size() + errors.size();
    }

    JsonNode get(String path) {
        var response = send("GET", path, "");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(response.body());
    }

    /** To any replica. */
    HttpResponse<String> send(String method, String path, String body, String... headers) {
        Replica replica = pick();
        try {
            var request = HttpRequest.newBuilder(URI.create(replica.address() + path))
                    .header("Authorization", "Bearer " + root)
                    .header("Content-Type", "application/json")
                    .header("Accept", "application/json, text/event-stream")
                    .timeout(LONG)
                    .method(method, HttpRequest.BodyPublishers.ofString(body));
            if (path.endsWith("/mcp")) {
                request.header("MCP-Protocol-Version", "2025-11-25");
            }
            if (headers.length > 0) {
                request.headers(headers);
            }
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        } finally {
            replica.calls().decrementAndGet();
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
        serving.forEach(replica -> replica.context().close());
        client.close();
    }
}
