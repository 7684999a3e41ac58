package io.penstock.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.Tokens;
import io.penstock.catalog.DriftPolicy;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Features;
import io.penstock.catalog.Filter;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.Transport;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.Viewer;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Catalog;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import reactor.core.publisher.Mono;

/** What a virtual server adds to a call of its upstream's own era is the name, and to a list that it is everybody's own. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "AUTH_ENCRYPTION_SECRET=Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
            "JWT_SECRET_KEY=" + VirtualServerIT.SIGNING,
            "DATA_DIR=target/virtual-server-it",
            "penstock.health.poll=1h",
            "UPSTREAM_ALLOWED_CIDRS=127.0.0.0/8"
        })
class VirtualServerIT {

    static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";

    private static final String META = "\"_meta\": {\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{}}";
    private static final String ANSWER =
            "{ \"result\" : {\"content\":[{\"text\":\"\\u00e9\",\"type\":\"text\"}],\"x\":1.50e3},\"jsonrpc\":\"2.0\", \"id\":\"7\" }";

    @LocalServerPort
    private int port;

    @Autowired
    private Gateways gateways;

    @Autowired
    private Features features;

    @Autowired
    private Catalog catalog;

    private final HttpClient client = HttpClient.newHttpClient();
    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private final String name = "up-" + UUID.randomUUID();
    private Gateway everybodys;

    @BeforeEach
    void register() {
        everybodys = registered(name, Visibility.PUBLIC, "owner@example.com");
    }

    private Gateway registered(String called, Visibility visibility, String owner) {
        var draft = new Gateways.Draft(
                called,
                URI.create("http://127.0.0.1:" + upstream.port() + "/mcp"),
                null,
                Transport.STREAMABLEHTTP,
                new UpstreamAuth.None(),
                visibility,
                null,
                List.of(),
                List.of(),
                null,
                DriftPolicy.WARN,
                false,
                null);
        Gateway created = gateways.create(draft, owner).block();
        Sightings.seen(gateways, created);
        var tools = Stream.of("work", "rest")
                .map(tool -> new Features.Discovered(
                        tool, "{\"name\":\"" + tool + "\",\"inputSchema\":{\"type\":\"object\"}}"))
                .toList();
        var _ = features.replace(created, Feature.Kind.TOOL, tools, Long.MAX_VALUE)
                .block();
        var _ = catalog.refresh().block();
        return created;
    }

    @AfterEach
    void close() {
        upstream.close();
        client.shutdownNow();
    }

    private HttpRequest request(String token, String body, String... headers) {
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/mcp"))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream");
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request.POST(HttpRequest.BodyPublishers.ofString(body)).build();
    }

    private HttpResponse<String> post(String token, String body, String... headers) throws Exception {
        return client.send(request(token, body, headers), BodyHandlers.ofString());
    }

    private static String[] stateless(String method) {
        return new String[] {"MCP-Protocol-Version", "2026-07-28", "Mcp-Method", method};
    }

    private static String list(String id) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"tools/list\",\"params\":{" + META + "}}";
    }

    private String listed(String token) throws Exception {
        return post(token, list("1"), stateless("tools/list")).body();
    }

    private static String token(String user, String... scopes) {
        return scopes.length == 0
                ? Bearers.token(SIGNING, user + "@example.com")
                : Bearers.token(SIGNING, user + "@example.com", List.of(scopes));
    }

    @Test
    void aCallOfTheUpstreamsEraGoesOnAsItIsButForTheName() throws Exception {
        upstream.script = (_, response) -> ScriptedUpstream.json(response, ANSWER);
        String body =
                "{ \"params\" : {\"arguments\":{\"a\":1.0, \"name\":\"%s\",\"b\":\"\\u00e9\"}, \"name\" : \"%s\", "
                        + META + "},\"id\":\"7\",\"method\":\"tools/call\", \"jsonrpc\":\"2.0\"}";
        String called = name + "-work";

        var answer = post(
                token("alice"),
                body.formatted(called, called),
                Stream.concat(Stream.of(stateless("tools/call")), Stream.of("Mcp-Name", called))
                        .toArray(String[]::new));

        assertThat(answer.body()).isEqualTo(ANSWER);
        assertThat(upstream.last().body()).isEqualTo(body.formatted(called, "work"));
        assertThat(upstream.last().headers().get("mcp-name")).isEqualTo("work");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2025-03-26", "2025-06-18", "2025-11-25"})
    void soDoesACallWithoutASessionAndNoUpstreamOpensOneForTheWholeServer(String version) throws Exception {
        upstream.script =
                (_, response) -> ScriptedUpstream.json(response.header("Mcp-Session-Id", "of-one-upstream"), ANSWER);
        String body =
                "{\"jsonrpc\":\"2.0\",\"id\":\"7\",\"method\":\"tools/call\",\"params\":{\"name\":\"%s\", \"arguments\":{}}}";

        var answer = post(token("alice"), body.formatted(name + "-work"), "MCP-Protocol-Version", version);

        assertThat(answer.body()).isEqualTo(ANSWER);
        assertThat(upstream.last().body()).isEqualTo(body.formatted("work"));
        assertThat(answer.headers().firstValue("mcp-session-id")).isEmpty();
    }

    @Test
    void aListTakesNoSessionEitherAndAllElseDoes() throws Exception {
        String list = "{\"jsonrpc\":\"2.0\",\"id\":\"a\\\"b\",\"method\":\"tools/list\"}";

        assertThat(post(token("alice"), list).body())
                .startsWith("{\"jsonrpc\":\"2.0\",\"id\":\"a\\\"b\",\"result\":{\"tools\":[{\"name\":\"")
                .contains(name + "-work")
                .doesNotContain("resultType");
        assertThat(post(token("alice"), list.replace("tools/list", "ping")).statusCode())
                .isEqualTo(400);
        assertThat(upstream.seen).isEmpty();
    }

    @Test
    void nobodysListIsAnybodyElses() throws Exception {
        String anns = "ann-" + UUID.randomUUID();
        registered(anns, Visibility.PRIVATE, "ann@example.com");
        String ann = token("ann");
        String eve = token("eve");
        String one = token("eve", "mcp:server:" + name + ":tool:rest:execute");
        String none = token("eve", "mcp:server:nothing:execute");
        String root = Tokens.administrator(SIGNING);
        List<CompletableFuture<Void>> looks = new ArrayList<>();

        for (int i = 0; i < 20; i++) {
            for (String token : List.of(ann, eve, one, none, root)) {
                String id = "\"" + i + "\"";
                looks.add(client.sendAsync(request(token, list(id), stateless("tools/list")), BodyHandlers.ofString())
                        .thenAccept(answer -> {
                            String body = answer.body();
                            boolean some = !token.equals(none);
                            assertThat(body).startsWith("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":");
                            assertThat(body.contains(anns)).isEqualTo(token.equals(ann));
                            assertThat(body.contains(name + "-rest")).isEqualTo(some);
                            assertThat(body.contains(name + "-work")).isEqualTo(some && !token.equals(one));
                        }));
            }
        }

        CompletableFuture.allOf(looks.toArray(CompletableFuture[]::new)).join();
    }

    @Test
    void whatIsSwitchedOffIsGoneFromTheNextList() throws Exception {
        String eve = token("eve", "mcp:server:" + name + ":read");
        assertThat(listed(eve)).contains(name + "-work", name + "-rest");
        var work = features.list(
                        Feature.Kind.TOOL,
                        new Viewer(true, "", Set.of()),
                        new Filter(everybodys.id(), null, null, null, null, null, null, null, null),
                        500,
                        null)
                .filter(feature -> feature.name().equals(name + "-work"))
                .blockFirst();

        var _ = features.update(Feature.Kind.TOOL, work.id(), false, List.of(), work.version())
                .block();
        var _ = catalog.refresh().block();

        assertThat(listed(eve)).contains(name + "-rest").doesNotContain(name + "-work");
        var _ = gateways.delete(
                        everybodys.id(), gateways.find(everybodys.id()).block().version(), Mono.empty())
                .block();
        var _ = catalog.refresh().block();
        assertThat(listed(eve)).doesNotContain(name);
    }
}
