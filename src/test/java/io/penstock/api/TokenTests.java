package io.penstock.api;

import static io.penstock.account.Accounts.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.account.User;
import io.penstock.account.team.Team.Standing;
import io.penstock.account.team.Teams;
import io.penstock.account.token.ApiToken.Terms;
import io.penstock.account.token.Hours;
import io.penstock.account.token.TokenStores;
import io.penstock.audit.Trail;
import io.penstock.caller.Caller;
import io.penstock.caller.Grants;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** API tokens over HTTP: who may do what with whose (threats E1), and how far a token may reach. */
class TokenTests extends EdgeTest {

    private String id;

    @BeforeEach
    void peopleTheTeams() {
        for (String team : Set.of("team-alpha", "team-beta")) {
            var _ = get(world.accounts
                    .teams()
                    .teams()
                    .create(team, new Teams.Draft(team, null, 9), "owner-of-" + team + "@example.com", 50));
        }
        for (String person : List.of(
                "maker", "member", "keeper", "foreigner", "stranger", "owner-of-team-alpha", "owner-of-team-beta")) {
            world.person(person, false, Set.of(), null);
        }
        for (String member : List.of("maker", "member")) {
            var _ = get(
                    world.accounts.teams().teams().join("team-alpha", member + "@example.com", Standing.MEMBER, 50));
        }
        role("keeper", "team_admin", "team-alpha");
        role("foreigner", "team_admin", "team-beta");
        world.refresh();
        id = token("maker", "team-alpha");
    }

    private void role(String person, String role, String team) {
        User user = world.accounts.user(person + "@example.com");
        var _ = get(world.accounts
                .roles()
                .assign(user.id(), world.accounts.role(role).id(), team, "root"));
    }

    private String token(String person, String team) {
        var terms = new Terms(
                "of " + team,
                null,
                null,
                null,
                null,
                List.of(),
                List.of(),
                null,
                null,
                team,
                TokenStores.EXPIRES,
                true);
        return get(world.apiTokens.tokens().create(person + "@example.com", null, terms, 0))
                .token()
                .id()
                .toString();
    }

    private ResponseSpec send(String person, String method, String path, String body) {
        return as(person)
                .method(HttpMethod.valueOf(method))
                .uri(path)
                .header("Content-Type", "application/json")
                .bodyValue(body)
                .exchange();
    }

    private int status(String person, String method, String path, String body) {
        return send(person, method, path, body)
                .returnResult(byte[].class)
                .getStatus()
                .value();
    }

    private static JsonNode json(ResponseSpec answer) {
        return answer.expectBody(JsonNode.class).returnResult().getResponseBody();
    }

    private JsonNode made(String person, String body) {
        var answer = send(person, "POST", "/tokens", body);
        answer.expectStatus().isCreated();
        return json(answer);
    }

    private List<String> wrong(String person, String method, String path, String body) {
        var answer = send(person, method, path, body);
        answer.expectStatus().isEqualTo(422);
        return StreamSupport.stream(json(answer).path("errors").spliterator(), false)
                .map(error -> error.path("field").asString() + ": "
                        + error.path("message").asString())
                .toList();
    }

    @Test
    void theSecretIsToldOnceAndToNobodyElse() {
        var answer = send("maker", "POST", "/tokens", "{\"name\":\"ci\"}");
        var location = answer.returnResult(byte[].class).getResponseHeaders().getLocation();
        var made = made("maker", "{\"name\":\"cd\"}");
        String secret = made.path("token").asString();

        assertThat(secret).matches("pst_[0-9A-Za-z]{49}");
        assertThat(location.toString()).startsWith("/tokens/");
        var read = json(send("maker", "GET", "/tokens/" + made.path("id").asString(), ""));
        assertThat(read.path("token").isNull()).isTrue();
        assertThat(read.path("owner").asString()).isEqualTo("maker@example.com");
        assertThat(read.path("enabled").asBoolean()).isTrue();
        assertThat(Instant.parse(read.path("expires_at").asString()))
                .isBetween(
                        Instant.now().plus(Duration.ofDays(89)), Instant.now().plus(Duration.ofDays(91)));
        assertThat(json(send("root", "GET", "/tokens", "")).toString())
                .contains("\"cd\"")
                .doesNotContain(secret)
                .doesNotContain("hash");
        assertThat(world.recorded).extracting(Trail.Entry::action).containsExactly("create", "create");
        assertThat(world.recorded.toString()).doesNotContain(secret);
    }

    @Test
    void everythingReadsBack() {
        String gateway = Given.gateway(as("maker"), "up");

        var made = made("maker", """
                {"name": "all", "description": "for builds", "gateway_id": "%s", "permissions": ["tools.read"],
                 "ip_cidrs": ["10.0.0.0/8", "::1"], "hours": [{"days": ["mon", "fri"], "from": "09:00", "to": "24:00",
                 "zone": "Europe/Berlin"}], "quota_per_hour": 5, "quota_per_day": 50, "team_id": "team-alpha",
                 "expires_at": "%s", "enabled": false}
                """.formatted(gateway, Instant.now().plus(Duration.ofDays(3))));

        assertThat(made.path("gateway_id").asString()).isEqualTo(gateway);
        assertThat(made.path("permissions").toString()).isEqualTo("[\"tools.read\"]");
        assertThat(made.path("ip_cidrs").toString()).isEqualTo("[\"10.0.0.0/8\",\"::1\"]");
        assertThat(made.path("hours").toString())
                .isEqualTo(
                        "[{\"days\":[\"mon\",\"fri\"],\"from\":\"09:00\",\"to\":\"00:00\",\"zone\":\"Europe/Berlin\"}]");
        assertThat(made.path("quota_per_hour").asInt()).isEqualTo(5);
        assertThat(made.path("quota_per_day").asInt()).isEqualTo(50);
        assertThat(made.path("team_id").asString()).isEqualTo("team-alpha");
        assertThat(made.path("enabled").asBoolean()).isFalse();
        var patched = json(send(
                "maker", "PATCH", "/tokens/" + made.path("id").asString(), "{\"description\":null,\"enabled\":true}"));
        assertThat(patched.path("description").isNull()).isTrue();
        assertThat(patched.path("enabled").asBoolean()).isTrue();
        assertThat(patched.path("hours")).isEqualTo(made.path("hours"));
        assertThat(patched.path("expires_at")).isEqualTo(made.path("expires_at"));
        assertThat(patched.path("version").asInt()).isEqualTo(2);
    }

    @Test
    void everyWrongFieldIsNamed() {
        var errors = wrong("maker", "POST", "/tokens", """
                {"name": " x", "id": "1", "token": "t", "owner": "o", "last_used_at": "t", "more": 1, "server_id": "7",
                 "permissions": ["tools.read", "tools.*", "tokens.create"], "ip_cidrs": ["10.0.0.0/33", "here"],
                 "hours": [{"days": ["monday"], "from": "9", "to": "25:00", "zone": "Mars/Base", "x": 1}],
                 "quota_per_hour": 0, "quota_per_day": "many", "expires_at": "tomorrow", "team_id": 7, "enabled": "yes"}
                """);

        assertThat(errors.stream().map(error -> error.substring(0, error.indexOf(':'))))
                .contains(
                        "name",
                        "id",
                        "token",
                        "owner",
                        "last_used_at",
                        "more",
                        "server_id",
                        "permissions",
                        "ip_cidrs",
                        "hours[0].days",
                        "hours[0].from",
                        "hours[0].to",
                        "hours[0].zone",
                        "hours[0].x",
                        "quota_per_hour",
                        "quota_per_day",
                        "expires_at",
                        "team_id",
                        "enabled");
        assertThat(errors)
                .anyMatch(error -> error.contains("there is no scope tools.*"))
                .anyMatch(error -> error.contains("tokens.create is for no API token"));
    }

    @Test
    void hoursThatNameNoDaysAreOfAllDays() {
        var made = made("maker", """
                {"name": "x", "hours": [{"from": "09:00", "to": "17:30", "zone": "UTC"}]}""");

        assertThat(made.path("hours").path(0).path("days")).hasSize(7);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | name: is missing",
                "{\"name\":\"x\",\"permissions\":[]} | permissions: must name at least one",
                "{\"name\":\"x\",\"hours\":[{\"days\":[],\"from\":\"09:00\",\"to\":\"17:30\",\"zone\":\"UTC\"}]} | hours[0].days: must name at least one",
                "{\"name\":\"x\",\"expires_at\":\"2020-01-01T00:00:00Z\"} | expires_at: must lie ahead",
                "{\"name\":\"x\",\"expires_at\":\"2090-01-01T00:00:00Z\"} | expires_at: must be at most 366 days ahead",
                "{\"name\":\"x\",\"server_id\":\"6f0f7f5e-0a4e-4b4e-9a3e-0d8a6d3f1c11\"} | server_id: must be a virtual server that you may read",
                "{\"name\":\"x\",\"gateway_id\":\"6f0f7f5e-0a4e-4b4e-9a3e-0d8a6d3f1c11\"} | gateway_id: must be a gateway that you may read",
                "{\"name\":\"x\",\"server_id\":\"6f0f7f5e-0a4e-4b4e-9a3e-0d8a6d3f1c11\",\"gateway_id\":\"6f0f7f5e-0a4e-4b4e-9a3e-0d8a6d3f1c11\"} | gateway_id: is for a token without server_id",
                "{\"name\":\"x\",\"team_id\":\"team-beta\"} | team_id: must be a team that has you as a member here",
                "{\"name\":\"x\",\"permissions\":[\"users.create\"]} | permissions: users.create is more than you have"
            })
    void whatIsWrongSaysWhatWouldBeRight(String body, String error) {
        assertThat(wrong("maker", "POST", "/tokens", body)).anyMatch(told -> told.startsWith(error));
    }

    @Test
    void aTokenHasNoMoreThanTheCredentialThatMakesItAndTheRolesThatStandHere() {
        world.person("scoped", false, Set.of(), Set.of("tokens.create", "tools.read"));
        world.person("claimed", true, Set.of("team-alpha"), null);

        assertThat(wrong("scoped", "POST", "/tokens", "{\"name\":\"x\"}"))
                .anyMatch(told -> told.startsWith("permissions: is missing"));
        assertThat(wrong("scoped", "POST", "/tokens", "{\"name\":\"x\",\"permissions\":[\"tools.execute\"]}"))
                .containsExactly("permissions: tools.execute is more than you have");
        assertThat(made("scoped", "{\"name\":\"x\",\"permissions\":[\"tools.read\"]}")
                        .path("permissions")
                        .toString())
                .isEqualTo("[\"tools.read\"]");
        assertThat(wrong(
                        "claimed",
                        "POST",
                        "/tokens",
                        "{\"name\":\"x\",\"permissions\":[\"users.read\"],\"team_id\":\"team-alpha\"}"))
                .anyMatch(told -> told.startsWith("permissions: users.read is more than your roles here allow"))
                .anyMatch(told -> told.startsWith("team_id: must be a team"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"gateway_id\":null,\"ip_cidrs\":[]}",
                "{\"gateway_id\":null}",
                "{\"team_id\":null}",
                "{\"ip_cidrs\":[]}",
                "{\"ip_cidrs\":[\"10.0.0.0/8\",\"0.0.0.0/0\"]}",
                "{\"hours\":[]}",
                "{\"hours\":[{\"from\":\"00:00\",\"to\":\"24:00\",\"zone\":\"UTC\"}]}",
                "{\"quota_per_hour\":null}",
                "{\"quota_per_day\":51}",
                "{\"expires_at\":\"LATER\"}"
            })
    void aCredentialLoosensNoTokenThatMayMoreThanIt(String patch) {
        narrow();
        String path = "/tokens/" + limited();
        String body =
                patch.replace("LATER", Instant.now().plus(Duration.ofDays(60)).toString());

        assertThat(wrong("narrow", "PATCH", path, body))
                .singleElement()
                .satisfies(told -> assertThat(told)
                        .startsWith("permissions: is missing: the credential that you show is limited"));
        assertThat(status("maker", "PATCH", path, body)).isEqualTo(200);
    }

    @Test
    void aCredentialLimitsATokenThatMayMoreThanIt() {
        narrow();
        String path = "/tokens/" + limited();

        var changed =
                json(send("narrow", "PATCH", path, """
                {"description":"d","ip_cidrs":["10.0.0.0/8"],"quota_per_hour":1,"enabled":false,"expires_at":"%s"}
                """.formatted(Instant.now().plus(Duration.ofDays(1)))));

        assertThat(changed.path("quota_per_hour").asInt()).isEqualTo(1);
        assertThat(changed.path("enabled").asBoolean()).isFalse();
    }

    /** A credential of the maker's that changes tokens, and nothing else. */
    private void narrow() {
        world.people.put(
                "narrow",
                new Caller(
                        "maker@example.com",
                        Caller.Source.JWT,
                        false,
                        Set.of(),
                        Set.of("tokens.read", "tokens.update"),
                        "digest",
                        World.EXPIRES));
    }

    /** A token of the maker's that may all that they may, within limits of every kind. */
    private String limited() {
        var office = new Hours(Set.of(DayOfWeek.MONDAY), LocalTime.of(9, 0), LocalTime.of(17, 30), ZoneId.of("UTC"));
        var terms = new Terms(
                "limited",
                null,
                null,
                UUID.randomUUID(),
                null,
                List.of("10.0.0.0/8", "192.0.2.0/24"),
                List.of(office),
                5,
                50,
                "team-alpha",
                Instant.now().plus(Duration.ofDays(30)),
                true);
        return get(world.apiTokens.tokens().create("maker@example.com", null, terms, 0))
                .token()
                .id()
                .toString();
    }

    @Test
    void whoMayDoSomethingToAllMayLetATokenDoItToOne() {
        var made = made("maker", "{\"name\":\"x\",\"permissions\":[\"mcp:server:git-hub:tool:a:b:execute\"]}");

        assertThat(made.path("permissions").toString()).contains("mcp:server:git-hub:tool:a:b:execute");
    }

    @Test
    void theGroupsOfAnIdentityProviderGoWithTheToken() {
        world.people.put(
                "grouped",
                new Caller(
                        "grouped@example.com",
                        Caller.Source.PROXY,
                        false,
                        Set.of(),
                        null,
                        false,
                        Grants.ofGroups(Set.of("accounting")),
                        null,
                        "d",
                        World.EXPIRES));

        var made = made("grouped", "{\"name\":\"x\"}");

        assertThat(get(world.apiTokens
                                .tokens()
                                .find(UUID.fromString(made.path("id").asString())))
                        .groups())
                .containsExactly("accounting");
    }

    private static final Map<String, String> BODIES = Map.of("PATCH", "{\"enabled\":false}", "GET", "", "DELETE", "");

    @ParameterizedTest
    @CsvSource({
        // verb, then: owner, member, keeper (team_admin there), owner of the team, stranger, the other team's owner and
        // admin, root
        "GET, 200, 404, 200, 200, 404, 404, 404, 200",
        "PATCH, 200, 404, 200, 200, 404, 404, 404, 200",
        "DELETE, 204, 404, 204, 204, 404, 404, 404, 204"
    })
    void everyVerbAsksWhoseTokenItIs(
            String verb,
            int owner,
            int member,
            int keeper,
            int teamOwner,
            int stranger,
            int otherOwner,
            int otherAdmin,
            int root) {
        var expected = new LinkedHashMap<String, Integer>();
        expected.put("stranger", stranger);
        expected.put("owner-of-team-beta", otherOwner);
        expected.put("foreigner", otherAdmin);
        expected.put("member", member);
        expected.put("keeper", keeper);
        expected.put("owner-of-team-alpha", teamOwner);
        expected.put("maker", owner);
        expected.put("root", root);

        expected.forEach((person, status) -> {
            startAnew();
            peopleTheTeams();
            assertThat(status(person, verb, "/tokens/" + id, BODIES.get(verb)))
                    .as("%s: %s", person, verb)
                    .isEqualTo(status);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PATCH", "DELETE"})
    void oneThatIsNotTheirsAnswersAsOneThatIsNotThere(String verb) {
        for (String path : List.of("/tokens/" + id, "/tokens/" + UUID.randomUUID(), "/tokens/none")) {
            var answer = json(send("stranger", verb, path, BODIES.get(verb)));
            assertThat(answer.path("status").asInt()).isEqualTo(404);
            assertThat(answer.path("detail").asString()).isEqualTo("There is no such token");
        }
    }

    @Test
    void aTokenWithoutATeamIsItsOwnersAndTheAdministratorsAlone() {
        id = json(send("maker", "POST", "/tokens", "{\"name\":\"own\"}"))
                .path("id")
                .asString();

        for (String person : List.of("keeper", "owner-of-team-alpha", "member", "stranger")) {
            assertThat(status(person, "GET", "/tokens/" + id, "")).isEqualTo(404);
        }
        assertThat(status("root", "GET", "/tokens/" + id, "")).isEqualTo(200);
    }

    @Test
    void listsWhatIsTheirsToSee() {
        var _ = made("stranger", "{\"name\":\"of a stranger\"}");

        assertThat(names("stranger", "/tokens")).containsExactly("of a stranger");
        assertThat(names("maker", "/tokens")).containsExactly("of team-alpha");
        assertThat(names("keeper", "/tokens")).containsExactly("of team-alpha");
        assertThat(names("owner-of-team-alpha", "/tokens")).containsExactly("of team-alpha");
        assertThat(names("foreigner", "/tokens")).isEmpty();
        assertThat(names("root", "/tokens")).containsExactly("of a stranger", "of team-alpha");
        assertThat(names("root", "/tokens?owner=stranger@example.com")).containsExactly("of a stranger");
        assertThat(names("root", "/tokens?owner=Stranger@Example.com")).containsExactly("of a stranger");
        assertThat(names("root", "/tokens?team_id=team-alpha")).containsExactly("of team-alpha");
        assertThat(names("root", "/tokens?limit=1")).containsExactly("of a stranger");
        assertThat(status("root", "GET", "/tokens?user=x", "")).isEqualTo(422);
        assertThat(status("root", "GET", "/tokens?owner=a@b@c", "")).isEqualTo(422);
    }

    private List<String> names(String person, String path) {
        return json(send(person, "GET", path, "")).findValuesAsString("name");
    }

    @Test
    void othersSayWhetherItIsTakenAndNothingElse() {
        assertThat(wrong("keeper", "PATCH", "/tokens/" + id, "{\"permissions\":[\"tools.read\"],\"name\":\"mine\"}"))
                .allMatch(told -> told.contains("is its owner's to change"))
                .hasSize(2);
        assertThat(json(send("keeper", "PATCH", "/tokens/" + id, "{\"enabled\":false}"))
                        .path("enabled")
                        .asBoolean())
                .isFalse();
        assertThat(world.recorded.getLast().detail()).isEqualTo("switched off");
    }

    @Test
    void anApiTokenReadsAndDeletesAndNeverMakesOrChanges() {
        world.people.put("bot", apiToken(null, null));

        for (var call : Map.of("POST", "/tokens", "PATCH", "/tokens/" + id).entrySet()) {
            var refused = json(send("bot", call.getKey(), call.getValue(), "{\"name\":\"wider\"}"));
            assertThat(refused.path("status").asInt()).isEqualTo(403);
            assertThat(refused.path("type").asString()).endsWith(":forbidden");
            assertThat(refused.path("detail").asString()).contains("makes and changes no API tokens");
        }
        assertThat(status("bot", "GET", "/tokens/" + id, "")).isEqualTo(200);
        assertThat(status("bot", "DELETE", "/tokens/" + id, "")).isEqualTo(204);
    }

    @Test
    void aCredentialForOtherThingsDoesNothingHere() {
        world.people.put("bot", apiToken(Set.of("tools.read"), null));
        world.people.put("bound", apiToken(null, UUID.randomUUID()));
        world.person("reader", false, Set.of(), Set.of("tools.read"));

        for (String person : List.of("bot", "bound", "reader")) {
            assertThat(status(person, "GET", "/tokens", "")).as(person).isEqualTo(403);
            assertThat(status(person, "POST", "/tokens", "{\"name\":\"x\"}"))
                    .as(person)
                    .isEqualTo(403);
        }
        assertThat(status("bot", "GET", "/tokens/" + id, "")).isEqualTo(404);
        assertThat(status("bot", "DELETE", "/tokens/" + id, "")).isEqualTo(404);
    }

    private static Caller apiToken(Set<String> scopes, UUID bound) {
        return new Caller(
                "maker@example.com",
                Caller.Source.API_TOKEN,
                false,
                Set.of(),
                scopes,
                false,
                Grants.NONE,
                bound,
                "digest",
                World.EXPIRES);
    }

    @Test
    void aRepeatedKeyMakesOneAndTellsItsSecretOnce() {
        var first = keyed("k-1", "{\"name\":\"once\"}");
        var again = keyed("k-1", "{\"name\":\"once\"}");

        assertThat(first.path("token").asString()).startsWith("pst_");
        assertThat(again.path("id")).isEqualTo(first.path("id"));
        assertThat(again.path("token").isNull()).isTrue();
        assertThat(keyed("k-1", "{\"name\":\"other\"}").path("status").asInt()).isEqualTo(422);
    }

    private JsonNode keyed(String key, String body) {
        return json(as("maker")
                .post()
                .uri("/tokens")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .bodyValue(body)
                .exchange());
    }

    @Test
    void aChangeOfAnotherVersionIsRefused() {
        var stale = as("maker")
                .patch()
                .uri("/tokens/" + id)
                .header("Content-Type", "application/json")
                .header("If-Match", "\"7\"")
                .bodyValue("{\"enabled\":false}")
                .exchange();

        stale.expectStatus().isEqualTo(412);
        assertThat(status("maker", "POST", "/tokens", "{\"name\":\"of team-alpha\"}"))
                .isEqualTo(409);
    }

    @Test
    void everyCallIsTakenOfTheQuotaOnceAndRefusedWithTheTimeToWait() {
        var _ = status("maker", "GET", "/tokens", "");
        var _ = status("maker", "GET", "/nowhere", "");
        assertThat(world.spenders).extracting(Caller::user).containsExactly("maker@example.com", "maker@example.com");

        world.quotas = caller -> Mono.error(new Refusal(new Reason.TooMany("spent", Duration.ofSeconds(90))));

        send("maker", "GET", "/tokens", "")
                .expectStatus()
                .isEqualTo(429)
                .expectHeader()
                .valueEquals("Retry-After", "90");
    }

    @Test
    void whoWasDeletedElsewhereMakesNone() {
        var maker = world.accounts.user("maker@example.com");
        assertThat(get(world.accounts.users().delete(maker.id(), maker.version())))
                .isTrue();

        assertThat(status("maker", "POST", "/tokens", "{\"name\":\"late\"}")).isEqualTo(503);

        world.refresh();
        assertThat(status("maker", "POST", "/tokens", "{\"name\":\"another sign-in's\"}"))
                .isEqualTo(201);
    }
}
