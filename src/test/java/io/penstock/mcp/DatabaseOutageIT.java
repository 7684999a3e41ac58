package io.penstock.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.Penstock;
import io.penstock.Tokens;
import io.penstock.catalog.Gateways;
import io.r2dbc.pool.ConnectionPool;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.json.JsonMapper;

/** A PostgreSQL server that is killed, or stands still, under a running gateway, and comes back. */
class DatabaseOutageIT {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseOutageIT.class);
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";
    private static final String CALL =
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\"}}";
    private static final String DONE = "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}";

    @TempDir
    private Path folder;

    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private final HttpClient client = HttpClient.newHttpClient();
    private final String root = Tokens.administrator(SIGNING);
    private EmbeddedPostgres database;
    private ConfigurableApplicationContext gateway;
    private String path = "";
    private int port;

    @BeforeEach
    void start() throws IOException {
        upstream.script = (seen, response) -> ScriptedUpstream.json(response, DONE);
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        database = database();
        var application = new SpringApplication(Penstock.class);
        application.setDefaultProperties(Map.of(
                "PORT", "0",
                "MANAGEMENT_PORT", "0",
                "BASE_URL", "http://localhost",
                "DATABASE_URL", "r2dbc:postgresql://postgres:postgres@localhost:" + port + "/postgres",
                "AUTH_ENCRYPTION_SECRET", "Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
                "JWT_SECRET_KEY", SIGNING,
                "penstock.health.poll", "1h",
                "UPSTREAM_ALLOWED_CIDRS", "127.0.0.0/8"));
        gateway = application.run();
        register();
    }

    private EmbeddedPostgres database() throws IOException {
        return EmbeddedPostgres.builder()
                .setPort(port)
                .setDataDirectory(folder.resolve("data"))
                .setCleanDataDirectory(false)
                .start();
    }

    private void register() {
        var made = send("POST", "/gateways", """
                {"name":"up","url":"http://127.0.0.1:%d/mcp","transport":"STREAMABLEHTTP","auth_type":"bearer",
                "auth_token":"up-secret"}""".formatted(upstream.port()));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        String id = JsonMapper.shared().readTree(made.body()).path("id").asString();
        var gateways = gateway.getBean(Gateways.class);
        Sightings.seen(gateways, gateways.find(UUID.fromString(id)).block(LONG));
        path = "/gateways/" + id + "/mcp";
        await().atMost(LONG).until(() -> call().body().equals(DONE)); // what was seen of it is told by a notice
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        database.close();
        upstream.close();
        client.shutdownNow();
    }

    /** The server's, itself the last. */
    private List<ProcessHandle> processes() throws IOException {
        long server = Long.parseLong(Files.readAllLines(folder.resolve("data/postmaster.pid"))
                .getFirst()
                .strip());
        var postmaster = ProcessHandle.of(server).orElseThrow();
        return Stream.concat(postmaster.descendants(), Stream.of(postmaster)).toList();
    }

    private void signal(String signal) throws IOException {
        var command = Stream.concat(
                Stream.of("kill", signal), processes().stream().map(process -> String.valueOf(process.pid())));
        var killing = new ProcessBuilder(command.toList()).inheritIO().start();
        assertThat(killing.onExit().join().exitValue()).isZero();
    }

    /** All of the server's processes, as a machine that fails takes them. */
    private void kill() throws IOException {
        var all = processes();
        all.reversed().forEach(ProcessHandle::destroyForcibly);
        await().atMost(LONG).until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
    }

    private HttpResponse<String> call() {
        return send("POST", path, CALL);
    }

    private HttpResponse<String> write() {
        return send("POST", "/users", "{\"email\":\"" + UUID.randomUUID() + "@example.com\"}");
    }

    private HttpResponse<String> send(String method, String to, String body) {
        var request = HttpRequest.newBuilder(URI.create(
                        "http://localhost:" + gateway.getEnvironment().getProperty("local.server.port") + to))
                .header("Authorization", "Bearer " + root)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .timeout(LONG)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void callsGoOnWhileTheDatabaseIsAwayAndWritesComeBackWithIt() throws IOException {
        assertThat(write().statusCode()).isEqualTo(201);

        kill();

        for (int i = 0; i < 200; i++) {
            assertThat(call().body()).isEqualTo(DONE);
        }
        long began = System.nanoTime();
        var refused = write();
        LOG.info("A write is refused after {} ms", millisSince(began));
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
        assertThat(refused.headers().firstValue("retry-after")).isPresent();
        assertThat(refused.body()).contains("database").doesNotContain("localhost", "postgres");
        assertThat(send("GET", "/gateways", "").statusCode()).isEqualTo(503);
        assertThat(call().body()).isEqualTo(DONE);

        database.close(); // lets go of the folder's lock; the server is gone
        database = database();

        long ready = System.nanoTime();
        await().atMost(LONG).until(() -> write().statusCode() == 201);
        LOG.info("The first write is taken {} ms after the database is back", millisSince(ready));
        assertThat(call().body()).isEqualTo(DONE);
        var pool = gateway.getBean(ConnectionPool.class).getMetrics().orElseThrow();
        await().atMost(LONG).untilAsserted(() -> {
            assertThat(pool.acquiredSize()).isZero();
            assertThat(pool.pendingAcquireSize()).isZero();
        });
    }

    @Test
    void aServerThatHangsHasChangesTurnedAwayAndTakesThemAgainWhenItGoesOn() throws IOException {
        assertThat(write().statusCode()).isEqualTo(201);

        signal("-STOP");
        try {
            for (int i = 0; i < 2; i++) {
                long began = System.nanoTime();
                var refused = write();
                LOG.info("A write is refused after {} ms", millisSince(began));
                assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
                assertThat(refused.headers().firstValue("retry-after")).isPresent();
                assertThat(call().body()).isEqualTo(DONE);
            }
        } finally {
            signal("-CONT");
        }

        long ready = System.nanoTime();
        await().atMost(LONG).until(() -> write().statusCode() == 201);
        LOG.info("The first write is taken {} ms after the database goes on", millisSince(ready));
        assertThat(call().body()).isEqualTo(DONE);
    }

    private static long millisSince(long began) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }
}
