package io.penstock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.catalog.DriftPolicy;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.Transport;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.Visibility;
import io.penstock.store.Databases;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Two whole replicas on one PostgreSQL, and people who sign in at one and call the other. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccountsIT {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";
    private static final String FIRST = "the first long secret";
    private static final String OWN = "my own long secret";
    private static final String INITIALIZE = """
            {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},
            "clientInfo":{"name":"t","version":"1"}}}""";

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private ConfigurableApplicationContext here;
    private ConfigurableApplicationContext there;
    private Gateway team;
    private String root = "";

    @BeforeAll
    void start() throws Exception {
        String database = Databases.freshUrl();
        here = replica(database);
        there = replica(database);
        changePassword(there, "root@example.com", FIRST, OWN);
        root = login(here, "root@example.com", OWN).path("access_token").asString();
        assertThat(status(send(there, root, "POST", "/teams", "{\"id\":\"team-alpha\",\"name\":\"Alpha\"}")))
                .isEqualTo(201);
        team = here.getBean(Gateways.class)
                .create(
                        new Gateways.Draft(
                                "teams",
                                URI.create("http://127.0.0.1:9/mcp"),
                                null,
                                Transport.STREAMABLEHTTP,
                                new UpstreamAuth.None(),
                                Visibility.TEAM,
                                "team-alpha",
                                List.of(),
                                List.of(),
                                null,
                                DriftPolicy.WARN,
                                false,
                                null),
                        "root@example.com")
                .block(LONG);
    }

    @AfterAll
    void stop() {
        here.close();
        there.close();
        client.close();
    }

    private static ConfigurableApplicationContext replica(String database) {
        var application = new SpringApplication(Penstock.class);
        application.setDefaultProperties(Map.ofEntries(
                Map.entry("PORT", "0"),
                Map.entry("MANAGEMENT_PORT", "0"),
                Map.entry("BASE_URL", "http://localhost"),
                Map.entry("DATABASE_URL", database),
                Map.entry("AUTH_ENCRYPTION_SECRET", "Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA"),
                Map.entry("JWT_SECRET_KEY", SIGNING),
                Map.entry("PLATFORM_ADMIN_EMAIL", "root@example.com"),
                Map.entry("PLATFORM_ADMIN_PASSWORD", FIRST),
                Map.entry("ARGON2ID_MEMORY_COST", "8192"),
                Map.entry("penstock.health.poll", "1h"),
                Map.entry("penstock.mcp.keep-alive", "300ms"),
                Map.entry("UPSTREAM_ALLOWED_CIDRS", "127.0.0.0/8")));
        return application.run();
    }

    private HttpResponse<String> send(
            ConfigurableApplicationContext replica, String token, String method, String path, String body) {
        var uri = URI.create("http://localhost:" + replica.getEnvironment().getProperty("local.server.port") + path);
        var request = HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .timeout(LONG)
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static int status(HttpResponse<String> response) {
        return response.statusCode();
    }

    private static JsonNode json(HttpResponse<String> response) {
        return JsonMapper.shared().readTree(response.body());
    }

    private JsonNode login(ConfigurableApplicationContext replica, String email, String password) {
        var answer = send(
                replica, "", "POST", "/auth/login", "{\"email\":\"" + email + "\",\"password\":\"" + password + "\"}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer);
    }

    private void changePassword(ConfigurableApplicationContext replica, String email, String password, String own) {
        String token = login(replica, email, password).path("access_token").asString();
        var refused = send(replica, token, "GET", "/auth/me", "");
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(json(refused).path("type").asString()).endsWith(":password-expired");
        assertThat(send(replica, token, "POST", "/mcp", INITIALIZE).statusCode())
                .isEqualTo(403);
        assertThat(status(send(
                        replica,
                        "",
                        "POST",
                        "/auth/password",
                        "{\"email\":\"%s\",\"password\":\"%s\",\"new_password\":\"%s\"}"
                                .formatted(email, password, own))))
                .isEqualTo(204);
        assertThat(status(send(replica, token, "GET", "/auth/me", "")))
                .as("a sign-in ends with its password")
                .isEqualTo(401);
    }

    /** Makes a user who has changed the first password, and gives the id. */
    private String user(String email) {
        var made = send(here, root, "POST", "/users", "{\"email\":\"" + email + "\",\"password\":\"" + FIRST + "\"}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        changePassword(here, email, FIRST, OWN);
        return json(made).path("id").asString();
    }

    @Test
    void theFirstAdministratorIsOneOnEveryReplica() {
        var me = json(send(there, root, "GET", "/auth/me", ""));

        assertThat(me.path("user").asString()).isEqualTo("root@example.com");
        assertThat(me.path("admin").asBoolean()).isTrue();
        assertThat(me.path("source").asString()).isEqualTo("jwt");
        assertThat(me.path("scopes").isNull()).isTrue();
        assertThat(status(send(there, root, "GET", "/users", ""))).isEqualTo(200);
    }

    @Test
    void aUserSwitchedOffIsRefusedEverywhereWithinASecond() {
        String id = user("ann@example.com");
        String token = login(there, "ann@example.com", OWN).path("access_token").asString();
        assertThat(status(send(there, token, "GET", "/gateways", ""))).isEqualTo(200);
        assertThat(status(send(there, token, "POST", "/mcp", INITIALIZE))).isEqualTo(200);

        assertThat(status(send(here, root, "PATCH", "/users/" + id, "{\"enabled\":false}")))
                .isEqualTo(200);

        await().atMost(SOON).pollInterval(Duration.ofMillis(20)).untilAsserted(() -> {
            for (var replica : List.of(here, there)) {
                assertThat(status(send(replica, token, "GET", "/gateways", ""))).isEqualTo(401);
                assertThat(status(send(replica, token, "POST", "/mcp", INITIALIZE)))
                        .isEqualTo(401);
                assertThat(status(send(replica, token, "POST", "/gateways/" + team.id() + "/mcp", INITIALIZE)))
                        .isEqualTo(401);
            }
        });
        assertThat(status(send(
                        there,
                        "",
                        "POST",
                        "/auth/login",
                        "{\"email\":\"ann@example.com\",\"password\":\"" + OWN + "\"}")))
                .isEqualTo(401);
    }

    @Test
    void aMemberSeesWhatIsTheTeamsUntilRemoved() {
        var _ = user("bob@example.com");
        String token = login(here, "bob@example.com", OWN).path("access_token").asString();
        String gateway = "/gateways/" + team.id();
        assertThat(status(send(there, token, "GET", gateway, ""))).isEqualTo(404);
        var invited = send(here, root, "POST", "/teams/team-alpha/invitations", "{\"email\":\"bob@example.com\"}");
        String invitation = json(invited).path("token").asString();

        assertThat(status(send(there, token, "POST", "/invitations/" + invitation + "/accept", "")))
                .isEqualTo(200);
        await().atMost(SOON)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(status(send(here, token, "GET", gateway, "")))
                        .isEqualTo(200));

        assertThat(status(send(here, root, "DELETE", "/teams/team-alpha/members/bob@example.com", "")))
                .isEqualTo(204);
        await().atMost(SOON)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(status(send(there, token, "GET", gateway, "")))
                        .isEqualTo(404));
    }

    /** Opens a stream, and gives what is done when it ends. */
    private CompletableFuture<byte[]> stream(String token, String path) throws Exception {
        var uri = URI.create("http://localhost:" + here.getEnvironment().getProperty("local.server.port") + path);
        var opened = client.send(
                HttpRequest.newBuilder(uri)
                        .header("Authorization", "Bearer " + token)
                        .header("Accept", "text/event-stream")
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        assertThat(opened.statusCode()).isEqualTo(200);
        return CompletableFuture.supplyAsync(() -> {
            try (var body = opened.body()) {
                return body.readAllBytes();
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        });
    }

    @Test
    void streamsEndWithTheMembershipThatTheyNeedAndWithTheirUser() throws Exception {
        String id = user("dora@example.com");
        String token = login(here, "dora@example.com", OWN).path("access_token").asString();
        String member = "{\"email\":\"dora@example.com\"}";
        assertThat(status(send(there, root, "POST", "/teams/team-alpha/members", member)))
                .isEqualTo(201);
        String gateway = "/gateways/" + team.id();
        await().atMost(SOON).until(() -> status(send(here, token, "GET", gateway, "")) == 200);
        var ofTheTeam = stream(token, gateway + "/sse");
        var ofHerOwn = stream(token, "/sse");

        assertThat(status(send(there, root, "DELETE", "/teams/team-alpha/members/dora@example.com", "")))
                .isEqualTo(204);

        assertThat(ofTheTeam).succeedsWithin(LONG);
        assertThat(ofHerOwn).isNotDone();

        assertThat(status(send(there, root, "PATCH", "/users/" + id, "{\"enabled\":false}")))
                .isEqualTo(200);

        assertThat(ofHerOwn).succeedsWithin(LONG);
    }

    @Test
    void whatWasTriedIsToldToAdministrators() {
        String id = user("cleo@example.com");
        assertThat(status(send(
                        there, "", "POST", "/auth/login", "{\"email\":\"cleo@example.com\",\"password\":\"wrong\"}")))
                .isEqualTo(401);

        var events = json(send(here, root, "GET", "/users/" + id + "/events", ""));

        assertThat(events.findValuesAsString("outcome")).containsExactly("wrong_password", "success", "success");
        assertThat(events.findValuesAsString("agent")).allMatch(agent -> agent.startsWith("Java-http-client"));
    }
}
