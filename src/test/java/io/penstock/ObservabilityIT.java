package io.penstock;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What the dashboard and the alerts look at is what a running gateway tells. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "DATA_DIR=" + ObservabilityIT.DATA,
            "AUTH_ENCRYPTION_KEYSET_FILE=" + ObservabilityIT.KEYSET,
            "JWT_SECRET_KEY=zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH",
            "penstock.health.poll=1h"
        })
class ObservabilityIT {

    static final String DATA = "target/observability-keyset-it";
    static final String KEYSET = DATA + "/keyset.json";

    private static final Pattern NAME = Pattern.compile("\\b(penstock|r2dbc|jvm|process)_[a-z0-9_]+\\b");
    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";

    @LocalServerPort
    private int port;

    @LocalManagementPort
    private int managementPort;

    /** What is told of a keyset file is not told without one. */
    @BeforeAll
    static void makeAKeyset() throws IOException {
        Files.createDirectories(Path.of(DATA));
        if (!Files.exists(Path.of(KEYSET))) {
            assertThat(new KeysetCommand(Map.of()).run(List.of("create", "--file", KEYSET), System.out, System.err))
                    .isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dashboard.json", "rules.yaml"})
    void eachMetricIsToldOf(String file) throws IOException, InterruptedException {
        Set<String> used = names(Files.readString(Path.of("deploy/observability", file)));

        Set<String> told = names(scraped());

        assertThat(used).hasSizeGreaterThan(5);
        assertThat(told).containsAll(used);
    }

    private static Set<String> names(String text) {
        return NAME.matcher(text).results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
    }

    /** After a call and a collection, because neither is told of before there was one. */
    private String scraped() throws IOException, InterruptedException {
        System.gc();
        try (var client = HttpClient.newHttpClient()) {
            var call = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/mcp"))
                    .header("Authorization", "Bearer " + Tokens.administrator("zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH"))
                    .header("Content-Type", "application/json")
                    .header("Accept", "application/json, text/event-stream")
                    .POST(HttpRequest.BodyPublishers.ofString(PING))
                    .build();
            var called = client.send(call, BodyHandlers.ofString());
            assertThat(called.statusCode()).as(called.body()).isLessThan(500);
            var scrape = HttpRequest.newBuilder(
                            URI.create("http://localhost:" + managementPort + "/actuator/prometheus"))
                    .build();
            return client.send(scrape, BodyHandlers.ofString()).body();
        }
    }
}
