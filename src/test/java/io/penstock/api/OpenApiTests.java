package io.penstock.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.api.accounts.AssignmentController;
import io.penstock.api.accounts.TeamForm;
import io.penstock.api.gateways.CredentialController;
import io.penstock.api.gateways.GatewayForm;
import io.penstock.api.oauth.ConnectionController;
import io.penstock.api.servers.ServerForm;
import io.penstock.api.signin.RevocationController;
import io.penstock.api.signin.SessionsController;
import io.penstock.api.tokens.TokenForm;
import io.penstock.mcp.McpEndpoints;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

class OpenApiTests extends EdgeTest {

    @Autowired
    RequestMappingHandlerMapping requestMappingHandlerMapping;

    /** An operation with its place in the document. */
    private record Place(String route, JsonNode operation) {}

    private JsonNode document() {
        return anybody()
                .get()
                .uri("/openapi.json")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(JsonNode.class)
                .returnResult()
                .getResponseBody();
    }

    private static List<Place> operations(JsonNode document) {
        var places = new ArrayList<Place>();
        document.path("paths")
                .forEachEntry((path, item) -> item.forEachEntry((verb, operation) ->
                        places.add(new Place(verb.toUpperCase(java.util.Locale.ROOT) + " " + path, operation))));
        return places;
    }

    @Test
    void namesExactlyTheRoutesThatThereAre() {
        var routes = new TreeSet<String>();
        requestMappingHandlerMapping
                .getHandlerMethods()
                .forEach((info, handler) -> info.getPatternsCondition()
                        .getPatterns()
                        .forEach(path -> info.getMethodsCondition()
                                .getMethods()
                                .forEach(verb -> routes.add(verb + " " + path))));
        routes.removeIf(
                route -> route.contains(" /docs") || route.contains(" /console") || route.contains(" /openapi"));
        assertThat(McpEndpoints.routes()).hasSize(37);
        routes.addAll(McpEndpoints.routes());

        assertThat(operations(document())).extracting(Place::route).containsExactlyInAnyOrderElementsOf(routes);
    }

    @Test
    void everyOperationIsDescribed() {
        var document = document();

        assertThat(operations(document)).allSatisfy(place -> {
            var operation = place.operation();
            assertThat(operation.path("summary").asString("")).as(place.route()).isNotBlank();
            assertThat(operation.path("responses").properties())
                    .as(place.route())
                    .isNotEmpty();
            if (place.route().contains("{id}")) {
                assertThat(operation.path("parameters").values())
                        .as(place.route())
                        .anySatisfy(parameter ->
                                assertThat(parameter.path("name").asString()).isEqualTo("id"));
            }
            if (place.route().matches("(PUT|PATCH) .*|POST /(gateways|servers|.*(mcp|message))")) {
                assertThat(operation.path("requestBody").path("content").has("application/json"))
                        .as(place.route())
                        .isTrue();
            }
        });
        assertThat(operations(document))
                .extracting(place -> place.operation().path("operationId").asString())
                .doesNotHaveDuplicates();
    }

    @Test
    void everyGuardedOperationTellsItsRefusals() {
        assertThat(operations(document()))
                .filteredOn(place -> place.operation().path("security").size() > 0)
                .hasSizeGreaterThan(25)
                .allSatisfy(
                        place -> assertThat(place.operation().path("responses").has("401"))
                                .as(place.route())
                                .isTrue());
    }

    @Test
    void everySuccessHasASchema() {
        assertThat(operations(document())).allSatisfy(place -> {
            var success = place.operation().path("responses").properties().stream()
                    .filter(answer -> answer.getKey().startsWith("20")
                            || List.of("101", "303").contains(answer.getKey()))
                    .toList();
            assertThat(success).as(place.route()).isNotEmpty();
            assertThat(success)
                    .filteredOn(answer ->
                            answer.getKey().equals("200") || answer.getKey().equals("201"))
                    .allSatisfy(answer -> assertThat(
                                    answer.getValue().path("content").values())
                            .as(place.route())
                            .isNotEmpty()
                            .allSatisfy(media -> assertThat(media.has("schema")).isTrue()));
        });
    }

    @Test
    void schemasAreSpelledAsTheyAreWritten() {
        var schemas = document().path("components").path("schemas");

        assertThat(schemas.path("GatewayView").path("properties").propertyNames())
                .contains("tool_count", "last_error", "auth_token", "created_at")
                .doesNotContain("toolCount");
        assertThat(schemas.path("ToolView").path("properties").propertyNames())
                .contains("input_schema", "federation_source");
        assertThat(schemas.path("GatewayInput").path("properties").propertyNames())
                .containsExactlyInAnyOrderElementsOf(GatewayForm.KNOWN);
        assertThat(schemas.path("ServerView").path("properties").propertyNames())
                .contains("mcp_url", "name_style", "hidden");
        assertThat(schemas.path("ServerInput").path("properties").propertyNames())
                .containsExactlyInAnyOrderElementsOf(ServerForm.KNOWN);
        assertThat(schemas.path("Problem").has("example")).isTrue();
    }

    private static JsonNode component(JsonNode document, JsonNode content) {
        String reference = content.findValuesAsString("$ref").getFirst();
        return document.path("components")
                .path("schemas")
                .path(reference.substring(reference.lastIndexOf('/') + 1))
                .path("properties");
    }

    private static JsonNode operation(JsonNode document, String route) {
        return operations(document).stream()
                .filter(place -> place.route().equals(route))
                .findFirst()
                .orElseThrow()
                .operation();
    }

    /** Components of one name would be in each other's place. */
    @Test
    void bodiesHaveTheFieldsThatAreTaken() {
        var document = document();
        var known = Map.of(
                "POST /admin/oauth/tokens/revoke", ConnectionController.REVOCATION,
                "POST /admin/revocations", RevocationController.KNOWN,
                "POST /admin/sessions/revoke", SessionsController.REVOCATION,
                "POST /gateways/{id}/credentials", CredentialController.KNOWN,
                "POST /users/{id}/roles", AssignmentController.KNOWN,
                "POST /teams", TeamForm.KNOWN,
                "POST /tokens", TokenForm.KNOWN);

        assertThat(known)
                .allSatisfy((route, fields) -> assertThat(
                                component(document, operation(document, route).path("requestBody"))
                                        .propertyNames())
                        .as(route)
                        .containsExactlyInAnyOrderElementsOf(fields));
    }

    @Test
    void answersHaveTheFieldsThatTheyAreWrittenWith() {
        var document = document();
        var written = Map.of(
                "POST /admin/oauth/tokens/revoke", Set.of("revoked", "revoked_at_provider"),
                "POST /admin/sessions/revoke", Set.of("revoked"));

        assertThat(written)
                .allSatisfy((route, fields) -> assertThat(component(
                                        document,
                                        operation(document, route)
                                                .path("responses")
                                                .path("200"))
                                .propertyNames())
                        .as(route)
                        .containsExactlyInAnyOrderElementsOf(fields));
        assertThat(document.path("components")
                        .path("schemas")
                        .path("Problem")
                        .path("properties")
                        .propertyNames())
                .contains("authorize_url");
    }

    @Test
    void whyTakesWhatACallIs() {
        var parameters = operation(document(), "GET /why").path("parameters");

        assertThat(parameters.findValuesAsString("name")).containsExactlyInAnyOrder("user", "method", "target", "name");
        assertThat(parameters.values())
                .filteredOn(one -> one.path("required").asBoolean())
                .extracting(one -> one.path("name").asString())
                .containsExactly("method");
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        var document = document();
        var names = document.path("components").path("schemas").propertyNames();
        var references = java.util.regex.Pattern.compile("#/components/schemas/([A-Za-z0-9]+)")
                .matcher(document.toString())
                .results()
                .map(match -> match.group(1))
                .toList();

        assertThat(references).isNotEmpty().allMatch(names::contains);
    }

    @Test
    void whereABearerTokenCountsTheSessionsCookieDoesToo() {
        assertThat(operations(document()))
                .filteredOn(place -> place.operation().path("security").size() > 0)
                .allSatisfy(
                        place -> assertThat(place.operation().path("security").values())
                                .as(place.route())
                                .anySatisfy(way -> assertThat(way.has("bearer")).isTrue())
                                .anySatisfy(way -> assertThat(way.has("cookie")).isTrue()));
    }

    @Test
    void theBrowsersPageNeedsNothingFromElsewhere() {
        for (var path :
                new String[] {"/docs", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/docs/start.js"}) {
            anybody()
                    .get()
                    .uri(path)
                    .exchange()
                    .expectStatus()
                    .isOk()
                    .expectHeader()
                    .valueMatches("Content-Security-Policy", ".*script-src 'self';.*frame-ancestors 'none'.*")
                    .expectBody(String.class)
                    .value(body -> assertThat(body).isNotEmpty());
        }
        anybody().get().uri("/docs/other.js").exchange().expectStatus().isNotFound();
        anybody()
                .get()
                .uri("/docs")
                .exchange()
                .expectBody(String.class)
                .value(page -> assertThat(page)
                        .contains("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
                        .doesNotContain("<script>", "://", "onload"));
    }

    @Test
    void whatIsChangedInAVersionTellsItsRefusals() {
        var conditional = operations(document()).stream()
                .filter(place -> place.operation()
                        .path("parameters")
                        .findValuesAsString("name")
                        .contains("If-Match"))
                .toList();

        assertThat(conditional)
                .extracting(Place::route)
                .contains("DELETE /teams/{id}/members/{member}", "DELETE /users/{id}/roles/{assignment}")
                .doesNotContain("POST /oauth/login");
        assertThat(conditional)
                .allSatisfy(
                        place -> assertThat(place.operation().path("responses").propertyNames())
                                .as(place.route())
                                .contains("404", "409", "412", "503"));
    }

    @Test
    void whatMakesAThingTakesAKey() {
        var making = operations(document()).stream()
                .filter(place -> place.operation().path("responses").has("201"))
                .toList();

        assertThat(making)
                .hasSize(9)
                .allSatisfy(
                        place -> assertThat(place.operation().path("parameters").findValuesAsString("name"))
                                .as(place.route())
                                .contains("Idempotency-Key"));
    }
}
