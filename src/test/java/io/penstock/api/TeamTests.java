package io.penstock.api;

import static io.penstock.account.Accounts.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.account.User;
import io.penstock.account.team.Team.Standing;
import io.penstock.account.team.Teams;
import io.penstock.audit.Trail;
import io.penstock.caller.Caller;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import tools.jackson.databind.JsonNode;

/** Teams, their members and invitations: who may do what with whose (threats E1). */
class TeamTests extends EdgeTest {

    private static final String NOBODY_THERE = UUID.randomUUID().toString();

    private String invitation;

    @BeforeEach
    void peopleTheTeams() {
        team("team-alpha", "owner");
        team("team-beta", "other");
        var teams = world.accounts.teams().teams();
        var _ = get(teams.join("team-alpha", "member@example.com", Standing.MEMBER, 50));
        for (String person : Set.of("owner", "other", "member", "stranger", "keeper", "foreigner")) {
            world.person(person, false, Set.of(), null);
        }
        role("keeper", "team_admin", "team-alpha");
        role("foreigner", "team_admin", "team-beta");
        invitation = get(world.accounts
                        .teams()
                        .invitations()
                        .invite(
                                "team-alpha",
                                "stranger@example.com",
                                Standing.MEMBER,
                                "owner@example.com",
                                Duration.ofDays(7)))
                .invitation()
                .id()
                .toString();
        world.refresh();
        world.recorded.clear();
    }

    private void team(String id, String owner) {
        var _ = get(
                world.accounts.teams().teams().create(id, new Teams.Draft(id, null, 3), owner + "@example.com", 50));
    }

    private void role(String person, String role, String team) {
        User user = world.accounts.user(person + "@example.com");
        var _ = get(world.accounts
                .roles()
                .assign(user.id(), world.accounts.role(role).id(), team, "root"));
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

    private static final Map<String, String> BODIES = Map.of(
            "PATCH /teams/T", "{\"description\":\"d\"}",
            "POST /teams/T/members", "{\"email\":\"new@example.com\"}",
            "PATCH /teams/T/members/member@example.com", "{\"role\":\"owner\"}",
            "POST /teams/T/invitations", "{\"email\":\"new@example.com\"}");

    @ParameterizedTest
    @CsvSource({
        // verb and path, then: owner, member, keeper (team_admin there), stranger, other team's owner, other team's
        // admin, root
        "GET /teams/T, 200, 200, 200, 404, 404, 404, 200",
        "PATCH /teams/T, 200, 403, 200, 404, 404, 404, 200",
        "DELETE /teams/T, 204, 403, 204, 404, 404, 404, 204",
        "GET /teams/T/members, 200, 200, 200, 404, 404, 404, 200",
        "GET /teams/T/members/member@example.com, 200, 200, 200, 404, 404, 404, 200",
        "POST /teams/T/members, 403, 403, 201, 404, 404, 404, 201",
        "PATCH /teams/T/members/member@example.com, 200, 403, 200, 404, 404, 404, 200",
        "DELETE /teams/T/members/member@example.com, 204, 204, 204, 404, 404, 404, 204",
        "DELETE /teams/T/members/owner@example.com, 409, 403, 409, 404, 404, 404, 409",
        "GET /teams/T/invitations, 200, 403, 200, 404, 404, 404, 200",
        "GET /teams/T/invitations/I, 200, 403, 200, 404, 404, 404, 200",
        "POST /teams/T/invitations, 201, 403, 201, 404, 404, 404, 201",
        "DELETE /teams/T/invitations/I, 204, 403, 204, 404, 404, 404, 204"
    })
    void everyVerbAsksWhoseTeamItIs(
            String call, int owner, int member, int keeper, int stranger, int otherOwner, int otherAdmin, int root) {
        var expected = new java.util.LinkedHashMap<String, Integer>();
        expected.put("stranger", stranger);
        expected.put("other", otherOwner);
        expected.put("foreigner", otherAdmin);
        expected.put("member", member);
        expected.put("keeper", keeper);
        expected.put("owner", owner);
        expected.put("root", root);

        expected.forEach((person, status) -> {
            startAnew();
            peopleTheTeams();
            String[] parts = call.split(" ", 2);
            String path = parts[1].replace("T", "team-alpha").replace("I", invitation);
            assertThat(status(person, parts[0], path, BODIES.getOrDefault(call, "{}")))
                    .as("%s: %s", person, call)
                    .isEqualTo(status);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /teams/T",
                "PATCH /teams/T",
                "DELETE /teams/T",
                "GET /teams/T/members",
                "GET /teams/T/members/member@example.com",
                "POST /teams/T/members",
                "PATCH /teams/T/members/member@example.com",
                "DELETE /teams/T/members/member@example.com",
                "GET /teams/T/invitations",
                "GET /teams/T/invitations/I",
                "POST /teams/T/invitations",
                "DELETE /teams/T/invitations/I"
            })
    void whatIsNotSeenIsAnsweredLikeWhatIsNotThere(String call) {
        String[] parts = call.split(" ", 2);
        String body = BODIES.getOrDefault(call, "{}");
        var unseen = json(
                send("stranger", parts[0], parts[1].replace("T", "team-alpha").replace("I", invitation), body));
        var absent = json(
                send("stranger", parts[0], parts[1].replace("T", "team-omega").replace("I", NOBODY_THERE), body));

        assertThat(unseen.path("status").asInt()).isEqualTo(404);
        assertThat(unseen.path("detail")).isEqualTo(absent.path("detail"));
        anybody()
                .method(HttpMethod.valueOf(parts[0]))
                .uri(parts[1])
                .header("Content-Type", "application/json")
                .bodyValue(body)
                .exchange()
                .expectStatus()
                .isUnauthorized();
    }

    @Test
    void anInvitationOfAnotherTeamIsNoneOfThisOne() {
        assertThat(status("other", "DELETE", "/teams/team-beta/invitations/" + invitation, ""))
                .isEqualTo(404);
    }

    @Test
    void aTokenForOtherThingsManagesNoTeams() {
        world.person("owner", false, Set.of(), Set.of("tools.read"));

        assertThat(status("owner", "GET", "/teams/team-alpha", "")).isEqualTo(404);
        assertThat(status("owner", "POST", "/teams", "{\"name\":\"Mine\"}")).isEqualTo(403);
        world.person("owner", false, Set.of(), Set.of("teams.read"));
        assertThat(status("owner", "GET", "/teams/team-alpha", "")).isEqualTo(200);
        assertThat(status("owner", "DELETE", "/teams/team-alpha", "")).isEqualTo(403);
    }

    @Test
    void whoeverIsSignedInMakesATeamUnderAnIdThatNobodysTokenNames() {
        var made = json(send("stranger", "POST", "/teams", "{\"name\":\"Team Alpha\",\"max_members\":2}")
                .expectStatus()
                .isCreated());

        String id = made.path("id").asString();
        assertThat(id).matches("team-alpha-[0-9a-f]{8}");
        assertThat(made.path("members").asInt()).isEqualTo(1);
        assertThat(status("stranger", "GET", "/teams/" + id, "")).isEqualTo(200);
        assertThat(json(send("stranger", "POST", "/teams", "{\"name\":\"x\",\"id\":\"team-idp\"}")
                                .expectStatus()
                                .isEqualTo(422))
                        .path("errors")
                        .path(0)
                        .path("field")
                        .asString())
                .isEqualTo("id");
        assertThat(json(send("root", "POST", "/teams", "{\"name\":\"IdP\",\"id\":\"team-idp\"}")
                                .expectStatus()
                                .isCreated())
                        .path("id")
                        .asString())
                .isEqualTo("team-idp");
    }

    @Test
    void whoIsAnonymousMakesNoTeam() {
        world.people.put(
                "anonymous", new Caller("anonymous", Caller.Source.ANONYMOUS, false, Set.of(), null, "", Instant.MAX));

        assertThat(status("anonymous", "POST", "/teams", "{\"name\":\"x\"}")).isEqualTo(403);
        assertThat(status("anonymous", "GET", "/teams", "")).isEqualTo(403);
    }

    @Test
    void listsOnesOwnTeams() {
        assertThat(json(send("member", "GET", "/teams", "")).findValuesAsString("id"))
                .containsExactly("team-alpha");
        assertThat(json(send("stranger", "GET", "/teams", ""))).isEmpty();
        assertThat(json(send("root", "GET", "/teams", "")).findValuesAsString("id"))
                .containsExactly("team-beta", "team-alpha");
    }

    @Test
    void anInvitationLetsTheInvitedInOnceAndNobodyElse() {
        var made = json(send("owner", "POST", "/teams/team-alpha/invitations", "{\"email\":\"Stranger@Example.com\"}")
                .expectStatus()
                .isCreated());
        String token = made.path("token").asString();
        assertThat(token).matches("[A-Za-z0-9_-]{43}");
        assertThat(json(send("owner", "GET", "/teams/team-alpha/invitations", ""))
                        .toString())
                .doesNotContain(token);

        assertThat(status("other", "POST", "/invitations/" + token + "/accept", ""))
                .isEqualTo(404);
        assertThat(status("stranger", "GET", "/teams/team-alpha", "")).isEqualTo(404);
        assertThat(status("stranger", "POST", "/invitations/" + token + "/accept", ""))
                .isEqualTo(200);
        assertThat(status("stranger", "GET", "/teams/team-alpha", "")).isEqualTo(200);
        assertThat(status("stranger", "POST", "/invitations/" + token + "/accept", ""))
                .isEqualTo(404);
        assertThat(world.recorded).extracting(Trail.Entry::action).containsExactly("invite", "accept_invitation");
        assertThat(world.recorded.toString()).doesNotContain(token);
    }

    @Test
    void theTeamIsFullWhenItIs() {
        assertThat(status("root", "POST", "/teams/team-alpha/members", "{\"email\":\"third@example.com\"}"))
                .isEqualTo(201);
        assertThat(json(send("root", "POST", "/teams/team-alpha/members", "{\"email\":\"fourth@example.com\"}")
                                .expectStatus()
                                .isEqualTo(409))
                        .path("detail")
                        .asString())
                .contains("3 members");
    }

    @Test
    void aRemovedMemberLosesTheTeamAtOnce() {
        assertThat(status("member", "GET", "/teams/team-alpha", "")).isEqualTo(200);

        assertThat(status("owner", "DELETE", "/teams/team-alpha/members/member@example.com", ""))
                .isEqualTo(204);

        assertThat(status("member", "GET", "/teams/team-alpha", "")).isEqualTo(404);
    }

    @Test
    void namesEveryBadField() {
        var answer = json(send(
                        "root",
                        "POST",
                        "/teams",
                        "{\"id\":\"Team Alpha\",\"max_members\":0,\"created_by\":\"x\",\"owner\":\"x\"}")
                .expectStatus()
                .isEqualTo(422));

        assertThat(answer.path("errors").findValuesAsString("field"))
                .containsExactlyInAnyOrder("id", "name", "max_members", "created_by", "owner");
    }

    private ResponseSpec conditional(String method, String path, String tag, String body) {
        return as("root")
                .method(HttpMethod.valueOf(method))
                .uri(path)
                .header("Content-Type", "application/json")
                .header("If-Match", tag)
                .bodyValue(body)
                .exchange();
    }

    private String tag(String path) {
        return as("root")
                .get()
                .uri(path)
                .exchange()
                .expectStatus()
                .isOk()
                .returnResult(byte[].class)
                .getResponseHeaders()
                .getETag();
    }

    @Test
    void aMemberIsChangedInTheVersionThatWasRead() {
        String path = "/teams/team-alpha/members/member@example.com";
        String before = tag(path);

        conditional("PATCH", path, before, "{\"role\":\"owner\"}")
                .expectStatus()
                .isOk();

        conditional("PATCH", path, before, "{\"role\":\"member\"}")
                .expectStatus()
                .isEqualTo(412);
        conditional("DELETE", path, before, "").expectStatus().isEqualTo(412);
        conditional("DELETE", path, "\"x\"", "").expectStatus().isEqualTo(412);
        assertThat(json(send("root", "GET", path, "")).path("role").asString()).isEqualTo("owner");
        conditional("DELETE", path, tag(path), "").expectStatus().isNoContent();
        conditional("DELETE", path, before, "").expectStatus().isNotFound();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"bob@example.com\"", "5", "\"a@b@c\""})
    void aMemberStaysWhoTheyAre(String email) {
        String path = "/teams/team-alpha/members/member@example.com";

        var refused = json(send("root", "PATCH", path, "{\"role\":\"owner\",\"email\":" + email + "}")
                .expectStatus()
                .isEqualTo(422));

        assertThat(refused.path("errors").findValuesAsString("field")).containsExactly("email");
        assertThat(status("root", "PATCH", path, "{\"role\":\"owner\",\"email\":\"Member@Example.com\"}"))
                .isEqualTo(200);
    }

    @Test
    void whereANewMemberIsIsToldWhateverTheirName() {
        var answer = send("root", "POST", "/teams/team-alpha/members", "{\"email\":\"{ann} /?\"}");

        answer.expectStatus()
                .isCreated()
                .expectHeader()
                .valueEquals("Location", "/teams/team-alpha/members/%7Bann%7D%20%2F%3F");
    }

    @Test
    void anInvitationIsWithdrawnInTheVersionThatWasRead() {
        String path = "/teams/team-alpha/invitations/" + invitation;

        conditional("DELETE", path, "\"7\"", "").expectStatus().isEqualTo(412);
        conditional("DELETE", path, tag(path), "").expectStatus().isNoContent();
        conditional("DELETE", path, "\"1\"", "").expectStatus().isNotFound();
    }

    @Test
    void membersComeInPages() {
        var first = send("member", "GET", "/teams/team-alpha/members?limit=1", "")
                .expectStatus()
                .isOk()
                .expectBody(JsonNode.class)
                .returnResult();
        String link = first.getResponseHeaders().getFirst("Link");
        var rest = send("member", "GET", link.substring(1, link.indexOf('>')), "")
                .expectStatus()
                .isOk()
                .expectHeader()
                .doesNotExist("Link");

        assertThat(first.getResponseBody().findValuesAsString("email")).containsExactly("owner@example.com");
        assertThat(json(rest).findValuesAsString("email")).containsExactly("member@example.com");
        assertThat(status("member", "GET", "/teams/team-alpha/members?limit=x", ""))
                .isEqualTo(422);
        assertThat(status("member", "GET", "/teams/team-alpha/members?nothing=x", ""))
                .isEqualTo(422);
    }
}
