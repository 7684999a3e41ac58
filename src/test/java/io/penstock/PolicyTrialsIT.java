package io.penstock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.store.Databases;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A whole gateway whose calls are on record, and changes of who may do what that are tried on them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ParameterizedClass
@ValueSource(booleans = {true, false})
class PolicyTrialsIT {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";
    private static final String CALL = """
            {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{},
            "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",
            "io.modelcontextprotocol/clientCapabilities":{}}}}""";

    private final HttpClient client = HttpClient.newHttpClient();

    @Parameter
    boolean postgres;

    private final String root = Tokens.administrator(SIGNING);
    private ConfigurableApplicationContext gateway;
    private String bob = "";
    private String bobId = "";
    private String open = "";

    @BeforeAll
    void start() {
        var application = new SpringApplication(Penstock.class);
        application.setDefaultProperties(Map.ofEntries(
                Map.entry("PORT", "0"),
                Map.entry("MANAGEMENT_PORT", "0"),
                Map.entry("BASE_URL", "http://localhost"),
                Map.entry("DATABASE_URL", postgres ? Databases.freshUrl() : ""),
                Map.entry("DATA_DIR", "target/policy-trials-it/" + UUID.randomUUID()),
                Map.entry("AUTH_ENCRYPTION_SECRET", "Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA"),
                Map.entry("JWT_SECRET_KEY", SIGNING),
                Map.entry("ARGON2ID_MEMORY_COST", "8192"),
                Map.entry("penstock.health.poll", "1h"),
                Map.entry("penstock.calls.pause", "100ms"),
                Map.entry("UPSTREAM_ALLOWED_CIDRS", "127.0.0.0/8")));
        gateway = application.run();
        open = made("/gateways", "{\"name\":\"open\",\"url\":\"http://127.0.0.1:9/mcp\"}");
        bobId = made("/users", """
                {"email":"bob@example.com","password":"a long enough secret","must_change_password":false}""");
        bob = json(send(
                        "",
                        "POST",
                        "/auth/login",
                        "{\"email\":\"bob@example.com\",\"password\":\"a long enough secret\"}"))
                .path("access_token")
                .asString();
        // nobody is at that address, but the gate let the call go there
        assertThat(send(bob, "POST", "/gateways/" + open + "/mcp", CALL).statusCode())
                .isEqualTo(502);
        await().atMost(LONG).until(() -> !recorded("bob@example.com").isEmpty());
    }

    @AfterAll
    void stop() {
        gateway.close();
        client.close();
    }

    private HttpResponse<String> send(String token, String method, String path, String body) {
        var uri = URI.create("http://localhost:" + gateway.getEnvironment().getProperty("local.server.port") + path);
        var request = HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .header("MCP-Protocol-Version", "2026-07-28")
                .header("Mcp-Method", "tools/call")
                .header("Mcp-Name", "echo")
                .timeout(LONG)
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static JsonNode json(HttpResponse<String> response) {
        return JsonMapper.shared().readTree(response.body());
    }

    private String made(String path, String body) {
        var response = send(root, "POST", path, body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return json(response).path("id").asString();
    }

    private JsonNode recorded(String user) {
        return json(send(root, "GET", "/calls?user_email=" + user, ""));
    }

    private JsonNode dryRun(String method, String path, String body) {
        var response = send(root, method, path + "?dry_run=true", body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return json(response);
    }

    private static JsonNode changeOfBob(JsonNode report) {
        return StreamSupport.stream(report.path("changes").spliterator(), false)
                .filter(change -> change.path("user_email").asString().equals("bob@example.com"))
                .filter(change -> change.path("name").asString("").equals("echo"))
                .findFirst()
                .orElseThrow(() -> new AssertionError(report.toString()));
    }

    private int audited(String action) {
        return json(send(root, "GET", "/audit?outcome=success&action=" + action, ""))
                .size();
    }

    @Test
    void aCallIsOnRecordWithTheRuleThatAllowedIt() {
        var call = StreamSupport.stream(recorded("bob@example.com").spliterator(), false)
                .filter(row -> row.path("target_kind").asString().equals("gateway"))
                .findFirst()
                .orElseThrow();

        assertThat(call.path("target").asString()).isEqualTo(open);
        assertThat(call.path("method").asString()).isEqualTo("tools/call");
        assertThat(call.path("name").asString()).isEqualTo("echo");
        assertThat(call.path("outcome").asString()).isEqualTo("failed");
        assertThat(call.path("source").asString()).isEqualTo("jwt");
        assertThat(call.path("address").asString()).isEqualTo("127.0.0.1");
        assertThat(call.path("rules").asString())
                .contains("The gateway is public")
                .contains("viewer");
    }

    @Test
    void whatWouldBecomeInvisibleIsToldAndNothingIsChanged() {
        int audited = audited("update");

        var report = dryRun("PATCH", "/gateways/" + open, "{\"visibility\":\"private\"}");

        assertThat(report.path("dry_run").asBoolean()).isTrue();
        assertThat(report.path("calls").asInt()).isPositive();
        var change = changeOfBob(report);
        assertThat(change.path("before").path("allowed").asBoolean()).isTrue();
        assertThat(change.path("after").path("allowed").asBoolean()).isFalse();
        assertThat(change.path("after").path("detail").asString()).isEqualTo("There is no such gateway");
        var unchanged = json(send(root, "GET", "/gateways/" + open, ""));
        assertThat(unchanged.path("visibility").asString()).isEqualTo("public");
        assertThat(audited("update")).isEqualTo(audited);
        assertThat(send(bob, "POST", "/gateways/" + open + "/mcp", CALL).statusCode())
                .isEqualTo(502);
    }

    @Test
    void aRoleThatAllowsLessIsTriedWithoutBeingGiven() {
        String role = made("/roles", "{\"name\":\"reader-" + postgres + "\",\"scopes\":[\"gateways.read\"]}");

        var report = dryRun("POST", "/users/" + bobId + "/roles", "{\"role\":\"reader-" + postgres + "\"}");

        assertThat(changeOfBob(report).path("after").path("detail").asString()).contains("tools.execute");
        assertThat(json(send(root, "GET", "/users/" + bobId + "/roles", ""))).isEmpty();
        assertThat(send(bob, "POST", "/gateways/" + open + "/mcp", CALL).statusCode())
                .isEqualTo(502);
        assertThat(send(root, "DELETE", "/roles/" + role, "").statusCode()).isEqualTo(204);
    }

    @Test
    void aUserWhoWouldBeSwitchedOffIsToldOf() {
        var report = dryRun("PATCH", "/users/" + bobId, "{\"enabled\":false}");

        assertThat(changeOfBob(report).path("after").path("detail").asString()).contains("switched off");
        assertThat(send(bob, "GET", "/auth/me", "").statusCode()).isEqualTo(200);
    }

    @Test
    void aChangeThatDecidesNothingOtherwiseSaysSo() {
        var report = dryRun("PATCH", "/gateways/" + open, "{\"description\":\"the same to everybody\"}");

        assertThat(report.path("changes")).isEmpty();
        assertThat(report.path("tried").asInt()).isPositive();
    }

    @Test
    void aChangeThatIsRefusedIsRefusedAsItWouldBe() {
        var wrong = send(root, "PATCH", "/gateways/" + open + "?dry_run=true", "{\"visibility\":\"secret\"}");
        var absent = send(root, "DELETE", "/gateways/" + UUID.randomUUID() + "?dry_run=true", "");

        assertThat(wrong.statusCode()).isEqualTo(422);
        assertThat(json(wrong).path("errors").path(0).path("field").asString()).isEqualTo("visibility");
        assertThat(absent.statusCode()).isEqualTo(404);
    }

    @Test
    void whatCannotBeTriedIsNotDone() {
        var create =
                send(root, "POST", "/gateways?dry_run=true", "{\"name\":\"tried\",\"url\":\"http://127.0.0.1:9/mcp\"}");
        var unclear = send(root, "DELETE", "/gateways/" + open + "?dry_run=yes", "");
        var many = send(root, "DELETE", "/gateways/" + open + "?dry_run=true&dry_run_records=99999", "");

        assertThat(create.statusCode()).isEqualTo(422);
        assertThat(create.body()).contains("only for changes of who may do what");
        assertThat(unclear.statusCode()).isEqualTo(422);
        assertThat(many.statusCode()).isEqualTo(422);
        assertThat(json(send(root, "GET", "/gateways?name=tried", ""))).isEmpty();
        assertThat(send(root, "GET", "/gateways/" + open, "").statusCode()).isEqualTo(200);
    }

    /** The report names calls of others. */
    @Test
    void whoMayNotReadTheTrailTriesNothing() {
        String mine = json(send(bob, "GET", "/auth/me", "")).toString();
        var refused = send(bob, "PATCH", "/users/" + bobId + "?dry_run=true", "{\"full_name\":\"Bob\"}");

        assertThat(mine).contains("bob@example.com");
        assertThat(refused.statusCode()).isEqualTo(403);
    }
}
