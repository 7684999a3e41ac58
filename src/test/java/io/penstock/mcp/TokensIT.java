package io.penstock.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.Unpooled;
import io.penstock.Penstock;
import io.penstock.catalog.DriftPolicy;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.Transport;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Catalog;
import io.penstock.store.Databases;
import io.penstock.vault.Secret;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Two whole replicas on one PostgreSQL, and holders of API tokens that are made, changed and ended at one and shown to the other. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
class TokensIT {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration REVOKED_WITHIN = Duration.ofSeconds(5);
    private static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";
    private static final String OWN = "my own long secret";
    private static final String LEGACY =
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\"}}";
    private static final String LISTING = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/list\"}";
    private static final String PONG = "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}";
    private static final String META = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{}}";
    private static final String MODERN =
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\"," + META + "}}";
    private static final String LISTEN =
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"subscriptions/listen\",\"params\":{" + META + "}}";

    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<String> secrets = new ArrayList<>();
    private ConfigurableApplicationContext here;
    private ConfigurableApplicationContext there;
    private String ann = "";
    private String root = "";
    private String gateway = "";
    private int number;

    @BeforeAll
    void start() {
        upstream.script =
                (seen, response) -> seen.method().equals("GET") || seen.body().contains("subscriptions/listen")
                        ? response.header("content-type", "text/event-stream")
                                .send(
                                        Flux.concat(
                                                        Flux.just(
                                                                "event: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}\n\n"),
                                                        Flux.<String>never())
                                                .map(text -> Unpooled.copiedBuffer(text, StandardCharsets.UTF_8)),
                                        part -> true)
                        : ScriptedUpstream.json(response, PONG);
        String database = Databases.freshUrl();
        here = replica(database);
        there = replica(database);
        changePassword("root@example.com", "the first long secret");
        root = login("root@example.com");
        var _ = user("ann@example.com");
        ann = login("ann@example.com");
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
        var created = gateways.create(draft, "owner@example.com").block(LONG);
        Sightings.seen(gateways, created);
        gateway = "/gateways/" + created.id();
        var _ = here.getBean(Catalog.class).refresh().block(LONG);
        var _ = there.getBean(Catalog.class).refresh().block(LONG);
    }

    @AfterAll
    void stop() {
        here.close();
        there.close();
        upstream.close();
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
                Map.entry("SECRET_KEY", "f3a1c08e5d7b2946f0e1d2c3b4a5968778695a4b3c2d1e0f9e8d7c6b5a493827"),
                Map.entry("PLATFORM_ADMIN_EMAIL", "root@example.com"),
                Map.entry("PLATFORM_ADMIN_PASSWORD", "the first long secret"),
                Map.entry("ARGON2ID_MEMORY_COST", "8192"),
                Map.entry("LOGIN_ATTEMPTS_PER_MINUTE", "1000"),
                Map.entry("penstock.health.poll", "1h"),
                Map.entry("penstock.mcp.keep-alive", "500ms"),
                Map.entry("logging.level.io.penstock", "debug"),
                Map.entry("UPSTREAM_ALLOWED_CIDRS", "127.0.0.0/8")));
        return application.run();
    }

    private static URI address(ConfigurableApplicationContext replica, String scheme, String path) {
        return URI.create(scheme + "://localhost:" + replica.getEnvironment().getProperty("local.server.port") + path);
    }

    private HttpRequest.Builder request(
            ConfigurableApplicationContext replica, String token, String method, String path, String body) {
        var request = HttpRequest.newBuilder(address(replica, "http", path))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .timeout(LONG)
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (java.io.IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private HttpResponse<String> send(
            ConfigurableApplicationContext replica, String token, String method, String path, String body) {
        return send(request(replica, token, method, path, body));
    }

    private int status(ConfigurableApplicationContext replica, String token, String method, String path, String body) {
        return send(replica, token, method, path, body).statusCode();
    }

    private HttpResponse<String> modern(ConfigurableApplicationContext replica, String token) {
        return send(request(replica, token, "POST", gateway + "/mcp", MODERN)
                .header("MCP-Protocol-Version", "2026-07-28")
                .header("Mcp-Method", "tools/call")
                .header("Mcp-Name", "echo"));
    }

    private static JsonNode json(HttpResponse<String> response) {
        return JsonMapper.shared().readTree(response.body());
    }

    private String login(String email) {
        var answer =
                send(here, "", "POST", "/auth/login", "{\"email\":\"" + email + "\",\"password\":\"" + OWN + "\"}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer).path("access_token").asString();
    }

    private void changePassword(String email, String before) {
        assertThat(status(
                        here,
                        "",
                        "POST",
                        "/auth/password",
                        "{\"email\":\"%s\",\"password\":\"%s\",\"new_password\":\"%s\"}".formatted(email, before, OWN)))
                .isEqualTo(204);
    }

    private String user(String email) {
        var made = send(
                here, root, "POST", "/users", "{\"email\":\"" + email + "\",\"password\":\"a first long secret\"}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        changePassword(email, "a first long secret");
        return json(made).path("id").asString();
    }

    /** A new token of Ann's; {@code more} begins with a comma where there is any. */
    private JsonNode token(String more) {
        return tokenOf(ann, more);
    }

    private JsonNode tokenOf(String credential, String more) {
        var made = send(here, credential, "POST", "/tokens", "{\"name\":\"t" + number++ + "\"" + more + "}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        secrets.add(json(made).path("token").asString());
        return json(made);
    }

    private String secret(String more) {
        return token(more).path("token").asString();
    }

    @Test
    void whatWasMadeAMomentAgoIsTakenEverywhereOnEveryTransport() throws Exception {
        String token = secret(",\"permissions\":[\"tools.read\",\"tools.execute\",\"gateways.read\"]");

        var me = send(there, token, "GET", "/auth/me", "");

        assertThat(me.statusCode()).as(me.body()).isEqualTo(200);
        assertThat(json(me).path("user").asString()).isEqualTo("ann@example.com");
        assertThat(json(me).path("source").asString()).isEqualTo("api_token");
        assertThat(json(me).path("scopes").size()).isEqualTo(3);
        assertThat(send(there, token, "POST", gateway + "/mcp", LEGACY).body()).isEqualTo(PONG);
        assertThat(modern(there, token).body()).isEqualTo(PONG);
        try (var line = new SseClient(address(there, "http", gateway + "/sse"), token)) {
            assertThat(line.status()).isEqualTo(200);
            assertThat(line.post(line.data(), LEGACY).statusCode()).isEqualTo(202);
            assertThat(line.data()).isEqualTo(PONG);
        }
        try (var socket = new SocketClient(address(there, "ws", gateway + "/ws"), token)) {
            socket.say(LEGACY);
            assertThat(socket.heard()).isEqualTo(PONG);
        }
        try (var socket = new SocketClient(address(there, "ws", gateway + "/ws?token=" + token), null)) {
            socket.say(LEGACY);
            assertThat(socket.heard()).isEqualTo(PONG);
        }
    }

    @Test
    void itsPermissionsHoldOnEveryTransport() throws Exception {
        String token = secret(",\"permissions\":[\"tools.read\"]");

        assertThat(status(here, token, "GET", "/tools", "")).isEqualTo(200);
        assertThat(status(here, token, "GET", "/gateways", "")).isEqualTo(403);
        assertThat(status(here, token, "POST", gateway + "/mcp", LISTING)).isEqualTo(200);
        assertThat(status(here, token, "POST", gateway + "/mcp", LEGACY)).isEqualTo(403);
        assertThat(modern(here, token).statusCode()).isEqualTo(403);
        try (var line = new SseClient(address(here, "http", gateway + "/sse"), token)) {
            assertThat(line.post(line.data(), LEGACY).statusCode()).isEqualTo(403);
        }
        try (var socket = new SocketClient(address(here, "ws", gateway + "/ws"), token)) {
            socket.say(LEGACY);
            assertThat(socket.heard()).contains("tools.execute");
        }
    }

    /** What is its user's own, whatever their permissions. */
    @Test
    void oneForSomeOfWhatItsUserMayDoDoesNothingElseOfTheirs() {
        String some = secret(",\"permissions\":[\"tools.read\"]");
        String all = secret("");
        String id = "/" + UUID.randomUUID();
        for (String asked : List.of(
                "GET /auth/sessions",
                "DELETE /auth/sessions" + id,
                "DELETE /oauth/connections" + id,
                "GET /oauth/authorize" + id,
                "GET /calls")) {
            String[] parts = asked.split(" ", 2);
            assertThat(status(here, some, parts[0], parts[1], "")).as(asked).isEqualTo(403);
            assertThat(status(here, all, parts[0], parts[1], "")).as(asked).isNotEqualTo(403);
        }
        String reads =
                tokenOf(root, ",\"permissions\":[\"audit.read\"]").path("token").asString();
        assertThat(status(here, reads, "GET", "/calls", "")).isEqualTo(200);
    }

    @Test
    void oneForAnotherGatewayFindsNothing() {
        String other = json(send(
                        here, root, "POST", "/gateways", "{\"name\":\"other\",\"url\":\"http://127.0.0.1:9/mcp\"}"))
                .path("id")
                .asString();
        String token = secret(",\"gateway_id\":\"" + other + "\"");

        assertThat(status(here, token, "POST", gateway + "/mcp", LEGACY)).isEqualTo(404);
        assertThat(status(here, token, "GET", gateway, "")).isEqualTo(404);
        assertThat(status(here, token, "GET", "/gateways/" + other, "")).isEqualTo(200);
        assertThat(status(here, token, "GET", "/tokens", "")).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.0/24", "::1", "127.0.0.2/32"})
    void fromElsewhereItIsRefusedOnEveryTransportWhateverAProxyIsToldToSay(String cidr) throws Exception {
        String token = secret(",\"ip_cidrs\":[\"" + cidr + "\"]");

        var rest = send(here, token, "GET", "/auth/me", "");

        assertThat(rest.statusCode()).isEqualTo(401);
        assertThat(rest.headers().firstValue("WWW-Authenticate")).isPresent();
        assertThat(json(rest).path("detail").asString())
                .contains("not taken from the address 127.0.0.1")
                .doesNotContain(cidr);
        assertThat(status(here, token, "POST", gateway + "/mcp", LEGACY)).isEqualTo(401);
        assertThat(modern(here, token).statusCode()).isEqualTo(401);
        try (var line = new SseClient(address(here, "http", gateway + "/sse"), token)) {
            assertThat(line.status()).isEqualTo(401);
        }
        try (var socket = new SocketClient(address(here, "ws", gateway + "/ws"), token)) {
            assertThat(socket.closing().code()).isEqualTo(1008);
        }
    }

    @Test
    void behindATrustedProxyTheClientsAddressCounts() {
        String token = secret(",\"ip_cidrs\":[\"192.0.2.0/24\"]");

        assertThat(send(request(here, token, "GET", "/auth/me", "").header("X-Forwarded-For", "192.0.2.7"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(send(request(here, token, "GET", "/auth/me", "")
                                .header("X-Forwarded-For", "192.0.2.7, 198.51.100.1"))
                        .statusCode())
                .isEqualTo(401);
    }

    /** How a stream stays open. */
    enum Kind {
        GET,
        LISTEN,
        SSE,
        WEBSOCKET
    }

    /** What ends a token. */
    private enum End {
        DELETED,
        SWITCHED_OFF,
        OWNER_OFF,
        OWNER_DELETED,
        LOGGED_OUT
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whateverEndsATokenEndsItsStreamsOnTheOtherReplica(Kind kind) throws Exception {
        for (End end : End.values()) {
            String email = "u" + number++ + "@example.com";
            String id = user(email);
            var made = tokenOf(login(email), "");
            String token = made.path("token").asString();
            try (var open = open(kind, token)) {
                end(end, made, id);

                await().atMost(REVOKED_WITHIN)
                        .pollInterval(Duration.ofMillis(50))
                        .untilAsserted(() -> assertThat(status(there, token, "GET", "/auth/me", ""))
                                .as("%s", end)
                                .isEqualTo(401));
                assertThat(status(there, token, "POST", gateway + "/mcp", LEGACY))
                        .isEqualTo(401);
                await().atMost(LONG).until(open::ended);
            }
        }
    }

    private void end(End end, JsonNode token, String user) {
        String path = "/tokens/" + token.path("id").asString();
        int status = switch (end) {
            case DELETED -> status(here, root, "DELETE", path, "");
            case SWITCHED_OFF -> status(here, root, "PATCH", path, "{\"enabled\":false}");
            case OWNER_OFF -> status(here, root, "PATCH", "/users/" + user, "{\"enabled\":false}");
            case OWNER_DELETED -> status(here, root, "DELETE", "/users/" + user, "");
            case LOGGED_OUT -> status(here, token.path("token").asString(), "POST", "/auth/logout", "");
        };
        assertThat(status).as("%s", end).isBetween(200, 204);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aSwitchedOffUsersStreamsEndToo(Kind kind) throws Exception {
        String email = "off" + number++ + "@example.com";
        String id = user(email);
        try (var open = open(kind, login(email))) {
            assertThat(status(here, root, "PATCH", "/users/" + id, "{\"enabled\":false}"))
                    .isEqualTo(200);

            await().atMost(LONG).until(open::ended);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aNewPasswordEndsTheStreamsOfEarlierSignIns(Kind kind) throws Exception {
        String email = "pw" + number++ + "@example.com";
        var _ = user(email);
        String before = login(email);
        String token = tokenOf(before, "").path("token").asString();
        try (var open = open(kind, before)) {
            assertThat(status(
                            here,
                            "",
                            "POST",
                            "/auth/password",
                            "{\"email\":\"%s\",\"password\":\"%s\",\"new_password\":\"another long secret\"}"
                                    .formatted(email, OWN)))
                    .isEqualTo(204);

            assertThat(status(here, before, "GET", "/auth/me", "")).isEqualTo(401);
            await().atMost(LONG).until(open::ended);
            assertThat(status(there, token, "GET", "/auth/me", ""))
                    .as("an API token is none of a password's")
                    .isEqualTo(200);
        }
    }

    /** A stream at the other replica. */
    private interface Open extends AutoCloseable {

        boolean ended();

        @Override
        void close();
    }

    private Open open(Kind kind, String token) throws Exception {
        return switch (kind) {
            case GET ->
                http(request(there, token, "GET", gateway + "/mcp", "").setHeader("Accept", "text/event-stream"));
            case LISTEN ->
                http(request(there, token, "POST", gateway + "/mcp", LISTEN)
                        .header("MCP-Protocol-Version", "2026-07-28")
                        .header("Mcp-Method", "subscriptions/listen"));
            case SSE -> {
                var line = new SseClient(address(there, "http", gateway + "/sse"), token);
                assertThat(line.data()).contains("/message");
                yield new Open() {
                    @Override
                    public boolean ended() {
                        try {
                            return line.next("(nothing begins so)") == null;
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    }

                    @Override
                    public void close() {
                        line.close();
                    }
                };
            }
            case WEBSOCKET -> {
                var socket = new SocketClient(address(there, "ws", gateway + "/ws"), token);
                socket.pinged();
                yield new Open() {
                    @Override
                    public boolean ended() {
                        return socket.closed.isDone() && socket.closed.join().code() == 1008;
                    }

                    @Override
                    public void close() {
                        socket.close();
                    }
                };
            }
        };
    }

    private Open http(HttpRequest.Builder request) throws Exception {
        var own = HttpClient.newHttpClient();
        var response = own.send(request.timeout(Duration.ofMinutes(2)).build(), BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).hasValue("text/event-stream");
        var over = Executors.newVirtualThreadPerTaskExecutor();
        Future<Long> read = over.submit(() -> response.body().transferTo(java.io.OutputStream.nullOutputStream()));
        return new Open() {
            @Override
            public boolean ended() {
                return read.isDone();
            }

            @Override
            public void close() {
                own.shutdownNow();
                over.shutdownNow();
            }
        };
    }

    @Test
    void itsQuotaIsOneOverBothReplicasAndAllTransports() throws Exception {
        String token = secret(",\"quota_per_hour\":40");
        assertThat(status(here, token, "GET", "/auth/me", "")).isEqualTo(200);
        assertThat(status(there, token, "POST", gateway + "/mcp", LEGACY)).isEqualTo(200);
        assertThat(modern(there, token).statusCode()).isEqualTo(200);
        assertThat(status(here, token, "GET", "/nowhere", "")).isEqualTo(404);
        try (var socket = new SocketClient(address(here, "ws", gateway + "/ws"), token)) {
            socket.say(LEGACY);
            assertThat(socket.heard()).isEqualTo(PONG);
        }
        // that were 6
        try (var line = new SseClient(address(there, "http", gateway + "/sse"), token)) {
            String elsewhere = address(here, "http", line.data()).toString();
            assertThat(line.post(elsewhere, LEGACY).statusCode())
                    .as("handed over")
                    .isEqualTo(202);
            assertThat(line.data()).isEqualTo(PONG);
        }

        long went = atOnce(token, 100);

        assertThat(went).isEqualTo(40 - 8);
        var refused = send(there, token, "POST", gateway + "/mcp", LEGACY);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).contains("40 calls per hour");
        assertThat(Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow()))
                .isBetween(1, 3601);
        assertThat(status(here, token, "GET", "/auth/me", "")).isEqualTo(429);
        try (var socket = new SocketClient(address(here, "ws", gateway + "/ws"), token)) {
            assertThat(socket.closing().code()).isEqualTo(1013);
        }
    }

    /** How many of so many calls at once, at both replicas in turns, were answered. */
    private long atOnce(String token, int calls) {
        try (var callers = Executors.newFixedThreadPool(16)) {
            var answers = IntStream.range(0, calls)
                    .mapToObj(i -> callers.submit(() -> i % 2 == 0
                            ? status(here, token, "GET", "/auth/me", "")
                            : status(there, token, "POST", gateway + "/mcp", LEGACY)))
                    .toList();
            return answers.stream()
                    .map(TokensIT::answer)
                    .filter(status -> status == 200)
                    .count();
        }
    }

    private static int answer(Future<Integer> answer) {
        try {
            return answer.get();
        } catch (InterruptedException | java.util.concurrent.ExecutionException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "\"x\"",
                "{",
                "{\"name\":\"a\",\"name\":\"b\"}",
                "{\"name\":1e999}",
                "{\"name\":\"\\ud800\"}",
                "{\"name\":{\"a\":[]}}",
                "{\"hours\":[[]]}",
                "{\"name\":\"a\",\"hours\":\"always\"}",
                "{\"name\":\"a\",\"quota_per_hour\":1e2}",
                "{\"name\":\"a\",\"expires_at\":\"9999999999-01-01T00:00:00Z\"}",
                "{\"name\":\"a\\u0000b\"}",
                "{\"name\":\"a\",\"ip_cidrs\":[\"1.2.3.4/\",\"::/129\",7]}"
            })
    void whatIsBadIsRefusedAndNeverAFault(String body) {
        assertThat(status(here, ann, "POST", "/tokens", body)).isIn(400, 422);
        assertThat(status(here, root, "PATCH", "/tokens/" + "x".repeat(300), body))
                .isIn(400, 404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"pst_", "pst_x", "pst_0000000000000000000000000000000000000000000000000", "PST_x", "pst_.."})
    void whatIsNoTokenIsRefused(String token) {
        for (String path : List.of("/auth/me", "/tokens")) {
            assertThat(status(here, token, "GET", path, "")).isEqualTo(401);
        }
        assertThat(status(here, token, "POST", gateway + "/mcp", LEGACY)).isEqualTo(401);
    }

    @Test
    void noSecretIsInALogAnErrorTheTrailOrTheDatabase(CapturedOutput output) {
        String token = secret(",\"quota_per_day\":5");
        assertThat(status(here, token, "GET", "/tokens", "")).isEqualTo(200);
        var _ = status(here, token, "POST", "/tokens", "{\"name\":\"x\"}");
        var _ = status(here, token + "0", "GET", "/tokens", "");
        var dump = new StringBuilder();
        var database = here.getBean(DatabaseClient.class);
        var tables = database.sql("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
                .map(row -> row.get(0, String.class))
                .all()
                .collectList()
                .block(LONG);
        for (String table : tables) {
            dump.append(database.sql("SELECT CAST(t AS TEXT) FROM " + table + " t")
                    .map(row -> String.valueOf(row.get(0)))
                    .all()
                    .collectList()
                    .block(LONG));
        }

        assertThat(dump).contains("ann@example.com");
        assertThat(secrets).isNotEmpty().allSatisfy(secret -> {
            assertThat(dump.toString()).doesNotContain(secret);
            assertThat(output.getAll()).doesNotContain(secret);
            assertThat(send(here, root, "GET", "/audit?limit=1000", "").body()).doesNotContain(secret);
        });
        assertThat(output.getAll())
                .doesNotContain(io.penstock.caller.Digest.of(token).hex());
    }

    @Test
    void whenItWasUsedIsToldAWhileLater() {
        var made = token("");
        String path = "/tokens/" + made.path("id").asString();
        assertThat(made.path("last_used_at").isNull()).isTrue();
        assertThat(status(there, made.path("token").asString(), "GET", "/auth/me", ""))
                .isEqualTo(200);

        await().atMost(LONG)
                .untilAsserted(() -> assertThat(json(send(here, ann, "GET", path, ""))
                                .path("last_used_at")
                                .asString(""))
                        .isNotEmpty());
    }

    /** Over REST and MCP, on both replicas, by which tool and with what outcome. */
    @Test
    void whatWasDoneWithATokenIsTold() {
        var made = token(",\"permissions\":[\"gateways.read\",\"mcp:server:up:tool:echo:execute\"]");
        String token = made.path("token").asString();
        String path = "/tokens/" + made.path("id").asString() + "/usage";
        assertThat(status(here, token, "GET", "/gateways", "")).isEqualTo(200);
        assertThat(modern(here, token).statusCode()).isEqualTo(200);
        assertThat(modern(there, token).statusCode()).isEqualTo(200);
        assertThat(status(there, token, "POST", gateway + "/mcp", LEGACY.replace("echo", "drop")))
                .isEqualTo(403);

        await().atMost(LONG)
                .untilAsserted(() -> assertThat(json(send(here, ann, "GET", path, ""))
                                .path("calls")
                                .asInt())
                        .isEqualTo(4));
        var usage = json(send(there, ann, "GET", path, ""));
        assertThat(usage.path("refused").asInt()).isEqualTo(1);
        assertThat(usage.path("failed").asInt()).isZero();
        assertThat(usage.path("last_at").asString()).isNotEmpty();
        assertThat(usage.path("records"))
                .anySatisfy(record -> {
                    assertThat(record.path("name").asString("")).isEqualTo("drop");
                    assertThat(record.path("outcome").asString()).isEqualTo("refused");
                    assertThat(record.path("reason").asString()).contains("tools.execute");
                    assertThat(record.path("address").asString()).isEqualTo("127.0.0.1");
                })
                .allSatisfy(record ->
                        assertThat(record.path("user_email").asString()).isEqualTo("ann@example.com"));
        var later = json(send(here, ann, "GET", path + "?since=2999-01-01T00:00:00Z", ""));
        assertThat(later.path("calls").asInt()).isZero();
        assertThat(later.path("last_at").isNull()).isTrue();
        var _ = user("eve@example.com");
        assertThat(status(here, login("eve@example.com"), "GET", path, "")).isEqualTo(404);
    }
}
