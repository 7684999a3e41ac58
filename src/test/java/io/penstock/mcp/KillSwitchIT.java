package io.penstock.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jwt.SignedJWT;
import io.netty.buffer.Unpooled;
import io.penstock.Penstock;
import io.penstock.Tokens;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Features;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.snapshot.Catalog;
import io.penstock.store.Databases;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Two whole replicas on one PostgreSQL: what is switched off at one of them ends at once at both. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KillSwitchIT {

    private static final Logger LOG = LoggerFactory.getLogger(KillSwitchIT.class);
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";
    private static final String PROGRESS =
            "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"info\",\"data\":\"x\"}}\n\n";

    /** A second is promised; a machine that builds several things at once may be slower. */
    private static final long PATIENCE_MILLIS = 5_000;

    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private final HttpClient client = HttpClient.newHttpClient();
    private final String root = Tokens.administrator(SIGNING);
    private final List<ConfigurableApplicationContext> replicas = new ArrayList<>();
    private String user = "";
    private String userId = "";
    private String gateway = "";

    @BeforeAll
    void start() {
        upstream.script = KillSwitchIT::answered;
        String database = Databases.freshUrl();
        replicas.add(replica(database));
        replicas.add(replica(database));
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

    /** It takes calls and does not answer them; streams it opens. */
    private static Publisher<Void> answered(ScriptedUpstream.Seen seen, HttpServerResponse response) {
        if (seen.body().contains("notifications/cancelled")) {
            return response.status(202).send();
        }
        if (seen.body().contains("\"wait\"")) {
            return Mono.never();
        }
        return response.header("content-type", "text/event-stream")
                .send(
                        Flux.just(PROGRESS)
                                .concatWith(Flux.never())
                                .map(text -> Unpooled.copiedBuffer(text, StandardCharsets.UTF_8)),
                        each -> true);
    }

    @AfterAll
    void stop() {
        client.shutdownNow();
        upstream.close();
        replicas.forEach(ConfigurableApplicationContext::close);
    }

    @BeforeEach
    void someone() {
        upstream.seen.clear();
        user = UUID.randomUUID() + "@example.com";
        userId = made(root, "/users", "{\"email\":\"" + user + "\"}").path("id").asString();
        String id = made(root, "/gateways", """
                {"name":"up-%s","url":"http://127.0.0.1:%d/mcp","transport":"STREAMABLEHTTP","auth_type":"bearer",
                "auth_token":"up-secret"}""".formatted(user.substring(0, 8), upstream.port()))
                .path("id")
                .asString();
        gateway = "/gateways/" + id;
        var gateways = bean(Gateways.class);
        var registered = gateways.find(UUID.fromString(id)).block(LONG);
        Sightings.seen(gateways, registered);
        var found = List.of(tool("wait"), tool("stream"));
        var _ = bean(Features.class)
                .replace(registered, Feature.Kind.TOOL, found, Long.MAX_VALUE)
                .block(LONG);
        for (var replica : replicas) {
            var _ = replica.getBean(Catalog.class).refresh().block(LONG);
        }
    }

    private static Features.Discovered tool(String name) {
        return new Features.Discovered(name, "{\"name\":\"" + name + "\",\"inputSchema\":{\"type\":\"object\"}}");
    }

    private <T> T bean(Class<T> type) {
        return replicas.getFirst().getBean(type);
    }

    private static String address(ConfigurableApplicationContext replica) {
        return "http://localhost:" + replica.getEnvironment().getProperty("local.server.port");
    }

    private JsonNode made(String token, String path, String body) {
        return send(token, "POST", path, body);
    }

    private JsonNode send(String token, String method, String path, String body) {
        try {
            var request = HttpRequest.newBuilder(URI.create(address(replicas.getFirst()) + path))
                    .header("Authorization", "Bearer " + token)
                    .header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(body))
                    .build();
            var answer = client.send(request, BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
            return JsonMapper.shared().readTree(answer.body().isEmpty() ? "{}" : answer.body());
        } catch (java.io.IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private String tool() {
        return send(root, "GET", "/tools?gateway_id=" + gateway.substring("/gateways/".length()), "")
                .valueStream()
                .filter(each -> each.path("original_name").asString().equals("wait"))
                .findFirst()
                .orElseThrow()
                .path("id")
                .asString();
    }

    /** One of each, on both replicas. */
    private List<Ongoing> everything(String token, String path) throws Exception {
        var all = new ArrayList<Ongoing>();
        for (var replica : replicas) {
            var opener = new Ongoing.Opener(client, address(replica), path, token);
            all.add(opener.call("wait"));
            all.add(opener.call("stream"));
            all.add(opener.stream());
            all.add(opener.listen());
            all.add(opener.line("wait"));
            all.add(opener.socket("wait"));
        }
        await().atMost(LONG).untilAsserted(() -> assertThat(upstream.open).hasValue(all.size()));
        return all;
    }

    private void ends(String what, List<Ongoing> all, String reason, Supplier<JsonNode> kill) throws Exception {
        assertThat(all).noneMatch(one -> one.end().isDone());
        long began = System.nanoTime();
        var _ = kill.get();

        long longest = 0;
        for (Ongoing one : all) {
            long millis = one.millisAfter(began);
            LOG.info("{}: {} ended after {} ms", what, one.what(), millis);
            assertThat(one.heard().text()).as(one.what()).contains(reason);
            longest = Math.max(longest, millis);
        }
        LOG.info("{}: the last of {} ended after {} ms", what, all.size(), longest);
        assertThat(longest).isLessThan(PATIENCE_MILLIS);
        await().atMost(LONG).untilAsserted(() -> assertThat(upstream.open).hasValue(0));
    }

    private long cancelled() {
        return upstream.seen.stream()
                .filter(seen -> seen.body().contains("notifications/cancelled"))
                .count();
    }

    @Test
    void aGatewayThatIsSwitchedOffEndsAllThatGoesThroughIt() throws Exception {
        var all = everything(Bearers.token(SIGNING, user), gateway);

        ends("gateway", all, "switched off", () -> send(root, "POST", gateway + "/state?activate=false", ""));

        // the waiting and the streaming calls, and those on lines
        await().atMost(LONG).untilAsserted(() -> assertThat(cancelled()).isEqualTo(8));
    }

    @Test
    void aUserWhoIsSwitchedOffHasNothingUnderWayAnyMore() throws Exception {
        var all = everything(Bearers.token(SIGNING, user), gateway);

        ends("user", all, "switched off", () -> send(root, "PATCH", "/users/" + userId, "{\"enabled\":false}"));
    }

    @Test
    void aJwtThatSomebodyElseHoldsEndsByItsIdOrByItself() throws Exception {
        String held = Bearers.token(SIGNING, user);
        String id = SignedJWT.parse(held).getJWTClaimsSet().getJWTID();
        var all = everything(held, gateway);
        ends("jti", all, "revoked", () -> send(root, "POST", "/admin/revocations", "{\"jti\":\"" + id + "\"}"));

        String other = Bearers.token(SIGNING, user);
        var more = everything(other, gateway);
        ends("jwt", more, "revoked", () -> send(root, "POST", "/admin/revocations", "{\"token\":\"" + other + "\"}"));
    }

    @Test
    void anApiTokenThatIsSwitchedOffTakesAlongWhatWasBegunWithIt() throws Exception {
        var token = made(Bearers.token(SIGNING, user), "/tokens", "{\"name\":\"ci\"}");
        var all = everything(token.path("token").asString(), gateway);

        ends(
                "token",
                all,
                "switched off",
                () -> send(root, "PATCH", "/tokens/" + token.path("id").asString(), "{\"enabled\":false}"));
    }

    @Test
    void aToolThatIsSwitchedOffEndsItsCallsAndNoOthers() throws Exception {
        var opener = new Ongoing.Opener(client, address(replicas.getLast()), gateway, Bearers.token(SIGNING, user));
        var other = opener.call("stream");
        var its = opener.call("wait");
        var throughAll = new Ongoing.Opener(client, address(replicas.getLast()), "", Bearers.token(SIGNING, user))
                .call("up-" + user.substring(0, 8) + "-wait");
        await().atMost(LONG).untilAsserted(() -> assertThat(upstream.open).hasValue(3));
        long began = System.nanoTime();

        var _ = send(root, "POST", "/tools/" + tool() + "/state?activate=false", "");

        for (var one : List.of(its, throughAll)) {
            LOG.info("tool: {} ended after {} ms", one.what(), one.millisAfter(began));
            assertThat(one.millisAfter(began)).isLessThan(PATIENCE_MILLIS);
            assertThat(one.heard().text()).contains("-32602");
        }
        assertThat(other.end()).isNotDone();
        var _ = send(root, "POST", gateway + "/state?activate=false", "");
        assertThat(other.heard().text()).contains("switched off", "\"id\":7");
    }
}
