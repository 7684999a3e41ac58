package io.penstock.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.Tokens;
import io.penstock.dev.SampleServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What Olga and her team alpha have on a running gateway, made through its API: a private gateway and server that are hers, a gateway and a
 * server of the team. Mia is a member of the team, Otto looks after the team beta, Stan is nobody in particular.
 */
final class Estate implements AutoCloseable {

    static final String HERS = "olgas-secret";
    static final String OURS = "alphas-secret";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LONG = Duration.ofSeconds(60);

    final SampleServer upstream = SampleServer.start(0, Set.of("up-secret"));
    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    final String root;

    /** Ids of what is Olga's alone, and of what is the team's, by what they are. */
    final Map<String, String> hers = new LinkedHashMap<>();

    final Map<String, String> ours = new LinkedHashMap<>();

    /** Ids of users, roles and the like. */
    final Map<String, String> accounts = new LinkedHashMap<>();

    private final String signing;
    private final int port;

    Estate(String signing, int port) throws IOException {
        this.signing = signing;
        this.port = port;
        this.root = Tokens.administrator(signing);
        people();
        String olga = token("olga@example.com");
        own(olga, HERS, "\"visibility\":\"private\"", hers);
        own(olga, OURS, "\"visibility\":\"team\",\"team_id\":\"team-alpha\"", ours);
    }

    private void people() {
        for (String name : List.of("olga", "mia", "otto", "stan")) {
            accounts.put(name, id(make(root, "/users", "{\"email\":\"" + name + "@example.com\"}")));
        }
        for (String team : List.of("team-alpha", "team-beta")) {
            var _ = make(root, "/teams", "{\"id\":\"" + team + "\",\"name\":\"" + team + "\"}");
        }
        accounts.put("team", "team-alpha");
        for (String member : List.of("olga", "mia")) {
            var _ = make(root, "/teams/team-alpha/members", "{\"email\":\"" + member + "@example.com\"}");
        }
        var _ = make(root, "/teams/team-beta/members", "{\"email\":\"otto@example.com\",\"role\":\"owner\"}");
        accounts.put("assignment", id(make(root, rolesOf("olga"), "{\"role\":\"developer\"}")));
        var _ = make(root, rolesOf("otto"), "{\"role\":\"team_admin\",\"team_id\":\"team-beta\"}");
        accounts.put("role", id(make(root, "/roles", "{\"name\":\"auditor\",\"scopes\":[\"audit.read\"]}")));
        JsonNode invitation = make(root, "/teams/team-alpha/invitations", "{\"email\":\"new@example.com\"}");
        accounts.put("invitation", id(invitation));
        accounts.put("token", invitation.path("token").asString());
    }

    private String rolesOf(String user) {
        return "/users/" + accounts.get(user) + "/roles";
    }

    private void own(String olga, String name, String visibility, Map<String, String> ids) {
        JsonNode gateway = make(olga, "/gateways", """
                {"name":"%s","url":"%s","auth_type":"bearer","auth_token":"up-secret",%s}""".formatted(name, upstream.url("/mcp"), visibility));
        assertThat(gateway.path("healthy").asBoolean()).as(gateway.toString()).isTrue();
        ids.put("gateway", id(gateway));
        ids.put("server", id(make(olga, "/servers", """
                {"name":"%s-server","gateways":["%s"],%s}""".formatted(name, id(gateway), visibility))));
        for (String kind : List.of("tools", "resources", "resource-templates", "prompts")) {
            JsonNode offered = json(send(olga, "GET", "/" + kind + "?gateway_id=" + id(gateway), ""));
            if (!offered.isEmpty()) {
                ids.put(kind, id(offered.get(0)));
            }
        }
        assertThat(ids).containsKeys("tools", "prompts");
    }

    String token(String user) {
        return Bearers.token(signing, user);
    }

    private JsonNode make(String token, String path, String body) {
        var answer = send(token, "POST", path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return json(answer);
    }

    static String id(JsonNode thing) {
        return thing.path("id").asString();
    }

    static JsonNode json(HttpResponse<String> answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    URI uri(String path) {
        return URI.create("http://localhost:" + port + path);
    }

    /** With the token, where it is not empty, and further headers by name and value. */
    HttpResponse<String> send(String token, String method, String path, String body, String... headers) {
        return sent(token, method, path, body, headers)
                .onErrorMap(error -> new IllegalStateException(method + " " + path, error))
                .block(LONG);
    }

    /** As {@link #send}, when it is asked for. */
    Mono<HttpResponse<String>> sent(String token, String method, String path, String body, String... headers) {
        List<String> all = new ArrayList<>(List.of("Accept", "application/json, text/event-stream"));
        all.addAll(List.of(headers));
        if (!body.isEmpty() && !all.contains("Content-Type")) {
            all.addAll(List.of("Content-Type", "application/json"));
        }
        if (!token.isEmpty()) {
            all.addAll(List.of("Authorization", "Bearer " + token));
        }
        var request = HttpRequest.newBuilder(uri(path))
                .timeout(PATIENCE)
                .headers(all.toArray(String[]::new))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        return Mono.fromFuture(() -> client.sendAsync(request, BodyHandlers.ofString()));
    }

    @Override
    public void close() {
        client.shutdownNow();
        upstream.close();
    }
}
