package io.penstock.oauth.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.Penstock;
import io.penstock.Tokens;
import io.penstock.oauth.token.GuardedUpstream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.reactivestreams.Publisher;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A whole gateway that is told nothing but where upstreams are: they lead to their server, where it registers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DiscoveryIT {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";

    private final HttpClient client = HttpClient.newHttpClient();
    private final String root = Tokens.administrator(SIGNING);
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final GuardedUpstream upstream = new GuardedUpstream();
    private final DisposableServer server =
            HttpServer.create().host("127.0.0.1").port(0).handle(this::answer).bindNow();
    private ConfigurableApplicationContext gateway;

    @BeforeAll
    void start() {
        upstream.taken.add("given");
        upstream.challenge = "Bearer resource_metadata=\"" + issuer() + "/resource\", scope=\"mcp:read\"";
        var application = new SpringApplication(Penstock.class);
        application.setDefaultProperties(Map.of(
                "PORT", "0",
                "MANAGEMENT_PORT", "0",
                "BASE_URL", "http://localhost",
                "DATA_DIR", "target/discovery-it/" + UUID.randomUUID(),
                "AUTH_ENCRYPTION_SECRET", "Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
                "JWT_SECRET_KEY", SIGNING,
                "penstock.health.poll", "1h",
                "UPSTREAM_ALLOWED_CIDRS", "127.0.0.0/8",
                "DCR_ALLOWED_ISSUERS", "https://other.example.com," + issuer()));
        gateway = application.run();
    }

    @AfterAll
    void stop() {
        gateway.close();
        client.close();
        upstream.close();
        server.disposeNow();
    }

    private String issuer() {
        return "http://127.0.0.1:" + server.port();
    }

    private Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        return request.receive().aggregate().asString().defaultIfEmpty("").flatMap(body -> {
            asked.add(request.uri() + " " + body);
            String answer = switch (request.uri()) {
                case "/resource" -> """
                        {"resource":"%s","authorization_servers":["%s"]}""".formatted(upstream.url(), issuer());
                case "/.well-known/oauth-authorization-server" -> """
                        {"issuer":"%1$s","token_endpoint":"%1$s/token","registration_endpoint":"%1$s/register"}""".formatted(issuer());
                case "/register" ->
                    "{\"client_id\":\"made\",\"client_secret\":\"for it\",\"client_secret_expires_at\":0}";
                case "/token" ->
                    known(request)
                            ? "{\"access_token\":\"given\",\"token_type\":\"Bearer\",\"expires_in\":3600}"
                            : "{\"error\":\"invalid_client\"}";
                default -> "";
            };
            return response.status(answer.isEmpty() ? 404 : request.uri().equals("/register") ? 201 : 200)
                    .header("content-type", "application/json")
                    .sendString(Mono.just(answer))
                    .then();
        });
    }

    private static boolean known(HttpServerRequest request) {
        var pair = Base64.getEncoder().encodeToString("made:for+it".getBytes(StandardCharsets.US_ASCII));
        return ("Basic " + pair).equals(request.requestHeaders().get("authorization"));
    }

    private JsonNode send(String method, String path, String body) {
        var uri = URI.create("http://localhost:" + gateway.getEnvironment().getProperty("local.server.port") + path);
        var request = HttpRequest.newBuilder(uri)
                .header("Authorization", "Bearer " + root)
                .header("Content-Type", "application/json")
                .timeout(LONG)
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        try {
            return JsonMapper.shared()
                    .readTree(client.send(request.build(), HttpResponse.BodyHandlers.ofString())
                            .body());
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private String register(String url, String config) {
        return send("POST", "/gateways", """
                {"name":"d-%s","url":"%s","auth_type":"oauth","oauth_config":%s}""".formatted(UUID.randomUUID(), url, config))
                .path("id")
                .asString();
    }

    @Test
    void gatewaysThatAreToldNothingFindOutAndShareOneClient() {
        String one = register(upstream.url(), "{\"grant_type\":\"client_credentials\"}");
        String two = register(upstream.url(), "{\"grant_type\":\"client_credentials\"}");

        for (String id : List.of(one, two)) {
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(send("GET", "/gateways/" + id, "")
                                    .path("healthy")
                                    .asBoolean(false))
                            .isTrue());
        }

        assertThat(asked.stream().filter(request -> request.startsWith("/register")))
                .hasSize(1);
        assertThat(asked.stream().filter(request -> request.startsWith("/token")))
                .allSatisfy(request -> assertThat(request)
                        .contains("grant_type=client_credentials", "scope=mcp%3Aread", "resource=http"));
        assertThat(upstream.shown).contains("", "Bearer given");
    }

    @Test
    void whatCannotBeFoundOutIsToldByTheHealth() {
        String id = register(
                upstream.url(),
                "{\"grant_type\":\"client_credentials\",\"issuer\":\"" + issuer() + "/nothing-there\"}");

        await().atMost(LONG)
                .untilAsserted(() -> assertThat(send("GET", "/gateways/" + id, "")
                                .path("last_error")
                                .asString(""))
                        .contains("publishes no metadata"));
    }
}
