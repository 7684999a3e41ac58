package io.penstock.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Every route of a running gateway, tried by those who have no business there: the routes are asked of the gateway itself. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "AUTH_ENCRYPTION_SECRET=Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
            "JWT_SECRET_KEY=" + TrespassIT.SIGNING,
            "DISCOVERY_BUDGET=30s",
            "penstock.health.poll=1h",
            "penstock.limits.address=0",
            "UPSTREAM_ALLOWED_CIDRS=127.0.0.0/8"
        })
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
class TrespassIT {

    static final String SIGNING = "zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH";

    private static final String LIST = """
            {"jsonrpc":"2.0","id":1,"method":"tools/list","params":{
            "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}""";
    private static final String[] STATELESS = {"MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/list"};
    private static final int AT_ONCE = 200;
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final String NOBODYS = "11111111-2222-4333-8444-555555555555";

    @LocalServerPort
    private int port;

    @Autowired
    private RequestMappingHandlerMapping requestMappingHandlerMapping;

    private Estate estate;

    @DynamicPropertySource
    static void folder(DynamicPropertyRegistry properties) {
        properties.add("DATA_DIR", () -> "target/trespass-it/" + UUID.randomUUID());
    }

    @BeforeAll
    void settle() throws IOException {
        estate = new Estate(SIGNING, port);
    }

    @AfterAll
    void leave() {
        estate.close();
    }

    private List<Route> routes() {
        return Route.all(requestMappingHandlerMapping);
    }

    private Mono<HttpResponse<String>> tried(Route route, String path, String token, String... headers) {
        String[] all = route.isMcp() && route.method().equals("POST")
                ? Stream.of(STATELESS, headers).flatMap(Stream::of).toArray(String[]::new)
                : headers;
        return estate.sent(token, route.method(), path, body(route), all);
    }

    private static int status(Mono<HttpResponse<String>> answer) {
        return answer.block(LONG).statusCode();
    }

    private static String body(Route route) {
        return switch (route.method()) {
            case "POST" -> route.isMcp() ? LIST : "{}";
            case "PUT", "PATCH" -> "{}";
            default -> "";
        };
    }

    /** What an answer tells, without what is different each time. */
    private static String told(HttpResponse<String> answer, String id) {
        return answer.statusCode() + " "
                + answer.body()
                        .replace(id, "(id)")
                        .replaceAll("\"correlation_id\":\"[^\"]*\"", "")
                        .replaceAll("\"time\":\"[^\"]*\"", "")
                + answer.headers().map().keySet().stream()
                        .filter(name -> !name.equals("date"))
                        .toList();
    }

    /** The path with one thing's id, and else the ids that belong to what Olga has. */
    private String path(Route route, String variable, String value) {
        return route.path()
                .replace("{" + variable + "}", value)
                .replace("{id}", "team-alpha")
                .replace("{member}", "olga@example.com")
                .replace("{invitation}", estate.accounts.get("invitation"))
                .replace("{assignment}", estate.accounts.get("assignment"));
    }

    private Set<String> secrets(String user) {
        var ids = new LinkedHashSet<>(estate.hers.values());
        if (!user.equals("mia")) {
            ids.addAll(estate.ours.values());
            ids.addAll(estate.accounts.values());
            ids.remove(estate.accounts.get(user));
        } else {
            ids.add(estate.accounts.get("role"));
            ids.add(estate.accounts.get("olga"));
        }
        return ids;
    }

    /** One thing that one may not see, and nothing at all, asked for in the same way. */
    private record Pair(Route route, String secret, String asked, String nothing, String askedForNothing) {}

    /** E1, I8: whatever is not one's business answers on each route like what is not there. */
    @ParameterizedTest
    @ValueSource(strings = {"stan", "otto", "mia"})
    void whatIsNotVisibleIsNotThereOnAnyRoute(String user) {
        String token = estate.token(user + "@example.com");
        var pairs = new ArrayList<Pair>();
        for (Route route : routes()) {
            if (!route.open() && route.names("id")) {
                for (String secret : secrets(user)) {
                    String nothing = nothingLike(secret);
                    pairs.add(new Pair(route, secret, path(route, "id", secret), nothing, path(route, "id", nothing)));
                }
            }
        }
        assertThat(pairs).hasSizeGreaterThan(400);

        compare(user, token, pairs);
    }

    private static String nothingLike(String secret) {
        if (secret.equals("team-alpha")) {
            return "team-gamma";
        }
        return secret.length() == NOBODYS.length() ? NOBODYS : "x".repeat(secret.length());
    }

    /** Many at once: one that is not known waits until the gateway has looked again, and all who wait share that look. */
    private void compare(String user, String token, List<Pair> pairs) {
        var answers = Flux.fromIterable(pairs)
                .flatMapSequential(
                        pair -> Mono.zip(
                                tried(pair.route(), pair.asked(), token),
                                tried(pair.route(), pair.askedForNothing(), token)),
                        AT_ONCE)
                .collectList()
                .block(LONG);

        for (int n = 0; n < pairs.size(); n++) {
            Pair pair = pairs.get(n);
            assertThat(told(answers.get(n).getT1(), pair.secret()))
                    .as("%s at %s with %s", user, pair.route(), pair.secret())
                    .startsWith("4")
                    .isEqualTo(told(answers.get(n).getT2(), pair.nothing()));
        }
    }

    /** The same requests by those whose things they are: the test above compares more than misses. */
    @Test
    void theirOwnersFindThem() {
        String olga = estate.token("olga@example.com");
        for (var mine : List.of(estate.hers, estate.ours)) {
            for (var thing : mine.entrySet()) {
                String kind = thing.getKey().endsWith("s") ? thing.getKey() : thing.getKey() + "s";
                assertThat(estate.send(olga, "GET", "/" + kind + "/" + thing.getValue(), "")
                                .statusCode())
                        .as(kind)
                        .isEqualTo(200);
            }
            for (String endpoint : List.of("/gateways/" + mine.get("gateway"), "/servers/" + mine.get("server"))) {
                var listed = estate.send(olga, "POST", endpoint + "/mcp", LIST, STATELESS);
                assertThat(listed.statusCode()).as(listed.body()).isEqualTo(200);
                assertThat(listed.body()).contains("echo");
            }
        }
        assertThat(estate.send(olga, "GET", "/teams/team-alpha", "").statusCode())
                .isEqualTo(200);
    }

    /** A member sees what is the team's and changes nothing of it. */
    @Test
    void aMemberReadsWhatIsTheTeamsAndChangesNothing() {
        String mia = estate.token("mia@example.com");
        int tries = 0;
        for (Route route : routes()) {
            boolean changes = List.of("PUT", "PATCH", "DELETE").contains(route.method());
            boolean things = Stream.of("/gateways/{id}", "/servers/{id}", "/tools/{id}", "/prompts/{id}")
                    .anyMatch(route.path()::equals);
            if (changes && things) {
                String kind = route.path().split("/", -1)[1];
                String id = estate.ours.getOrDefault(kind, estate.ours.get(kind.replaceFirst("s$", "")));
                assertThat(status(tried(route, path(route, "id", String.valueOf(id)), mia)))
                        .as(route.toString())
                        .isEqualTo(403);
                tries++;
            }
        }
        assertThat(tries).isGreaterThan(9);
    }

    /** E1: by names instead of ids. */
    @ParameterizedTest
    @ValueSource(strings = {"stan", "otto"})
    void namesLeadNowhereEither(String user) {
        var pairs = new ArrayList<Pair>();
        for (Route route : routes()) {
            if (!route.open() && route.names("name")) {
                for (String name :
                        List.of(Estate.HERS, Estate.OURS, Estate.HERS + "-server", Estate.OURS + "-server")) {
                    pairs.add(new Pair(
                            route, name, path(route, "name", name), "nothing", path(route, "name", "nothing")));
                }
            }
        }
        assertThat(pairs).hasSizeGreaterThan(20);

        compare(user, estate.token(user + "@example.com"), pairs);
    }

    /** Every list, narrowed in each way. */
    private List<String> lists() {
        var queries = List.of("", "?gateway_id=" + estate.hers.get("gateway"), "?q=secret", "?team_id=team-alpha");
        return routes().stream()
                .filter(route ->
                        route.method().equals("GET") && !route.path().contains("{") && !route.isMcp() && !route.open())
                .flatMap(route -> queries.stream().map(query -> route.path() + query))
                .toList();
    }

    /** The same lists, by whom they are for: the test below looks where there is something to see. */
    @Test
    void theListsOfTheirOwnerShowThem() {
        String olga = estate.token("olga@example.com");

        String shown = lists().stream()
                .map(list -> estate.send(olga, "GET", list, "").body())
                .collect(Collectors.joining());

        assertThat(shown)
                .contains(Estate.HERS, Estate.OURS)
                .contains(estate.hers.values())
                .contains(estate.ours.values());
        assertThat(estate.send(olga, "POST", "/mcp", LIST, STATELESS).body()).contains(Estate.HERS, Estate.OURS);
    }

    /** E1, I6: no list shows what is not one's business, whatever it is narrowed to. */
    @ParameterizedTest
    @ValueSource(strings = {"stan", "otto", "mia"})
    void noListShowsIt(String user) {
        String token = estate.token(user + "@example.com");
        Set<String> secrets = new TreeSet<>(secrets(user));
        secrets.removeAll(Set.of(estate.accounts.get("mia"), estate.accounts.get("otto"), estate.accounts.get("stan")));
        secrets.add(Estate.HERS);
        if (!user.equals("mia")) {
            secrets.add(Estate.OURS);
        }
        var lists = lists();
        assertThat(lists).hasSizeGreaterThan(40);
        for (String list : lists) {
            var listed = estate.send(token, "GET", list, "");
            assertThat(listed.statusCode()).as(list).isLessThan(500).isNotEqualTo(401);
            assertThat(listed.body()).as(list).doesNotContain(secrets);
        }
        var all = estate.send(token, "POST", "/mcp", LIST, STATELESS);
        assertThat(all.statusCode()).isEqualTo(200);
        assertThat(all.body()).doesNotContain(secrets);
    }

    /** E1: an id in a body or a query is asked about no less than one in a path. */
    @ParameterizedTest
    @ValueSource(strings = {"stan", "otto"})
    void idsInBodiesAndQueriesLeadNowhere(String user) {
        String token = estate.token(user + "@example.com");
        var developer = estate.send(
                estate.root, "POST", "/users/" + estate.accounts.get(user) + "/roles", "{\"role\":\"developer\"}");
        assertThat(developer.statusCode()).isEqualTo(201);
        try {
            for (String gateway : List.of(estate.hers.get("gateway"), estate.ours.get("gateway"))) {
                same("4", token, "POST", "/servers", "{\"name\":\"mine\",\"gateways\":[\"%s\"]}", gateway);
                same("200 ", token, "GET", "/why?method=tools/call&name=echo&target=gateways/%s", "", gateway);
                same("200 []", token, "GET", "/tools?gateway_id=%s", "", gateway);
            }
            for (String tool : List.of(estate.hers.get("tools"), estate.ours.get("tools"))) {
                same("4", token, "POST", "/servers", "{\"name\":\"mine\",\"tools\":[\"%s\"]}", tool);
            }
            String handed =
                    "{\"name\":\"mine\",\"url\":\"https://mcp.example.com\",\"visibility\":\"team\",\"team_id\":\"%s\"}";
            String toAlpha =
                    told(estate.send(token, "POST", "/gateways", handed.formatted("team-alpha")), "team-alpha");
            assertThat(toAlpha)
                    .startsWith("4")
                    .isEqualTo(told(
                            estate.send(token, "POST", "/gateways", handed.formatted("team-gamma")), "team-gamma"));
        } finally {
            var _ = estate.send(
                    estate.root,
                    "DELETE",
                    "/users/" + estate.accounts.get(user) + "/roles/" + Estate.id(Estate.json(developer)),
                    "");
        }
    }

    private void same(String begins, String token, String method, String path, String body, String secret) {
        var answer = estate.send(token, method, path.formatted(secret), body.formatted(secret));
        var nothing = estate.send(token, method, path.formatted(NOBODYS), body.formatted(NOBODYS));

        assertThat(told(answer, secret))
                .as(method + " " + path + " " + body)
                .startsWith(begins)
                .isEqualTo(told(nothing, NOBODYS));
    }

    /** E12: administrators see that there is a private gateway; they do not call through it. */
    @Test
    void anAdministratorDoesNotUseWhatIsPrivate() {
        assertThat(estate.send(estate.root, "GET", "/gateways/" + estate.hers.get("gateway"), "")
                        .body())
                .contains(Estate.HERS, "\"auth_token\":\"*****\"")
                .doesNotContain("up-secret");
        for (String endpoint : List.of(
                "/gateways/" + estate.hers.get("gateway") + "/mcp",
                "/servers/" + estate.hers.get("server") + "/mcp",
                "/api/streamable/" + Estate.HERS)) {
            assertThat(estate.send(estate.root, "POST", endpoint, LIST, STATELESS)
                            .statusCode())
                    .as(endpoint)
                    .isEqualTo(404);
        }
        var all = estate.send(estate.root, "POST", "/mcp", LIST, STATELESS);
        assertThat(all.statusCode()).isEqualTo(200);
        assertThat(all.body()).contains(Estate.OURS + "-echo").doesNotContain(Estate.HERS);
    }

    private record Try(Route route, String path, String shown, boolean asItIs) {}

    /** S13: what is no credential opens nothing, wherever it is shown and however the path is written. */
    @Test
    void junkOpensNothingOnAnyRoute() {
        var tries = new ArrayList<Try>();
        for (Route route : routes()) {
            List<String> written = written(route);
            for (String path : route.open() ? List.<String>of() : written) {
                boolean asItIs =
                        path.equals(written.getFirst()) && !route.path().endsWith("/ws");
                Forgeries.junk(estate.root).forEach(junk -> tries.add(new Try(route, path, junk, asItIs)));
            }
        }
        assertThat(tries).hasSizeGreaterThan(2500);

        var statuses = Flux.fromIterable(tries)
                .flatMapSequential(one -> tried(one.route(), one.path(), "", "Authorization", one.shown()), AT_ONCE)
                .map(HttpResponse::statusCode)
                .collectList()
                .block(LONG);

        for (int n = 0; n < tries.size(); n++) {
            assertThat(statuses.get(n))
                    .as(tries.get(n).toString())
                    .isIn(tries.get(n).asItIs() ? List.of(401) : List.of(400, 401, 404, 405));
        }
    }

    /** As it is, with a slash at its end, and with ids that are none. */
    private List<String> written(Route route) {
        String path = path(route, "id", estate.ours.get("gateway"))
                .replace("{name}", Estate.OURS)
                .replaceAll("\\{[^}]*}", "x");
        String odd = route.path().replaceAll("\\{[^}]*}", "not-a-uuid");
        return Stream.of(path, path + "/", odd).distinct().toList();
    }

    /** S7, S8, S10, S11: tokens that only look like ones of ours, some of them signed with the right key. */
    @Test
    void forgedTokensOpenNothing() throws IOException {
        var forged = Forgeries.tokens(SIGNING);
        assertThat(forged).hasSizeGreaterThan(20);
        for (Map.Entry<String, String> token : forged.entrySet()) {
            assertThat(shown(token.getValue())).as(token.getKey()).containsOnly(401);
        }
        assertThat(shown(Forgeries.flawless(SIGNING))).hasSize(6).containsOnly(200);
    }

    /** What a token is answered: on REST, on MCP, on a WebSocket. */
    private List<Integer> shown(String token) throws IOException {
        var statuses = new ArrayList<Integer>();
        for (String path : List.of("/gateways", "/auth/me", "/users")) {
            statuses.add(estate.send(token, "GET", path, "").statusCode());
        }
        for (String path : List.of("/mcp", "/gateways/" + estate.ours.get("gateway") + "/mcp")) {
            statuses.add(estate.send(token, "POST", path, LIST, STATELESS).statusCode());
        }
        statuses.add(RawClient.socket("127.0.0.11", port, "/ws", "Authorization: Bearer " + token));
        return statuses;
    }

    /** S14: a good token in a query opens nothing, except a WebSocket. */
    @ParameterizedTest
    @ValueSource(strings = {"token", "access_token", "authorization", "bearer", "jwt", "api_key"})
    void aTokenInTheQueryOpensNothing(String parameter) {
        for (Route route : routes()) {
            if (!route.open() && !route.path().endsWith("/ws")) {
                String path = written(route).getFirst() + "?" + parameter + "=" + estate.root;
                assertThat(status(tried(route, path, ""))).as(route.toString()).isEqualTo(401);
            }
        }
    }

    /** E7, E8: a foreign page calls nothing, with whatever credential; and is told nothing that its browser would show it. */
    @ParameterizedTest
    @ValueSource(
            strings = {"https://evil.example.com", "null", "http://localhost.evil.example.com", "http://localhost:1"})
    void aForeignPageCallsNothing(String origin) {
        for (Route route : routes()) {
            var answer = tried(route, written(route).getFirst(), estate.root, "Origin", origin)
                    .block(LONG);
            assertThat(answer.statusCode()).as(route.toString()).isEqualTo(403);
            assertThat(answer.headers().map()).doesNotContainKey("access-control-allow-origin");
        }
    }

    /** E6: a form of another page can send these without asking. */
    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"})
    void whatFormsSendIsNoJson(String type) {
        int tries = 0;
        for (Route route : routes()) {
            // those have forms, and what shows that these were seen
            boolean page = route.path().startsWith("/oauth/authorize/")
                    || List.of("/oauth/login", "/oauth/password").contains(route.path());
            if (List.of("POST", "PUT", "PATCH").contains(route.method()) && !isBodiless(route) && !page) {
                assertThat(status(tried(route, written(route).getFirst(), estate.root, "Content-Type", type)))
                        .as(route.toString())
                        .isEqualTo(
                                route.path().endsWith("/message")
                                        ? 400
                                        : 415); // without a line there is nothing to say
                tries++;
            }
        }
        assertThat(tries).isGreaterThan(20);
    }

    /** Changes that take no body at all; a page of another origin is stopped before them. */
    private static boolean isBodiless(Route route) {
        return Stream.of("/state", "/refresh", "/check", "/accept", "/approve", "/approval", "/logout", "/rollback")
                .anyMatch(route.path()::endsWith);
    }

    /** E2: what may not be done one way may not be done another. */
    @Test
    void whoMayOnlyReadCallsNoToolOnAnyWay() throws Exception {
        String reads = Forgeries.scoped(SIGNING, "mia@example.com", List.of("tools.read"));
        String calls = Forgeries.scoped(SIGNING, "mia@example.com", List.of("tools.read", "tools.execute"));
        for (Map.Entry<String, String> way : Map.of(
                        "/mcp",
                        Estate.OURS + "-echo",
                        "/gateways/" + estate.ours.get("gateway") + "/mcp",
                        "echo",
                        "/servers/" + estate.ours.get("server") + "/mcp",
                        Estate.OURS + "-echo",
                        "/api/streamable/" + Estate.OURS,
                        "echo",
                        "/api/execute/" + Estate.OURS,
                        "echo")
                .entrySet()) {
            assertThat(call(reads, way.getKey(), way.getValue()).statusCode())
                    .as(way.getKey())
                    .isEqualTo(403);
            var done = call(calls, way.getKey(), way.getValue());
            assertThat(done.statusCode()).as(way.getKey() + done.body()).isEqualTo(200);
            assertThat(done.body()).contains("hello");
        }
        String gateway = "/gateways/" + estate.ours.get("gateway");
        try (var line = new SseClient(estate.uri(gateway + "/sse"), reads)) {
            String address = line.data();
            assertThat(line.post(address, session("initialize", "{}")).statusCode())
                    .isEqualTo(202);
            assertThat(line.data()).contains("\"result\"");
            var refused = line.post(address, session("tools/call", echo("echo")));
            assertThat(refused.statusCode()).isEqualTo(403);
        }
        try (var socket = new SocketClient(
                estate.uri(gateway + "/ws").resolve("ws://localhost:" + port + gateway + "/ws"), reads)) {
            socket.say(session("initialize", "{}"));
            assertThat(socket.heard()).contains("\"result\"");
            socket.say(session("tools/call", echo("echo")));
            assertThat(socket.heard()).contains("\"error\"", "tools.execute");
        }
    }

    private static String echo(String name) {
        return "\"name\":\"" + name + "\",\"arguments\":{\"text\":\"hello\"}";
    }

    private static String session(String method, String params) {
        String rest = method.equals("initialize")
                ? "\"protocolVersion\":\"2024-11-05\",\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}"
                : params;
        return "{\"jsonrpc\":\"2.0\",\"id\":\"" + method + "\",\"method\":\"" + method + "\",\"params\":{" + rest
                + "}}";
    }

    private HttpResponse<String> call(String token, String path, String tool) {
        String body = """
                {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{%s,
                "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}""".formatted(echo(tool));
        return estate.send(
                token,
                "POST",
                path,
                body,
                "MCP-Protocol-Version",
                "2026-07-28",
                "Mcp-Method",
                "tools/call",
                "Mcp-Name",
                tool);
    }

    /** E3: a session is its user's, on each way in, and the others hear nothing of it. */
    @Test
    void aSessionIsItsUsersAlone() {
        String mia = estate.token("mia@example.com");
        String olga = estate.token("olga@example.com");
        for (String path : List.of(
                "/mcp",
                "/servers/" + estate.ours.get("server") + "/mcp",
                "/gateways/" + estate.ours.get("gateway") + "/mcp")) {
            var opened =
                    estate.send(mia, "POST", path, session("initialize", "{}").replace("2024-11-05", "2025-11-25"));
            String id = opened.headers().firstValue("mcp-session-id").orElseThrow();
            String ping = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}";
            assertThat(estate.send(mia, "POST", path, ping, "Mcp-Session-Id", id)
                            .statusCode())
                    .isEqualTo(200);
            for (String method : List.of("POST", "GET", "DELETE")) {
                String body = method.equals("POST") ? ping : "";
                assertThat(estate.send(olga, method, path, body, "Mcp-Session-Id", id)
                                .statusCode())
                        .as("%s %s", method, path)
                        .isEqualTo(404);
            }
            assertThat(estate.send(mia, "POST", path, ping, "Mcp-Session-Id", id)
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    /** E10. */
    @Test
    void nothingThatIsSentBeginsALineOfTheLog(CapturedOutput output) throws IOException {
        String line = "\\r\\nFORGED by us\\u001b[31m\\u2028FORGED\\u0085FORGED";
        String path = "/gateways/x%0d%0aFORGED%1b%5b31m%e2%80%a8FORGED";
        for (String method : List.of("GET", "DELETE")) {
            var _ = estate.send(estate.root, method, path, "");
        }
        var _ = estate.send("", "POST", "/auth/login", "{\"email\":\"x" + line + "\",\"password\":\"y\"}");
        var _ = estate.send(
                estate.root, "POST", "/gateways", "{\"name\":\"x" + line + "\",\"url\":\"http://x" + line + "\"}");
        var _ = estate.send(
                estate.root,
                "POST",
                "/mcp",
                "{\"jsonrpc\":\"2.0\",\"id\":\"" + line + "\",\"method\":\"x" + line + "\"}");
        var _ = estate.send(estate.root, "POST", "/api/streamable/x%0aFORGED", LIST, STATELESS);
        var _ = RawClient.whole("127.0.0.11", port, RawClient.get("/nothing", "User-Agent: x\u001b[31mFORGED"));
        var _ = RawClient.whole("127.0.0.11", port, "GET /\rFORGED HTTP/1.1\r\nHost: x\nFORGED: y\r\n\r\n");

        await().atMost(Duration.ofSeconds(10)).until(() -> output.getAll().contains("u{a}FORGED"));
        assertThat(output.getAll().lines()).noneMatch(written -> written.startsWith("FORGED"));
        assertThat(output).doesNotContain("\u001b[31m", "\u2028", "\u0085");
    }
}
