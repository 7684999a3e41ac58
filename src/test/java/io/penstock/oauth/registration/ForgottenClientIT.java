package io.penstock.oauth.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.Penstock;
import io.penstock.Tokens;
import io.penstock.oauth.token.GuardedUpstream;
import io.penstock.store.Databases;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Two whole replicas that registered at a server, which forgets them. */
class ForgottenClientIT {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";

    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicInteger registrations = new AtomicInteger();
    private final GuardedUpstream upstream = new GuardedUpstream();
    private final DisposableServer server =
            HttpServer.create().host("127.0.0.1").port(0).handle(this::answer).bindNow();
    private volatile String known = "made-1";
    private ConfigurableApplicationContext here;
    private ConfigurableApplicationContext there;

    @BeforeEach
    void start() {
        String database = Databases.freshUrl();
        here = replica(database);
        there = replica(database);
    }

    @AfterEach
    void stop() {
        here.close();
        there.close();
        client.close();
        upstream.close();
        server.disposeNow();
    }

    private ConfigurableApplicationContext replica(String database) {
        var application = new SpringApplication(Penstock.class);
        application.setDefaultProperties(Map.of(
                "PORT", "0",
                "MANAGEMENT_PORT", "0",
                "BASE_URL", "http://localhost",
                "DATABASE_URL", database,
                "AUTH_ENCRYPTION_SECRET", "Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
                "JWT_SECRET_KEY", SIGNING,
                "penstock.health.poll", "1h",
                "UPSTREAM_ALLOWED_CIDRS", "127.0.0.0/8",
                "DCR_ALLOWED_ISSUERS", issuer()));
        return application.run();
    }

    private String issuer() {
        return "http://127.0.0.1:" + server.port();
    }

    private Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        return request.receive().aggregate().asString().defaultIfEmpty("").flatMap(_ -> {
            boolean good = isKnown(request);
            int status = request.uri().equals("/token") && !good ? 401 : 200;
            String answer = switch (request.uri()) {
                case "/.well-known/oauth-authorization-server" -> """
                        {"issuer":"%1$s","token_endpoint":"%1$s/token","registration_endpoint":"%1$s/register"}""".formatted(issuer());
                case "/register" ->
                    "{\"client_id\":\"made-" + registrations.incrementAndGet()
                            + "\",\"client_secret\":\"s\",\"client_secret_expires_at\":0}";
                case "/token" ->
                    good
                            ? "{\"access_token\":\"for-" + known + "\",\"token_type\":\"Bearer\",\"expires_in\":3600}"
                            : "{\"error\":\"invalid_client\"}";
                default -> "";
            };
            return response.status(answer.isEmpty() ? 404 : status)
                    .header("content-type", "application/json")
                    .sendString(Mono.just(answer))
                    .then();
        });
    }

    private boolean isKnown(HttpServerRequest request) {
        var pair = Base64.getEncoder().encodeToString((known + ":s").getBytes(StandardCharsets.US_ASCII));
        return ("Basic " + pair).equals(request.requestHeaders().get("authorization"));
    }

    /** From now on it knows that client alone, and the upstream takes that one's tokens alone. */
    private void knows(String id) {
        known = id;
        upstream.taken.clear();
        upstream.taken.add("for-" + id);
    }

    private HttpResponse<String> send(
            ConfigurableApplicationContext replica, String method, String path, String body, String... headers) {
        var uri = URI.create("http://localhost:" + replica.getEnvironment().getProperty("local.server.port") + path);
        var request = HttpRequest.newBuilder(uri)
                .header("Authorization", "Bearer " + Tokens.administrator(SIGNING))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .timeout(LONG)
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private JsonNode shown(String id) {
        return JsonMapper.shared()
                .readTree(send(here, "GET", "/gateways/" + id, "").body());
    }

    private String register(String more) {
        var response =
                send(here, "POST", "/gateways", """
                {"name":"f-%s","url":"%s","auth_type":"oauth","oauth_config":{"grant_type":"client_credentials","issuer":"%s"%s}}""".formatted(UUID.randomUUID(), upstream.url(), issuer(), more));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return JsonMapper.shared().readTree(response.body()).path("id").asString();
    }

    private void awaitHealth(String id, boolean healthy) {
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(shown(id).path("healthy").asBoolean(!healthy))
                        .isEqualTo(healthy));
    }

    private String whoami(ConfigurableApplicationContext replica, String id) {
        var opened = send(replica, "POST", "/gateways/" + id + "/mcp", """
                {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},
                "clientInfo":{"name":"t","version":"1"}}}""");
        String session = opened.headers().firstValue("mcp-session-id").orElse(null);
        String call = """
                {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"whoami","arguments":{}}}""";
        String path = "/gateways/" + id + "/mcp";
        return opened.statusCode() != 200
                ? opened.body()
                : session == null
                        ? send(replica, "POST", path, call, "MCP-Protocol-Version", "2025-11-25")
                                .body()
                        : send(
                                        replica,
                                        "POST",
                                        path,
                                        call,
                                        "MCP-Protocol-Version",
                                        "2025-11-25",
                                        "Mcp-Session-Id",
                                        session)
                                .body();
    }

    private void registeredLongAgo() {
        StepVerifier.create(here.getBean(DatabaseClient.class)
                        .sql("UPDATE oauth_clients SET registered_at = CURRENT_TIMESTAMP - INTERVAL '11' MINUTE")
                        .then())
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void callsGoOnAndTheServerIsRegisteredAtOnce() {
        knows("made-1");
        String id = register("");
        awaitHealth(id, true);
        assertThat(whoami(there, id)).contains("Bearer for-made-1");
        registeredLongAgo();

        knows("made-2");

        assertThat(whoami(here, id)).contains("Bearer for-made-2");
        assertThat(whoami(there, id)).contains("Bearer for-made-2");
        assertThat(registrations).hasValue(2);
    }

    @Test
    void aServerThatKnowsNobodyIsRegisteredAtOnceMore() {
        knows("made-1");
        String id = register("");
        awaitHealth(id, true);
        registeredLongAgo();

        knows("nobody");
        String first = whoami(here, id);
        for (int i = 0; i < 3; i++) {
            var _ = whoami(i % 2 == 0 ? there : here, id);
        }

        assertThat(first).doesNotContain("Bearer").contains("invalid_client");
        assertThat(registrations).hasValue(2);
    }

    @Test
    void aClientThatIsConfiguredIsNeverRegisteredInstead() {
        knows("made-1");
        String own = register("");
        awaitHealth(own, true);
        registeredLongAgo();
        assertThat(send(here, "DELETE", "/gateways/" + own, "").statusCode()).isEqualTo(204);
        knows("nobody");

        String id = register(",\"client_id\":\"made-1\",\"client_secret\":\"s\"");

        awaitHealth(id, false);
        assertThat(shown(id).path("last_error").asString()).contains("invalid_client");
        assertThat(registrations).hasValue(1);
    }
}
