package io.penstock.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.penstock.Penstock;
import io.penstock.Tokens;
import io.penstock.audit.Trail;
import io.penstock.catalog.DriftPolicy;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.Transport;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Catalog;
import io.penstock.relay.Replicas;
import io.penstock.store.Databases;
import io.penstock.vault.Secret;
import io.penstock.wire.Reply;
import io.penstock.wire.Request;
import io.penstock.wire.SseEvent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Two whole replicas on one PostgreSQL: what one hands over, the other checks and carries out. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VisitsIT {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";
    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}";

    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private ConfigurableApplicationContext here;
    private ConfigurableApplicationContext there;
    private UUID gateway;

    @BeforeAll
    void start() {
        String database = Databases.freshUrl();
        here = replica(database);
        there = replica(database);
        var draft = new Gateways.Draft(
                "up",
                URI.create("http://127.0.0.1:" + upstream.port() + "/mcp"),
                null,
                Transport.STREAMABLEHTTP,
                new UpstreamAuth.Bearer(new Secret("up-secret")),
                Visibility.PUBLIC,
                null,
                List.of(),
                List.of(),
                null,
                DriftPolicy.WARN,
                false,
                null);
        var gateways = here.getBean(Gateways.class);
        var registered = gateways.create(draft, "owner@example.com").block(LONG);
        gateway = registered.id();
        Sightings.seen(gateways, registered);
        var _ = there.getBean(Catalog.class).refresh().block(LONG);
        await().atMost(LONG)
                .ignoreExceptions()
                .untilAsserted(
                        () -> assertThat(hand("GET", "/nowhere").status()).isEqualTo(404));
    }

    @AfterAll
    void stop() {
        here.close();
        there.close();
        upstream.close();
    }

    private static ConfigurableApplicationContext replica(String database) {
        var application = new SpringApplication(Penstock.class);
        application.setDefaultProperties(Map.of(
                "PORT", "0",
                "MANAGEMENT_PORT", "0",
                "BASE_URL", "http://localhost",
                "DATABASE_URL", database,
                "AUTH_ENCRYPTION_SECRET", "Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
                "JWT_SECRET_KEY", SIGNING,
                "penstock.health.poll", "1h",
                "UPSTREAM_ALLOWED_CIDRS", "127.0.0.0/8"));
        return application.run();
    }

    @Test
    void theOtherReplicaCallsTheUpstream() {
        upstream.script =
                (seen, response) -> ScriptedUpstream.json(response, "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}");
        long before = counted();

        Reply reply = hand("POST", "/gateways/" + gateway + "/mcp");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(text(reply)).contains("\"result\":{}");
        assertThat(upstream.last().body()).isEqualTo(PING);
        assertThat(upstream.last().headers().get("authorization")).isEqualTo("Bearer up-secret");
        assertThat(counted()).isEqualTo(before + 1);
    }

    @Test
    void whoIsNotKnownThereIsRefusedThereAndNoted() {
        Request stranger = request("POST", "/gateways/" + gateway + "/mcp", "Bearer nobody");

        Reply reply =
                replicas(here).hand(name(there), stranger, PING.getBytes(UTF_8)).block(LONG);

        assertThat(reply.status()).isEqualTo(401);
        assertThat(text(reply)).contains("-32600");
        await().untilAsserted(() -> assertThat(there.getBean(Trail.class)
                        .list(new Trail.Query(null, null, null, null, null, null, null, null), 10)
                        .collectList()
                        .block(LONG))
                .anySatisfy(entry -> assertThat(entry.entry().correlationId()).isEqualTo(stranger.correlationId())));
    }

    @Test
    void aStreamComesThroughAndHangingUpEndsTheUpstreamsWork() {
        upstream.script = (seen, response) -> response.header("content-type", "text/event-stream")
                .send(
                        Flux.concat(Flux.just("data: one\n\n", "data: two\n\n"), Flux.<String>never())
                                .map(text -> Unpooled.copiedBuffer(text, UTF_8)),
                        part -> true);

        StepVerifier.create(replicas(here)
                        .hand(
                                name(there),
                                request("POST", "/gateways/" + gateway + "/mcp", token()),
                                PING.getBytes(UTF_8))
                        .doOnNext(reply -> assertThat(reply).as(text(reply)).isInstanceOf(Reply.Events.class))
                        .flatMapMany(reply -> ((Reply.Events) reply).events())
                        .map(SseEvent::data))
                .expectNext("one", "two")
                .thenCancel()
                .verify(LONG);

        await().until(() -> upstream.open.get() == 0);
    }

    private long counted() {
        return there.getBean(MeterRegistry.class).find("penstock.calls").timers().stream()
                .mapToLong(Timer::count)
                .sum();
    }

    private Reply hand(String method, String path) {
        return replicas(here)
                .hand(name(there), request(method, path, token()), PING.getBytes(UTF_8))
                .block(LONG);
    }

    private static Replicas replicas(ConfigurableApplicationContext context) {
        return context.getBean(Replicas.class);
    }

    private static String name(ConfigurableApplicationContext context) {
        return replicas(context).self();
    }

    private static String token() {
        return "Bearer " + Tokens.administrator(SIGNING);
    }

    private static String text(Reply reply) {
        return reply instanceof Reply.Json json ? new String(json.body(), UTF_8) : "";
    }

    private static Request request(String method, String path, String authorization) {
        var headers = new DefaultHttpHeaders()
                .add("Authorization", authorization)
                .add("Content-Type", "application/json")
                .add("Accept", "application/json, text/event-stream");
        return new Request(
                method,
                path,
                headers,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 4711),
                UUID.randomUUID().toString());
    }
}
