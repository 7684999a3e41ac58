package io.penstock.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.audit.Trail;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Gateway;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import tools.jackson.databind.JsonNode;

class ServerTests extends EdgeTest {

    private Gateway open;
    private Gateway secret;
    private Feature echo;
    private Feature peek;

    @BeforeEach
    void registerSomething() {
        open = world.gateways.rows.get(UUID.fromString(Given.gateway(as("root"), "open")));
        secret = world.gateways.rows.get(UUID.fromString(Given.gateway(
                        as("alice"),
                        "{\"name\":\"secret\",\"url\":\"https://mcp.example.com/mcp\",\"visibility\":\"private\"}",
                        201)
                .path("id")
                .asString()));
        echo = world.features.add(Feature.Kind.TOOL, open, "echo", "{\"name\":\"echo\"}");
        peek = world.features.add(Feature.Kind.TOOL, secret, "peek", "{\"name\":\"peek\"}");
        world.recorded.clear();
    }

    private ResponseSpec send(String person, String method, String path, String body) {
        return as(person)
                .method(org.springframework.http.HttpMethod.valueOf(method))
                .uri(path)
                .header("Content-Type", "application/json")
                .bodyValue(body)
                .exchange();
    }

    private static JsonNode json(ResponseSpec answer) {
        return answer.expectBody(JsonNode.class).returnResult().getResponseBody();
    }

    private String create(String person, String body) {
        return json(send(person, "POST", "/servers", body).expectStatus().isCreated())
                .path("id")
                .asString();
    }

    private JsonNode read(String person, String id) {
        return json(
                as(person).get().uri("/servers/" + id).exchange().expectStatus().isOk());
    }

    @Test
    void answersTheWholeObjectWithWhatItShows() {
        var server = json(send(
                        "root",
                        "POST",
                        "/servers",
                        "{\"name\":\"desk\",\"description\":\"d\",\"tools\":[\"%s\"],\"gateways\":[\"%s\"],\"tags\":[\"a\"]}"
                                .formatted(echo.id(), open.id()))
                .expectStatus()
                .isCreated()
                .expectHeader()
                .valueMatches("Location", "/servers/[0-9a-f-]{36}")
                .expectHeader()
                .valueMatches("ETag", "\"1-[0-9a-f]{8}\""));

        var id = server.path("id").asString();
        assertThat(server.propertyNames())
                .containsExactlyInAnyOrder(
                        "id",
                        "name",
                        "slug",
                        "description",
                        "tools",
                        "resources",
                        "prompts",
                        "gateways",
                        "name_style",
                        "visibility",
                        "team_id",
                        "owner",
                        "tags",
                        "enabled",
                        "mcp_url",
                        "tool_count",
                        "resource_count",
                        "prompt_count",
                        "hidden",
                        "created_at",
                        "updated_at",
                        "version");
        assertThat(server.path("tools").toString()).isEqualTo("[\"" + echo.id() + "\"]");
        assertThat(server.path("gateways").toString()).isEqualTo("[\"" + open.id() + "\"]");
        assertThat(server.path("name_style").asString()).isEqualTo("prefixed");
        assertThat(server.path("visibility").asString()).isEqualTo("public");
        assertThat(server.path("owner").asString()).isEqualTo("root@example.com");
        assertThat(server.path("mcp_url").asString()).isEqualTo("https://gateway.example.com/servers/" + id + "/mcp");
        assertThat(server.path("tool_count").asInt()).isEqualTo(1);
        assertThat(server.path("enabled").asBoolean()).isTrue();
        assertThat(read("bob", id)).isEqualTo(server);
    }

    @Test
    void namesEveryBadField() {
        var answer = json(send("root", "POST", "/servers", """
                        {"name":" ","visibility":"team","tools":["x"],"prompts":"p","name_style":"upper","id":"1",
                        "mcp_url":"u","servers":[],"tags":[7]}""").expectStatus().isEqualTo(422));

        assertThat(answer.path("errors").values())
                .extracting(error -> error.path("field").asString())
                .contains("name", "team_id", "tools", "prompts", "name_style", "id", "mcp_url", "servers", "tags");
        assertThat(world.servers.rows).isEmpty();
    }

    @Test
    void whatTheCallerDoesNotSeeIsUnknown() {
        var unseen = json(send("bob", "POST", "/servers", "{\"name\":\"s\",\"tools\":[\"" + peek.id() + "\"]}")
                .expectStatus()
                .isEqualTo(422));
        var absent = UUID.randomUUID();
        var unknown = json(send("bob", "POST", "/servers", "{\"name\":\"s\",\"tools\":[\"" + absent + "\"]}")
                .expectStatus()
                .isEqualTo(422));

        assertThat(unseen.path("errors").toString().replace(peek.id().toString(), "ID"))
                .isEqualTo(unknown.path("errors").toString().replace(absent.toString(), "ID"))
                .contains("there is no tool with the id ID");
    }

    @Test
    void showsEachCallerOnlyWhatTheySeeOfIt() {
        var id = create(
                "alice",
                "{\"name\":\"mixed\",\"tools\":[\"%s\",\"%s\"],\"gateways\":[\"%s\"]}"
                        .formatted(echo.id(), peek.id(), secret.id()));

        assertThat(read("alice", id).path("tools").size()).isEqualTo(2);
        assertThat(read("alice", id).path("tool_count").asInt()).isEqualTo(2);
        assertThat(read("bob", id).path("tools").toString()).isEqualTo("[\"" + echo.id() + "\"]");
        assertThat(read("bob", id).path("gateways").size()).isZero();
        assertThat(read("bob", id).path("tool_count").asInt()).isEqualTo(1);
    }

    @Test
    void aPatchChangesWhatItNames() {
        var id = create("root", "{\"name\":\"desk\",\"description\":\"d\",\"tools\":[\"" + echo.id() + "\"]}");

        var patched = json(send("root", "PATCH", "/servers/" + id, "{\"description\":null,\"name_style\":\"original\"}")
                .expectStatus()
                .isOk());

        assertThat(patched.path("description").isNull()).isTrue();
        assertThat(patched.path("name_style").asString()).isEqualTo("original");
        assertThat(patched.path("tools").size()).isEqualTo(1);
        assertThat(patched.path("version").asInt()).isEqualTo(2);
        var replaced = json(send("root", "PUT", "/servers/" + id, "{\"name\":\"desk\"}")
                .expectStatus()
                .isOk());
        assertThat(replaced.path("tools").size()).isZero();
        assertThat(replaced.path("name_style").asString()).isEqualTo("prefixed");
    }

    @Test
    void whoMayOnlyEditAServerDoesNotRenameIt() {
        var id = create("alice", "{\"name\":\"desk\",\"tools\":[\"" + echo.id() + "\"]}");
        world.withheld.add("servers.delete desk");

        send("bob", "PATCH", "/servers/" + id, "{\"name\":\"theirs\"}")
                .expectStatus()
                .isForbidden();
        send("bob", "PATCH", "/servers/" + id, "{\"name\":\"desk\",\"description\":\"d\"}")
                .expectStatus()
                .isOk();
        send("alice", "PATCH", "/servers/" + id, "{\"name\":\"theirs\"}")
                .expectStatus()
                .isOk();
    }

    @Test
    void aStaleTagChangesNothing() {
        var id = create("root", "{\"name\":\"desk\"}");
        send("root", "PATCH", "/servers/" + id, "{\"description\":\"d\"}")
                .expectStatus()
                .isOk();

        as("root")
                .delete()
                .uri("/servers/" + id)
                .header("If-Match", "\"1\"")
                .exchange()
                .expectStatus()
                .isEqualTo(412);

        as("root")
                .delete()
                .uri("/servers/" + id)
                .header("If-Match", "\"2\"")
                .exchange()
                .expectStatus()
                .isNoContent();
        as("root").get().uri("/servers/" + id).exchange().expectStatus().isNotFound();
    }

    @Test
    void theEntryIsWrittenInTheTransactionOfTheChange() {
        var id = create("root", "{\"name\":\"desk\"}");
        send("root", "PATCH", "/servers/" + id, "{\"description\":\"d\"}")
                .expectStatus()
                .isOk();
        assertThat(json(send("root", "POST", "/servers/" + id + "/state?activate=false", "")
                                .expectStatus()
                                .isOk())
                        .path("enabled")
                        .asBoolean(true))
                .isFalse();
        send("root", "DELETE", "/servers/" + id, "").expectStatus().isNoContent();

        assertThat(world.servers.outsideTransactions).isZero();
        assertThat(world.recorded)
                .extracting(Trail.Entry::action)
                .containsExactly("create", "update", "disable", "delete");
        assertThat(world.recorded).allSatisfy(entry -> {
            assertThat(entry.resourceType()).isEqualTo("server");
            assertThat(entry.resourceId()).isEqualTo(id);
        });
    }

    @Test
    void aRepeatedKeyMakesNothing() {
        var body = "{\"name\":\"desk\"}";
        var first = json(keyed(body).expectStatus().isCreated());
        var again = json(keyed(body).expectStatus().isCreated());

        assertThat(again).isEqualTo(first);
        assertThat(world.servers.rows).hasSize(1);
        keyed("{\"name\":\"other\"}").expectStatus().isEqualTo(422);
    }

    private ResponseSpec keyed(String body) {
        return as("root")
                .post()
                .uri("/servers")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", "k1")
                .bodyValue(body)
                .exchange();
    }

    @Test
    void listsInPagesWhatTheCallerSees() {
        create("alice", "{\"name\":\"one\",\"tags\":[\"t\"]}");
        create("alice", "{\"name\":\"hers\",\"visibility\":\"private\"}");
        create("alice", "{\"name\":\"two\"}");

        var first = as("bob")
                .get()
                .uri("/servers?limit=1")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueMatches("Link", "<.*/servers\\?.*limit=1.*cursor=.*>; rel=\"next\"");

        assertThat(json(first).at("/0/name").asString()).isEqualTo("two");
        assertThat(json(as("alice").get().uri("/servers").exchange()).size()).isEqualTo(3);
        assertThat(json(as("bob").get().uri("/servers?tag=t").exchange())
                        .at("/0/name")
                        .asString())
                .isEqualTo("one");
        as("bob").get().uri("/servers?gateway_id=x").exchange().expectStatus().isEqualTo(422);
    }

    @Test
    void whatIsNotVisibleIsNotThere() {
        var id = create("alice", "{\"name\":\"hers\",\"visibility\":\"private\"}");

        for (var path : new String[] {"/servers/" + id, "/servers/" + UUID.randomUUID(), "/servers/x"}) {
            var answer =
                    json(as("bob").get().uri(path).exchange().expectStatus().isNotFound());
            assertThat(answer.path("detail").asString()).isEqualTo("There is no such server");
        }
        send("bob", "PATCH", "/servers/" + id, "{\"name\":\"mine\"}")
                .expectStatus()
                .isNotFound();
        send("bob", "DELETE", "/servers/" + id, "").expectStatus().isNotFound();
        assertThat(read("root", id).path("name").asString()).isEqualTo("hers");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /servers, servers.read",
        "POST, /servers, servers.create",
        "PUT, /servers/{id}, servers.update",
        "PATCH, /servers/{id}, servers.update",
        "POST, /servers/{id}/state?activate=true, servers.toggle",
        "DELETE, /servers/{id}, servers.delete"
    })
    void everyRouteNeedsItsScope(String method, String path, String scope) {
        var id = create("root", "{\"name\":\"desk\"}");
        world.person("none", false, Set.of(), Set.of("gateways.read"));

        var answer = json(send("none", method, path.replace("{id}", id), "{\"name\":\"x\"}")
                .expectStatus()
                .isForbidden());

        assertThat(answer.path("detail").asString()).isEqualTo("This needs the scope " + scope);
    }

    @Test
    void saysWhatIsHiddenAndWhy() {
        var other = world.gateways.rows.get(UUID.fromString(Given.gateway(as("root"), "zeta")));
        world.features.add(Feature.Kind.TOOL, other, "echo", "{\"name\":\"echo\"}");

        var id = create(
                "root",
                "{\"name\":\"both\",\"name_style\":\"original\",\"gateways\":[\"%s\",\"%s\"]}"
                        .formatted(open.id(), other.id()));

        var server = read("root", id);
        assertThat(server.path("tool_count").asInt()).isEqualTo(1);
        assertThat(server.path("hidden").toString())
                .isEqualTo(
                        "[{\"kind\":\"tool\",\"name\":\"echo\",\"gateway_id\":\"" + other.id()
                                + "\",\"federation_source\":\"zeta\",\"reason\":\"gateway \\\"open\\\" had that name first\"}]");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, '', servers.read",
        "PUT, '', servers.update",
        "PATCH, '', servers.update",
        "DELETE, '', servers.delete",
        "POST, /state?activate=false, servers.toggle"
    })
    void aPermissionOnOthersIsNoneOnThisOne(String verb, String path, String scope) {
        var id = create("alice", "{\"name\":\"mine\"}");
        world.withheld.add(scope + " mine");

        send("alice", verb, "/servers/" + id + path, "{\"name\":\"other\"}")
                .expectStatus()
                .isForbidden();
        world.withheld.clear();
        assertThat(read("alice", id).path("name").asString()).isEqualTo("mine");
        assertThat(read("alice", id).path("enabled").asBoolean()).isTrue();
    }

    /** Who may use the server may use what it shows: a right to one server would else be a right to all that is seen. */
    @ParameterizedTest
    @CsvSource({
        "tools, tools.execute",
        "resources, resources.read",
        "prompts, prompts.read",
        "gateways, tools.execute",
        "gateways, resources.read",
        "gateways, prompts.read"
    })
    void whoMayEditOneServerPutsNothingInThatTheyMayNotUse(String field, String scope) {
        var id = create("alice", "{\"name\":\"mine\"}");
        var doc = world.features.add(Feature.Kind.RESOURCE, open, "file:///doc", "{\"uri\":\"file:///doc\"}");
        var ask = world.features.add(Feature.Kind.PROMPT, open, "ask", "{\"name\":\"ask\"}");
        var wanted = switch (field) {
            case "tools" -> echo.id();
            case "resources" -> doc.id();
            case "prompts" -> ask.id();
            default -> open.id();
        };
        var body = "{\"name\":\"%s\",\"" + field + "\":[\"" + wanted + "\"]}";
        world.withheld.add(scope + " open");

        var patched = json(send("alice", "PATCH", "/servers/" + id, body.formatted("mine"))
                .expectStatus()
                .isEqualTo(422));
        var put = json(send("alice", "PUT", "/servers/" + id, body.formatted("mine"))
                .expectStatus()
                .isEqualTo(422));
        var made = json(send("alice", "POST", "/servers", body.formatted("new"))
                .expectStatus()
                .isEqualTo(422));

        for (var answer : List.of(patched, put, made)) {
            assertThat(answer.path("errors").toString())
                    .contains("\"" + field + "\"")
                    .contains("needs " + scope + " on its gateway, to be put in: " + wanted);
        }
        assertThat(read("alice", id).path(field).size()).isZero();
    }

    /** Whoever put it in could use it then. */
    @Test
    void whatWasPutInBeforeStays() {
        var id = create("alice", "{\"name\":\"mine\",\"tools\":[\"" + echo.id() + "\"]}");
        world.withheld.add("tools.execute open");

        send("alice", "PATCH", "/servers/" + id, "{\"description\":\"d\"}")
                .expectStatus()
                .isOk();

        assertThat(read("alice", id).path("tools").size()).isOne();
    }

    @Test
    void whoMayMakeNothingForATeamMakesNoneThere() {
        world.withheld.add("servers.create team-alpha");
        world.withheld.add("servers.update team-alpha");
        var id = create("alice", "{\"name\":\"mine\"}");
        var ofTeam = "{\"name\":\"ours\",\"visibility\":\"team\",\"team_id\":\"team-alpha\"}";

        send("alice", "POST", "/servers", ofTeam).expectStatus().isForbidden();
        send("alice", "PUT", "/servers/" + id, ofTeam).expectStatus().isForbidden();
        assertThat(read("alice", id).path("visibility").asString()).isEqualTo("public");
    }
}
