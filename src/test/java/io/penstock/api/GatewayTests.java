package io.penstock.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.audit.Trail;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Features;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.GatewayEvent;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.health.Health;
import io.penstock.oauth.Connections.Connection;
import io.penstock.oauth.Connections.Status;
import io.penstock.vault.Secret;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

class GatewayTests extends EdgeTest {

    private static final String BEARER = """
            {
            "name": "bearer-test-gateway",
            "url": "https://mcp.example.com/sse",
            "transport": "SSE",
            "auth_type": "bearer",
            "auth_token": "test-upstream-token",
            "visibility": "public"
            }""";

    @Test
    void anAnswerToEndlessUnknownFieldsHasAnEnd() {
        var body = new java.util.LinkedHashMap<String, Object>();
        for (int i = 0; i < 5000; i++) {
            body.put("made_up_" + i, i);
        }
        as("root")
                .post()
                .uri("/gateways")
                .header("Content-Type", "application/json")
                .bodyValue(body)
                .exchange()
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors.length()")
                .isEqualTo(101)
                .jsonPath("$.errors[100].message")
                .isEqualTo("and 4902 more were refused");
    }

    @Test
    void registersAndAnswersTheWholeObjectWithItsSecretMasked() {
        as("root")
                .post()
                .uri("/gateways")
                .header("Content-Type", "application/json")
                .bodyValue(BEARER)
                .exchange()
                .expectStatus()
                .isCreated()
                .expectHeader()
                .valueMatches("Location", "/gateways/[0-9a-f-]{36}")
                .expectHeader()
                .valueMatches("ETag", "\"1-[0-9a-f]{8}\"")
                .expectBody()
                .jsonPath("$.name")
                .isEqualTo("bearer-test-gateway")
                .jsonPath("$.transport")
                .isEqualTo("SSE")
                .jsonPath("$.auth_type")
                .isEqualTo("bearer")
                .jsonPath("$.auth_token")
                .isEqualTo("*****")
                .jsonPath("$.auth_password")
                .doesNotExist()
                .jsonPath("$.healthy")
                .isEqualTo(null)
                .jsonPath("$.owner")
                .isEqualTo("root@example.com")
                .jsonPath("$.tool_count")
                .isEqualTo(0)
                .jsonPath("$.version")
                .isEqualTo(1);

        assertThat(world.gateways.opened.values())
                .containsExactly(new UpstreamAuth.Bearer(new Secret("test-upstream-token")));
    }

    @Test
    void theEntryIsWrittenInTheTransactionOfTheChange() {
        var id = Given.gateway(as("root"), "g1");
        send("PATCH", "/gateways/" + id, "{\"description\":\"d\"}")
                .expectStatus()
                .isOk();
        send("POST", "/gateways/" + id + "/state?activate=false", "")
                .expectStatus()
                .isOk();
        send("DELETE", "/gateways/" + id, "").expectStatus().isNoContent();

        assertThat(world.gateways.touches).isEqualTo(4);
        assertThat(world.gateways.outsideTransactions).isZero();
        assertThat(world.recorded)
                .extracting(Trail.Entry::action)
                .containsExactly("create", "update", "disable", "delete");
        assertThat(world.recorded).allSatisfy(entry -> {
            assertThat(entry.userEmail()).isEqualTo("root@example.com");
            assertThat(entry.resourceType()).isEqualTo("gateway");
            assertThat(entry.resourceId()).isEqualTo(id);
            assertThat(entry.outcome()).isEqualTo(Trail.Outcome.SUCCESS);
        });
    }

    @Test
    void aDeletedGatewaysTokensAreCutAndNoOthers() {
        var id = Given.gateway(as("root"), "g1");
        var other = token(UUID.randomUUID());
        world.connections.rows.addAll(List.of(token(UUID.fromString(id)), other));

        send("DELETE", "/gateways/" + id, "").expectStatus().isNoContent();

        assertThat(world.connections.rows).containsExactly(other);
    }

    private static Connection token(UUID gateway) {
        return new Connection(
                UUID.randomUUID(),
                "ann@example.com",
                gateway,
                "g1",
                List.of(),
                Status.VALID,
                null,
                Instant.EPOCH,
                null,
                null,
                null,
                1);
    }

    @Test
    void showsWhatTheFirstLookFoundWithinTheBudget() {
        world.check = gateway -> {
            world.gateways.see(gateway.id(), seen(false, "upstream answered 401 to initialize: check auth_token"));
            return Mono.just(world.gateways.rows.get(gateway.id()));
        };

        var created = Given.gateway(as("root"), BEARER, 201);

        assertThat(created.path("healthy").asBoolean(true)).isFalse();
        assertThat(created.path("last_error").asString()).contains("check auth_token");
    }

    @Test
    void readsWhatItOffersThoughAnotherReplicaIsTheOneThatWritesItsHealthDown() {
        var read = new AtomicInteger();
        world.check = Mono::just;
        world.discover = gateway -> Mono.fromSupplier(() -> {
            read.incrementAndGet();
            var nothing = new Features.Outcome(0, 0, 0);
            return new Health.Discovery(nothing, nothing, nothing);
        });

        assertThat(Given.gateway(as("root"), BEARER, 201).path("healthy").isNull())
                .isTrue();

        assertThat(read).hasValue(1);
    }

    @Test
    void doesNotWaitForASlowUpstream() {
        world.check = gateway -> Mono.delay(Duration.ofSeconds(20)).thenReturn(gateway);

        var before = Instant.now();
        var created = Given.gateway(as("root"), BEARER, 201);

        assertThat(created.path("healthy").isNull()).isTrue();
        assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void isRegisteredThoughTheFirstLookBreaks() {
        world.check = gateway -> Mono.error(new IllegalStateException("a bug of ours"));

        assertThat(Given.gateway(as("root"), BEARER, 201).path("healthy").isNull())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{}|name|is missing",
                "{\"name\":\"a\"}|url|is missing",
                "{\"name\":5,\"url\":\"https://a.example.com\"}|name|must be a text",
                "{\"name\":\"---\",\"url\":\"https://a.example.com\"}|name|a letter a-z or a digit",
                "{\"name\":\" a\",\"url\":\"https://a.example.com\"}|name|begin or end with a space",
                "{\"name\":\"a\\u0000b\",\"url\":\"https://a.example.com\"}|name|control characters",
                "{\"name\":\"a\\ud800b\",\"url\":\"https://a.example.com\"}|name|halves of characters",
                "{\"name\":\"a\",\"url\":\"ftp://a.example.com\"}|url|http",
                "{\"name\":\"a\",\"url\":\"http://127.0.0.1:9000/\"}|url|does not connect",
                "{\"name\":\"a\",\"url\":\"http://user:pw@a.example.com\"}|url|auth_type",
                "{\"name\":\"a\",\"url\":\"https://a.example.com\",\"transport\":\"STDIO\"}|transport|AUTO, SSE, STREAMABLEHTTP",
                "{\"name\":\"a\",\"url\":\"https://a.example.com\",\"visibility\":\"secret\"}|visibility|public, team, private",
                "{\"name\":\"a\",\"url\":\"https://a.example.com\",\"visibility\":\"team\"}|team_id|is missing",
                "{\"name\":\"a\",\"url\":\"https://a.example.com\",\"team_id\":\"t\"}|team_id|visibility team only",
                "{\"name\":\"a\",\"url\":\"https://a.example.com\",\"id\":\"x\"}|id|is set by the server",
                "{\"name\":\"a\",\"url\":\"https://a.example.com\",\"owner\":\"x\"}|owner|is set by the server",
                "{\"name\":\"a\",\"url\":\"https://a.example.com\",\"healthy\":true}|healthy|is set by the server",
                "{\"name\":\"a\",\"url\":\"https://a.example.com\",\"created_at\":1}|created_at|is set by the server",
                "{\"name\":\"a\",\"url\":\"https://a.example.com\",\"colour\":1}|colour|is unknown",
                "{\"name\":\"a\",\"url\":\"https://a.example.com\",\"oauth_config\":{}}|oauth_config|belongs to oauth",
                "{\"name\":\"a\",\"url\":\"https://a.example.com\",\"ca_certificate\":\"x\"}|ca_certificate|must be PEM",
                "{\"name\":\"a\",\"url\":\"https://a.example.com\",\"auth_type\":\"oauth\"}|oauth_config|is missing",
                "{\"name\":\"a\",\"url\":\"https://a.example.com\",\"auth_type\":\"magic\"}|auth_type|none, bearer, basic, headers, query_param, oauth",
                "{\"name\":\"a\",\"url\":\"https://a.example.com\",\"auth_type\":\"bearer\"}|auth_token|is missing",
                "{\"name\":\"a\",\"url\":\"https://a.example.com\",\"auth_type\":\"bearer\",\"auth_token\":\"*****\"}|auth_token|no stored value",
                "{\"name\":\"a\",\"url\":\"https://a.example.com\",\"auth_type\":\"bearer\",\"auth_token\":\"a\\r\\nb\"}|auth_token|control",
                "{\"name\":\"a\",\"url\":\"https://a.example.com\",\"auth_token\":\"t\"}|auth_token|belongs to bearer",
                "{\"name\":\"a\",\"url\":\"https://a.example.com\",\"auth_type\":\"basic\",\"auth_username\":\"u\"}|auth_password|is missing",
                "{\"name\":\"a\",\"url\":\"https://a.example.com\",\"auth_type\":\"basic\",\"auth_username\":\"u:v\",\"auth_password\":\"p\"}|auth_username|colon",
                "{\"name\":\"a\",\"url\":\"https://a.example.com\",\"auth_type\":\"headers\"}|auth_headers|is missing",
                "{\"name\":\"a\",\"url\":\"https://a.example.com\",\"auth_type\":\"headers\",\"auth_headers\":[{\"key\":\"Host\",\"value\":\"x\"}]}|auth_headers[0].key|follows from the url",
                "{\"name\":\"a\",\"url\":\"https://a.example.com\",\"auth_type\":\"headers\",\"auth_headers\":[{\"key\":\"A\",\"value\":\"x\",\"z\":1}]}|auth_headers[0].z|is unknown",
                "{\"name\":\"a\",\"url\":\"https://a.example.com\",\"auth_type\":\"query_param\",\"auth_query_param_key\":\"k\"}|auth_query_param_value|is missing",
                "{\"name\":\"a\",\"url\":\"https://a.example.com\",\"tags\":\"x\"}|tags|must be a list",
                "{\"name\":\"a\",\"url\":\"https://a.example.com\",\"passthrough_headers\":[\"Authorization\"]}|passthrough_headers|never reaches an upstream",
                "{\"name\":\"a\",\"url\":\"https://a.example.com\",\"health_check_interval_seconds\":0}|health_check_interval_seconds|5 to 86400",
            })
    void namesTheFieldThatItRefuses(String body, String field, String message) {
        var problem = Given.gateway(as("root"), body, 422);

        assertThat(problem.path("errors").values()).anySatisfy(error -> {
            assertThat(error.path("field").asString()).isEqualTo(field);
            assertThat(error.path("message").asString()).contains(message);
        });
        assertThat(world.gateways.rows).isEmpty();
    }

    @Test
    void namesEveryBadFieldAtOnce() {
        var problem = Given.gateway(
                as("root"), "{\"url\":\"x\",\"transport\":\"STDIO\",\"owner\":\"me\",\"colour\":1,\"tags\":[1]}", 422);

        assertThat(problem.path("errors").values())
                .extracting(error -> error.path("field").asString())
                .containsExactlyInAnyOrder("name", "url", "transport", "owner", "colour", "tags");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"name\":\"a\",\"name\":\"b\"}",
                "{\"name\":\"a\"} {}",
                "{\"name\":NaN}",
                "\uFEFF{}",
                "[]",
                "\"text\""
            })
    void refusesWhatIsNotOneStrictObject(String body) {
        var problem = Given.gateway(as("root"), body, 400);

        assertThat(problem.path("detail").asString())
                .startsWith("The body")
                .doesNotContain("tools.jackson", "Exception");
    }

    @Test
    void refusesDeepLargeAndForeignBodies() {
        Given.gateway(as("root"), "{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}", 400);
        assertThat(Given.gateway(as("root"), "{\"name\":\"" + "a".repeat(1_100_000) + "\"}", 413)
                        .path("detail")
                        .asString())
                .contains("1048576");
        as("root")
                .post()
                .uri("/gateways")
                .header("Content-Type", "text/plain")
                .bodyValue(BEARER)
                .exchange()
                .expectStatus()
                .isEqualTo(415)
                .expectBody()
                .jsonPath("$.detail")
                .isEqualTo("Send application/json as Content-Type");
    }

    @Test
    void aTakenNameIsAConflict() {
        Given.gateway(as("root"), "g1");

        assertThat(Given.gateway(as("root"), "{\"name\":\"g1\",\"url\":\"https://b.example.com\"}", 409)
                        .path("detail")
                        .asString())
                .contains("has that name");
    }

    @Test
    void onlyMembersHandAGatewayToATeam() {
        var body =
                "{\"name\":\"g1\",\"url\":\"https://b.example.com\",\"visibility\":\"TEAM\",\"team_id\":\"team-alpha\"}";

        assertThat(Given.gateway(as("bob"), body, 422).toString()).contains("a team that you are a member of");
        assertThat(Given.gateway(as("alice"), body, 201).path("team_id").asString())
                .isEqualTo("team-alpha");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, '', gateways.read",
        "PUT, '', gateways.update",
        "PATCH, '', gateways.update",
        "DELETE, '', gateways.delete",
        "POST, /state?activate=false, gateways.toggle",
        "POST, /tools/refresh, gateways.update",
        "POST, /check, gateways.update",
        "GET, /events, gateways.read"
    })
    void aPermissionOnOthersIsNoneOnThisOne(String verb, String path, String scope) {
        var id = Given.gateway(as("alice"), "mine");
        world.withheld.add(scope + " mine");

        as("alice")
                .method(HttpMethod.valueOf(verb))
                .uri("/gateways/" + id + path)
                .header("Content-Type", "application/json")
                .bodyValue("{\"name\":\"other\",\"url\":\"https://b.example.com\"}")
                .exchange()
                .expectStatus()
                .isForbidden()
                .expectHeader()
                .value("WWW-Authenticate", header -> assertThat(header).contains("scope=\"" + scope + "\""));
        assertThat(world.gateways.rows.values())
                .singleElement()
                .satisfies(row -> assertThat(row.enabled()).isTrue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "PATCH"})
    void whoMayOnlyEditAGatewayDoesNotRenameIt(String verb) {
        var id = Given.gateway(as("alice"), "mine");
        world.withheld.add("gateways.delete mine");
        var renamed = "{\"name\":\"theirs\",\"url\":\"https://mcp.example.com/mcp\"}";
        var edited = "{\"name\":\"mine\",\"url\":\"https://mcp.example.com/mcp\",\"description\":\"d\"}";

        renamed("bob", verb, id, renamed)
                .expectStatus()
                .isForbidden()
                .expectBody()
                .jsonPath("$.detail")
                .isEqualTo("Scopes and groups go by names: its owner gives it another one, or whoever may delete it");
        renamed("bob", verb, id, edited).expectStatus().isOk();
        renamed("alice", verb, id, renamed).expectStatus().isOk();
    }

    @Test
    void whoMayDeleteAGatewayRenamesIt() {
        var id = Given.gateway(as("alice"), "mine");

        renamed("bob", "PATCH", id, "{\"name\":\"theirs\"}").expectStatus().isOk();
    }

    private WebTestClient.ResponseSpec renamed(String person, String verb, String id, String body) {
        return as(person)
                .method(HttpMethod.valueOf(verb))
                .uri("/gateways/" + id)
                .header("Content-Type", "application/json")
                .bodyValue(body)
                .exchange();
    }

    @Test
    void whoMayMakeNothingForATeamNeitherRegistersThereNorHandsOver() {
        var ofTeam =
                "{\"name\":\"g1\",\"url\":\"https://b.example.com\",\"visibility\":\"TEAM\",\"team_id\":\"team-alpha\"}";
        world.withheld.add("gateways.create team-alpha");
        world.withheld.add("gateways.update team-alpha");
        var id = Given.gateway(as("alice"), "g1");

        Given.gateway(as("alice"), ofTeam.replace("g1", "g2"), 403);
        as("alice")
                .put()
                .uri("/gateways/" + id)
                .header("Content-Type", "application/json")
                .bodyValue(ofTeam)
                .exchange()
                .expectStatus()
                .isForbidden();
        assertThat(world.gateways.rows.values())
                .singleElement()
                .satisfies(row -> assertThat(row.teamId()).isNull());
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000000-0000-4000-8000-000000000000", "not-a-uuid", "1-1-1-1-1", "0", "%20", "x'--"})
    void whatDoesNotExistIsAnsweredLikeWhatIsHidden(String id) {
        var hidden = Given.gateway(
                        as("root"),
                        "{\"name\":\"hidden\",\"url\":\"https://b.example.com\",\"visibility\":\"private\"}",
                        201)
                .path("id")
                .asString();

        for (var verb : new String[] {"GET", "PUT", "PATCH", "DELETE"}) {
            assertThat(problem(verb, "/gateways/" + id)).isEqualTo(problem(verb, "/gateways/" + hidden));
        }
        for (var path : new String[] {"/state?activate=true", "/tools/refresh", "/check"}) {
            assertThat(problem("POST", "/gateways/" + id + path))
                    .isEqualTo(problem("POST", "/gateways/" + hidden + path));
        }
        assertThat(problem("GET", "/gateways/" + id + "/events"))
                .isEqualTo(problem("GET", "/gateways/" + hidden + "/events"));
        assertThat(world.gateways.rows).hasSize(1);
    }

    /** Status and body without the correlation id, as bob gets them. */
    private String problem(String verb, String path) {
        var answer = as("bob")
                .method(org.springframework.http.HttpMethod.valueOf(verb))
                .uri(java.net.URI.create("http://localhost:" + port + path))
                .header("Content-Type", "application/json")
                .bodyValue("{}")
                .exchange()
                .expectStatus()
                .isNotFound()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
        return answer.replaceAll("\"correlation_id\":\"[^\"]*\"", "");
    }

    @Test
    void listsNewestFirstPageByPage() {
        for (int i = 1; i <= 5; i++) {
            Given.gateway(as("root"), "g" + i);
        }

        var first = as("root")
                .get()
                .uri("/gateways?limit=2&visibility=public")
                .exchange()
                .expectStatus()
                .isOk();
        var link = first.returnResult(JsonNode.class).getResponseHeaders().getFirst("Link");

        assertThat(link).matches("</gateways\\?.*cursor=.*>; rel=\"next\"").contains("visibility=public");
        var next = link.substring(1, link.indexOf('>'));
        var second = as("root")
                .get()
                .uri(java.net.URI.create("http://localhost:" + port + next))
                .exchange();
        second.expectBody()
                .jsonPath("$.length()")
                .isEqualTo(2)
                .jsonPath("$[0].name")
                .isEqualTo("g3");
        as("root")
                .get()
                .uri("/gateways?limit=5")
                .exchange()
                .expectHeader()
                .doesNotExist("Link")
                .expectBody()
                .jsonPath("$[0].name")
                .isEqualTo("g5")
                .jsonPath("$[4].name")
                .isEqualTo("g1");
    }

    @ParameterizedTest
    @CsvSource({"env=prod,env=prod", "a[0],a[0]", "a%26b%20c,a&b c", "a+b,a b"})
    void theNextPageKeepsAFilterThatCameBare(String sent, String tag) {
        String body = "{\"name\":\"%s\",\"url\":\"https://mcp.example.com/mcp\",\"tags\":[\"%s\"]}";
        Given.gateway(as("root"), body.formatted("g1", tag), 201);
        Given.gateway(as("root"), body.formatted("g2", tag), 201);

        var first = page("/gateways?tag=" + sent + "&limit=1");
        var link = first.getResponseHeaders().getFirst("Link");
        var rest = page(link.substring(1, link.indexOf('>')));

        assertThat(first.getResponseBody().findValuesAsString("name")).containsExactly("g2");
        assertThat(rest.getResponseBody().findValuesAsString("name")).containsExactly("g1");
        assertThat(rest.getResponseHeaders().getFirst("Link")).isNull();
    }

    private EntityExchangeResult<JsonNode> page(String target) {
        return as("root")
                .get()
                .uri(java.net.URI.create("http://localhost:" + port + target))
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(JsonNode.class)
                .returnResult();
    }

    @ParameterizedTest
    @CsvSource({
        "limit=0,limit",
        "limit=1001,limit",
        "limit=x,limit",
        "cursor=abc,cursor",
        "visibility=x,visibility",
        "enabled=yes,enabled",
        "healthy=perhaps,healthy",
        "id=x,id",
        "teamid=x,teamid",
        "tag=,tag",
        "tag=a&tag=b,tag"
    })
    void refusesBadListParameters(String query, String field) {
        as("root")
                .get()
                .uri("/gateways?" + query)
                .exchange()
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].field")
                .isEqualTo(field);
    }

    @Test
    void listsOnlyWhatTheCallerSees() {
        Given.gateway(as("root"), "{\"name\":\"a\",\"url\":\"https://b.example.com\",\"visibility\":\"private\"}", 201);
        Given.gateway(
                as("alice"),
                "{\"name\":\"b\",\"url\":\"https://b.example.com\",\"visibility\":\"team\",\"team_id\":\"team-alpha\"}",
                201);
        Given.gateway(as("root"), "c");

        assertThat(names("root")).containsExactly("c", "b", "a");
        assertThat(names("alice")).containsExactly("c", "b");
        assertThat(names("bob")).containsExactly("c");
    }

    private java.util.List<String> names(String person) {
        return as(person)
                .get()
                .uri("/gateways")
                .exchange()
                .expectBodyList(JsonNode.class)
                .returnResult()
                .getResponseBody()
                .stream()
                .map(row -> row.path("name").asString())
                .toList();
    }

    @Test
    void aTagKnowsTheVersionAndWhatIsShown() {
        var id = Given.gateway(as("root"), "g1");
        var tag = tag(id);

        as("root")
                .get()
                .uri("/gateways/" + id)
                .header("If-None-Match", tag)
                .exchange()
                .expectStatus()
                .isEqualTo(304);
        world.gateways.see(UUID.fromString(id), seen(true, null));
        as("root")
                .get()
                .uri("/gateways/" + id)
                .header("If-None-Match", tag)
                .exchange()
                .expectStatus()
                .isOk();
        patch(id, "{\"description\":\"x\"}", tag).expectStatus().isOk();
        patch(id, "{\"description\":\"y\"}", tag)
                .expectStatus()
                .isEqualTo(412)
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:penstock:problem:stale");
        patch(id, "{\"description\":\"y\"}", "\"2\"").expectStatus().isOk();
        patch(id, "{\"description\":\"z\"}", "W/\"3\"").expectStatus().isEqualTo(412);
        patch(id, "{\"description\":\"z\"}", "*").expectStatus().isOk();
        as("root")
                .delete()
                .uri("/gateways/" + id)
                .header("If-Match", tag)
                .exchange()
                .expectStatus()
                .isEqualTo(412);
    }

    @Test
    void aChangeIsTriedUntilItWinsWhereNoVersionWasNamed() {
        var id = Given.gateway(as("root"), "g1");
        var meddled = new int[1];
        world.gateways.beforeUpdate = () -> {
            if (meddled[0]++ < 9) {
                bump(UUID.fromString(id));
            }
        };

        send("PATCH", "/gateways/" + id, "{\"description\":\"mine\"}")
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.version")
                .isEqualTo(11);
    }

    @Test
    void whoIsOvertakenAgainAndAgainIsToldSo() {
        var id = Given.gateway(as("root"), "g1");
        world.gateways.beforeUpdate = () -> bump(UUID.fromString(id));

        send("PATCH", "/gateways/" + id, "{\"description\":\"mine\"}")
                .expectStatus()
                .isEqualTo(409)
                .expectBody()
                .jsonPath("$.detail")
                .value(detail -> assertThat(detail.toString()).contains("10 times", "If-Match"));
    }

    @Test
    void onlyItsOwnerOpensAPrivateGatewayWithTheStoredCredential() {
        world.person("chief", true, Set.of(), null);
        var id = Given.gateway(as("chief"), BEARER.replace("public", "private"), 201)
                .path("id")
                .asString();

        send("PATCH", "/gateways/" + id, "{\"visibility\":\"public\"}")
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].field")
                .isEqualTo("auth_token");
        send("PATCH", "/gateways/" + id, "{\"visibility\":\"team\",\"team_id\":\"t\",\"auth_token\":\"*****\"}")
                .expectStatus()
                .isEqualTo(422);
        send("PATCH", "/gateways/" + id, "{\"description\":\"tidied\"}")
                .expectStatus()
                .isOk();
        assertThat(world.gateways.rows.get(UUID.fromString(id)).visibility().name())
                .isEqualTo("PRIVATE");
    }

    @Test
    void aPrivateGatewayIsOpenedByItsOwnerOrWithAnotherCredential() {
        world.person("chief", true, Set.of(), null);
        var own = Given.gateway(as("root"), BEARER.replace("public", "private"), 201)
                .path("id")
                .asString();
        var other = Given.gateway(
                        as("chief"), BEARER.replace("public", "private").replace("bearer-test", "other"), 201)
                .path("id")
                .asString();

        send("PATCH", "/gateways/" + own, "{\"visibility\":\"public\"}")
                .expectStatus()
                .isOk();
        send("PATCH", "/gateways/" + other, "{\"visibility\":\"public\",\"auth_token\":\"another\"}")
                .expectStatus()
                .isOk();
    }

    @Test
    void aChangeInBetweenIsToldWhereAVersionWasNamed() {
        var id = Given.gateway(as("root"), "g1");
        var tag = tag(id);
        world.gateways.beforeUpdate = () -> bump(UUID.fromString(id));

        patch(id, "{\"description\":\"mine\"}", tag).expectStatus().isEqualTo(412);
    }

    private void bump(UUID id) {
        var row = world.gateways.rows.get(id);
        world.gateways.rows.put(
                id,
                new Gateway(
                        id,
                        row.name(),
                        row.slug(),
                        row.url(),
                        row.description(),
                        row.transport(),
                        row.auth(),
                        null,
                        row.visibility(),
                        row.teamId(),
                        row.owner(),
                        row.tags(),
                        row.passthroughHeaders(),
                        row.checkInterval(),
                        row.driftPolicy(),
                        false,
                        row.enabled(),
                        row.status(),
                        row.createdAt(),
                        row.updatedAt(),
                        row.version() + 1));
    }

    @Test
    void aPatchChangesOnlyWhatItNamesAndNullClears() {
        var id = Given.gateway(
                        as("root"),
                        "{\"name\":\"g1\",\"url\":\"https://b.example.com\",\"description\":\"d\",\"tags\":[\"a\"],\"auth_type\":\"bearer\",\"auth_token\":\"t\"}",
                        201)
                .path("id")
                .asString();

        send("PATCH", "/gateways/" + id, "{\"description\":null,\"transport\":\"sse\"}")
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.description")
                .isEqualTo(null)
                .jsonPath("$.transport")
                .isEqualTo("SSE")
                .jsonPath("$.tags[0]")
                .isEqualTo("a")
                .jsonPath("$.auth_token")
                .isEqualTo("*****");
        assertThat(opened(id)).isEqualTo(new UpstreamAuth.Bearer(new Secret("t")));
        send("PATCH", "/gateways/" + id, "{\"name\":null}").expectStatus().isEqualTo(422);
    }

    @Test
    void theMaskKeepsTheStoredSecret() {
        var id = Given.gateway(as("root"), BEARER, 201).path("id").asString();

        send("PUT", "/gateways/" + id, BEARER.replace("test-upstream-token", "*****"))
                .expectStatus()
                .isOk();

        assertThat(opened(id)).isEqualTo(new UpstreamAuth.Bearer(new Secret("test-upstream-token")));
    }

    @Test
    void aNewUserNameKeepsTheMaskedPassword() {
        var basic =
                "{\"name\":\"g\",\"url\":\"https://b.example.com\",\"auth_type\":\"basic\",\"auth_username\":\"u\",\"auth_password\":\"p\"}";
        var id = Given.gateway(as("root"), basic, 201).path("id").asString();

        send("PATCH", "/gateways/" + id, "{\"auth_username\":\"v\"}")
                .expectStatus()
                .isOk();

        assertThat(opened(id)).isEqualTo(new UpstreamAuth.Basic("v", new Secret("p")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://evil.example.com/sse", "http://mcp.example.com/sse", "https://mcp.example.com:8443/sse"
            })
    void aStoredSecretIsNeverPointedElsewhere(String url) {
        var id = Given.gateway(as("root"), BEARER, 201).path("id").asString();

        send("PATCH", "/gateways/" + id, "{\"url\":\"" + url + "\"}")
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].field")
                .isEqualTo("auth_token")
                .jsonPath("$.errors[0].message")
                .isEqualTo("must be sent again, because url now names another scheme, host or port");
        send("PATCH", "/gateways/" + id, "{\"url\":\"" + url + "\",\"auth_token\":\"*****\"}")
                .expectStatus()
                .isEqualTo(422);
        send("PATCH", "/gateways/" + id, "{\"url\":\"" + url + "\",\"auth_token\":\"new\"}")
                .expectStatus()
                .isOk();
        assertThat(opened(id)).isEqualTo(new UpstreamAuth.Bearer(new Secret("new")));
    }

    @Test
    void anotherPathOfTheSameHostKeepsTheSecret() {
        var id = Given.gateway(as("root"), BEARER, 201).path("id").asString();

        send("PATCH", "/gateways/" + id, "{\"url\":\"https://MCP.example.com:443/other\"}")
                .expectStatus()
                .isOk();
    }

    @Test
    void aPatchToAnotherTypeDropsTheOldCredential() {
        var id = Given.gateway(as("root"), BEARER, 201).path("id").asString();

        send(
                        "PATCH",
                        "/gateways/" + id,
                        "{\"auth_type\":\"authheaders\",\"auth_header_key\":\"X-Api-Key\",\"auth_header_value\":\"k\"}")
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.auth_type")
                .isEqualTo("headers")
                .jsonPath("$.auth_headers[0].value")
                .isEqualTo("*****")
                .jsonPath("$.auth_token")
                .doesNotExist();
        send("PATCH", "/gateways/" + id, "{\"auth_type\":\"none\"}")
                .expectStatus()
                .isOk();
        assertThat(opened(id)).isEqualTo(new UpstreamAuth.None());
    }

    @Test
    void aQueryParameterIsMaskedToo() {
        var created = Given.gateway(
                as("root"),
                "{\"name\":\"q\",\"url\":\"https://api.example.com/mcp/sse\",\"auth_type\":\"query_param\",\"auth_query_param_key\":\"api_key\",\"auth_query_param_value\":\"secret-api-key-value\"}",
                201);

        assertThat(created.path("auth_query_param_key").asString()).isEqualTo("api_key");
        assertThat(created.toString()).doesNotContain("secret-api-key-value");
    }

    @Test
    void aRepeatedKeyMakesNothing() {
        var first = withKey("k1", BEARER)
                .expectStatus()
                .isCreated()
                .expectBody(JsonNode.class)
                .returnResult()
                .getResponseBody();
        var again = withKey("k1", BEARER)
                .expectStatus()
                .isCreated()
                .expectBody(JsonNode.class)
                .returnResult()
                .getResponseBody();

        assertThat(again).isEqualTo(first);
        assertThat(world.gateways.rows).hasSize(1);
        assertThat(world.recorded).hasSize(1);
        withKey("k1", BEARER.replace("test-upstream-token", "another"))
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].field")
                .isEqualTo("Idempotency-Key");
        withKey("k 2", BEARER).expectStatus().isEqualTo(422);
    }

    private ResponseSpec withKey(String key, String body) {
        return as("root")
                .post()
                .uri("/gateways")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .bodyValue(body)
                .exchange();
    }

    @Test
    void refreshTellsWhatChanged() {
        var id = Given.gateway(as("root"), "g1");
        world.discover = gateway -> Mono.just(new Health.Discovery(
                new Features.Outcome(3, 2, 1), new Features.Outcome(0, 0, 0), new Features.Outcome(1, 0, 0)));

        send("POST", "/gateways/" + id + "/tools/refresh", "")
                .expectStatus()
                .isOk()
                .expectBody()
                .json(
                        "{\"tools\":{\"added\":3,\"updated\":2,\"removed\":1},\"resources\":{\"added\":0,\"updated\":0,\"removed\":0},\"prompts\":{\"added\":1,\"updated\":0,\"removed\":0}}");
    }

    @Test
    void refreshOfADeadUpstreamSaysWhy() {
        var id = Given.gateway(as("root"), "g1");
        world.discover = gateway -> Mono.error(
                new Refusal(new Reason.UpstreamFailed("upstream answered 401 to initialize: check auth_token", 401)));

        send("POST", "/gateways/" + id + "/tools/refresh", "")
                .expectStatus()
                .isEqualTo(502)
                .expectBody()
                .jsonPath("$.detail")
                .isEqualTo("upstream answered 401 to initialize: check auth_token");
        assertThat(world.noted).singleElement().satisfies(entry -> {
            assertThat(entry.outcome()).isEqualTo(Trail.Outcome.FAILED);
            assertThat(entry.action()).isEqualTo("refresh");
            assertThat(entry.resourceId()).isEqualTo(id);
        });
    }

    @Test
    void nothingIsAskedOfASwitchedOffGateway() {
        var id = Given.gateway(as("root"), "g1");
        send("POST", "/gateways/" + id + "/state?activate=false", "")
                .expectBody()
                .jsonPath("$.enabled")
                .isEqualTo(false);

        send("POST", "/gateways/" + id + "/check", "").expectStatus().isEqualTo(409);
        send("POST", "/gateways/" + id + "/tools/refresh", "").expectStatus().isEqualTo(409);
        send("POST", "/gateways/" + id + "/state", "").expectStatus().isEqualTo(422);
        send("POST", "/gateways/" + id + "/state?activate=maybe", "")
                .expectStatus()
                .isEqualTo(422);
    }

    @Test
    void tellsItsEventsAndCounts() {
        var id = Given.gateway(as("root"), "g1");
        var gateway = world.gateways.rows.get(UUID.fromString(id));
        world.features.add(Feature.Kind.TOOL, gateway, "echo", "{}");
        world.gateways.events.add(new GatewayEvent(
                UUID.randomUUID(), gateway.id(), Instant.EPOCH, GatewayEvent.Kind.HEALTH, "{\"healthy\":false}"));

        send("GET", "/gateways/" + id + "/events", "")
                .expectBody()
                .jsonPath("$[0].kind")
                .isEqualTo("health")
                .jsonPath("$[0].at")
                .isEqualTo("1970-01-01T00:00:00Z")
                .jsonPath("$[0].detail.healthy")
                .isEqualTo(false);
        send("GET", "/gateways/" + id, "").expectBody().jsonPath("$.tool_count").isEqualTo(1);
    }

    private UpstreamAuth opened(String id) {
        return world.gateways.opened.get(UUID.fromString(id));
    }

    private String tag(String id) {
        return as("root")
                .get()
                .uri("/gateways/" + id)
                .exchange()
                .returnResult(String.class)
                .getResponseHeaders()
                .getETag();
    }

    private ResponseSpec patch(String id, String body, String tag) {
        return as("root")
                .patch()
                .uri("/gateways/" + id)
                .header("Content-Type", "application/merge-patch+json")
                .header("If-Match", tag)
                .bodyValue(body)
                .exchange();
    }

    private ResponseSpec send(String verb, String path, String body) {
        return as("root")
                .method(org.springframework.http.HttpMethod.valueOf(verb))
                .uri(path)
                .header("Content-Type", "application/json")
                .bodyValue(body)
                .exchange();
    }

    private static Gateway.Status seen(boolean healthy, String error) {
        return new Gateway.Status(
                new Gateway.Condition(healthy, 0, error, "2025-11-25", "sse", "{}", null),
                Instant.EPOCH,
                Instant.EPOCH,
                null);
    }

    @Test
    void whatChangesGoesOnUnlessItIsToBeHeld() {
        var id = Given.gateway(as("root"), "g1");

        send("PATCH", "/gateways/" + id, "{\"drift_policy\":\"hold\"}")
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.drift_policy")
                .isEqualTo("hold");
        send("PATCH", "/gateways/" + id, "{\"description\":\"d\"}")
                .expectBody()
                .jsonPath("$.drift_policy")
                .isEqualTo("hold");
        send("PATCH", "/gateways/" + id, "{\"drift_policy\":null}")
                .expectBody()
                .jsonPath("$.drift_policy")
                .isEqualTo("warn");
        send("PATCH", "/gateways/" + id, "{\"drift_policy\":\"deny\"}")
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].message")
                .isEqualTo("must be one of warn, hold");
    }

    @Test
    void callsAreRepeatedOnlyWhereThatIsAskedFor() {
        var id = Given.gateway(as("root"), "g1");

        send("PATCH", "/gateways/" + id, "{\"description\":\"d\"}")
                .expectBody()
                .jsonPath("$.repeat_idempotent_calls")
                .isEqualTo(false);
        send("PATCH", "/gateways/" + id, "{\"repeat_idempotent_calls\":true}")
                .expectBody()
                .jsonPath("$.repeat_idempotent_calls")
                .isEqualTo(true);
        send("PATCH", "/gateways/" + id, "{\"description\":\"e\"}")
                .expectBody()
                .jsonPath("$.repeat_idempotent_calls")
                .isEqualTo(true);
        send("PATCH", "/gateways/" + id, "{\"repeat_idempotent_calls\":\"yes\"}")
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].message")
                .isEqualTo("must be true or false");
    }
}
