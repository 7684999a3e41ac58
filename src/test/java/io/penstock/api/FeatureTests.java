package io.penstock.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.audit.Trail;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Gateway;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;

class FeatureTests extends EdgeTest {

    private static final String TOOL = """
            {"name":"echo","description":"Says it again","inputSchema":{"type":"object"},"annotations":{"readOnlyHint":true}}""";

    private static final Map<String, Feature.Kind> KINDS = Map.of(
            "tools", Feature.Kind.TOOL,
            "resources", Feature.Kind.RESOURCE,
            "resource-templates", Feature.Kind.RESOURCE_TEMPLATE,
            "prompts", Feature.Kind.PROMPT);

    private Gateway gateway(String name, String more) {
        var id = Given.gateway(
                        as("root"), "{\"name\":\"" + name + "\",\"url\":\"https://mcp.example.com\"" + more + "}", 201)
                .path("id")
                .asString();
        world.recorded.clear();
        return world.gateways.rows.get(UUID.fromString(id));
    }

    @Test
    void aToolTellsWhereItComesFrom() {
        var gateway = gateway("discovery-gateway", "");
        var tool = world.features.add(Feature.Kind.TOOL, gateway, "echo", TOOL);

        as("bob")
                .get()
                .uri("/tools?federation_source=discovery-gateway")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.length()")
                .isEqualTo(1)
                .jsonPath("$[0].name")
                .isEqualTo("discovery-gateway-echo")
                .jsonPath("$[0].original_name")
                .isEqualTo("echo")
                .jsonPath("$[0].gateway_id")
                .isEqualTo(gateway.id().toString())
                .jsonPath("$[0].federation_source")
                .isEqualTo("discovery-gateway")
                .jsonPath("$[0].description")
                .isEqualTo("Says it again")
                .jsonPath("$[0].input_schema.type")
                .isEqualTo("object")
                .jsonPath("$[0].output_schema")
                .isEqualTo(null)
                .jsonPath("$[0].annotations.readOnlyHint")
                .isEqualTo(true)
                .jsonPath("$[0].visibility")
                .isEqualTo("public")
                .jsonPath("$[0].enabled")
                .isEqualTo(true)
                .jsonPath("$[0].approved")
                .isEqualTo(true)
                .jsonPath("$[0].definition_hash")
                .isEqualTo("abc123");
        as("bob").get().uri("/tools/" + tool.id()).exchange().expectHeader().valueMatches("ETag", "\"1-.*\"");
        as("bob")
                .get()
                .uri("/tools?federation_source=other")
                .exchange()
                .expectBody()
                .json("[]");
    }

    @Test
    void resourcesTemplatesAndPromptsTellTheirOwn() {
        var gateway = gateway("g", "");
        world.features.add(
                Feature.Kind.RESOURCE, gateway, "file:///a", "{\"uri\":\"file:///a\",\"mimeType\":\"text/plain\"}");
        world.features.add(Feature.Kind.RESOURCE_TEMPLATE, gateway, "t", "{\"uriTemplate\":\"file:///{x}\"}");
        world.features.add(Feature.Kind.PROMPT, gateway, "p", "{\"arguments\":[{\"name\":\"a\"}],\"description\":7}");

        get("/resources")
                .expectBody()
                .jsonPath("$[0].uri")
                .isEqualTo("file:///a")
                .jsonPath("$[0].mime_type")
                .isEqualTo("text/plain");
        get("/resource-templates").expectBody().jsonPath("$[0].uri_template").isEqualTo("file:///{x}");
        get("/prompts")
                .expectBody()
                .jsonPath("$[0].arguments[0].name")
                .isEqualTo("a")
                .jsonPath("$[0].description")
                .isEqualTo(null);
        get("/tools").expectBody().json("[]");
    }

    @ParameterizedTest
    @CsvSource({"tools", "resources", "resource-templates", "prompts"})
    void everyKindIsSwitchedTaggedAndDeleted(String path) {
        var feature = world.features.add(KINDS.get(path), gateway("g", ""), "x", "{}");
        var uri = "/" + path + "/" + feature.id();

        send("POST", uri + "/state?activate=false", "")
                .expectBody()
                .jsonPath("$.enabled")
                .isEqualTo(false);
        send("PATCH", uri, "{\"tags\":[\"a\",\"a\",\"b\"]}")
                .expectBody()
                .jsonPath("$.tags.length()")
                .isEqualTo(2)
                .jsonPath("$.enabled")
                .isEqualTo(false);
        send("PATCH", uri, "{\"enabled\":true}")
                .expectBody()
                .jsonPath("$.tags.length()")
                .isEqualTo(2);
        send("DELETE", uri, "").expectStatus().isNoContent();
        send("GET", uri, "").expectStatus().isNotFound();

        assertThat(world.recorded)
                .extracting(Trail.Entry::action)
                .containsExactly("disable", "update", "enable", "delete");
        assertThat(world.recorded)
                .extracting(Trail.Entry::resourceType)
                .containsOnly(KINDS.get(path).name().toLowerCase(java.util.Locale.ROOT));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{\"name\":\"x\"}|name|set by the server",
                "{\"visibility\":\"public\"}|visibility|set by the server",
                "{\"colour\":1}|colour|is unknown",
                "{\"enabled\":\"yes\"}|enabled|true or false",
                "{\"tags\":[\"\"]}|tags|1 to 100"
            })
    void namesTheFieldThatItRefuses(String body, String field, String message) {
        var tool = world.features.add(Feature.Kind.TOOL, gateway("g", ""), "x", "{}");

        send("PATCH", "/tools/" + tool.id(), body)
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].field")
                .isEqualTo(field)
                .jsonPath("$.errors[0].message")
                .value(String.class, text -> assertThat(text).contains(message));
        assertThat(world.features.rows.get(tool.id())).isEqualTo(tool);
    }

    @Test
    void inheritsTheVisibilityOfItsGateway() {
        var tool = world.features.add(
                Feature.Kind.TOOL, gateway("g", ",\"visibility\":\"team\",\"team_id\":\"team-alpha\""), "x", "{}");

        as("alice")
                .get()
                .uri("/tools")
                .exchange()
                .expectBody()
                .jsonPath("$.length()")
                .isEqualTo(1);
        as("bob").get().uri("/tools").exchange().expectBody().json("[]");
        for (var verb : new String[] {"GET", "PATCH", "DELETE"}) {
            as("bob")
                    .method(HttpMethod.valueOf(verb))
                    .uri("/tools/" + tool.id())
                    .header("Content-Type", "application/json")
                    .bodyValue("{}")
                    .exchange()
                    .expectStatus()
                    .isNotFound();
        }
        as("bob")
                .post()
                .uri("/tools/" + tool.id() + "/state?activate=false")
                .exchange()
                .expectStatus()
                .isNotFound();
        assertThat(world.features.rows.get(tool.id())).isEqualTo(tool);
    }

    @Test
    void oneKindIsNotAnother() {
        var tool = world.features.add(Feature.Kind.TOOL, gateway("g", ""), "x", "{}");

        get("/prompts/" + tool.id()).expectStatus().isNotFound();
        get("/tools/nonsense").expectStatus().isNotFound();
    }

    @Test
    void everyKindNeedsItsOwnPermission() {
        world.person("narrow", false, Set.of(), Set.of("tools.read"));
        var tool = world.features.add(Feature.Kind.TOOL, gateway("g", ""), "x", "{}");

        as("narrow").get().uri("/tools").exchange().expectStatus().isOk();
        as("narrow")
                .get()
                .uri("/prompts")
                .exchange()
                .expectStatus()
                .isForbidden()
                .expectHeader()
                .valueMatches("WWW-Authenticate", ".*scope=\"prompts.read\".*");
        as("narrow")
                .delete()
                .uri("/tools/" + tool.id())
                .exchange()
                .expectStatus()
                .isForbidden()
                .expectHeader()
                .valueMatches("WWW-Authenticate", ".*scope=\"tools.delete\".*");
    }

    @Test
    void aStaleTagChangesNothing() {
        var tool = world.features.add(Feature.Kind.TOOL, gateway("g", ""), "x", "{}");

        as("root")
                .post()
                .uri("/tools/" + tool.id() + "/state?activate=false")
                .header("If-Match", "\"7\"")
                .exchange()
                .expectStatus()
                .isEqualTo(412);
        assertThat(world.features.rows.get(tool.id()).enabled()).isTrue();
    }

    private ResponseSpec get(String uri) {
        return send("GET", uri, "");
    }

    private ResponseSpec send(String verb, String uri, String body) {
        return as("root")
                .method(HttpMethod.valueOf(verb))
                .uri(uri)
                .header("Content-Type", "application/json")
                .bodyValue(body)
                .exchange();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tools", "resources", "resource-templates", "prompts"})
    void aChangeIsApprovedByVersionAndAudited(String path) {
        var thing = world.features.add(KINDS.get(path), gateway("g", ""), "x", TOOL);
        world.features.drift(thing);
        var uri = "/" + path + "/" + thing.id();

        as("root")
                .post()
                .uri(uri + "/approve")
                .header("If-Match", "\"1\"")
                .exchange()
                .expectStatus()
                .isEqualTo(412);
        as("root").get().uri(uri).exchange().expectBody().jsonPath("$.approved").isEqualTo(false);
        as("root")
                .post()
                .uri(uri + "/approve")
                .header("If-Match", "\"2\"")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueMatches("ETag", "\"3-.*\"")
                .expectBody()
                .jsonPath("$.approved")
                .isEqualTo(true);

        assertThat(world.recorded).singleElement().satisfies(entry -> {
            assertThat(entry.action()).isEqualTo("approve");
            assertThat(entry.resourceId()).isEqualTo(thing.id().toString());
        });
        as("reader").post().uri(uri + "/approve").exchange().expectStatus().isForbidden();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, '', tools.read",
        "PATCH, '', tools.update",
        "DELETE, '', tools.delete",
        "POST, /state?activate=false, tools.update",
        "POST, /approve, tools.update"
    })
    void aPermissionOnWhatOthersOfferIsNoneOnThis(String verb, String path, String scope) {
        var tool = world.features.add(Feature.Kind.TOOL, gateway("mine", ""), "echo", "{\"name\":\"echo\"}");
        world.withheld.add(scope + " mine");

        as("alice")
                .method(HttpMethod.valueOf(verb))
                .uri("/tools/" + tool.id() + path)
                .header("Content-Type", "application/json")
                .bodyValue("{\"enabled\":false}")
                .exchange()
                .expectStatus()
                .isForbidden();
    }
}
