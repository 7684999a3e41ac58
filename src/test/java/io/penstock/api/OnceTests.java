package io.penstock.api;

import static io.penstock.account.Accounts.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.account.team.Teams;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import tools.jackson.databind.JsonNode;

/** A repeated key makes no second user, role, team, member, invitation or assignment. */
class OnceTests extends EdgeTest {

    private String ann;

    @BeforeEach
    void aTeamAndAUser() {
        for (String team : new String[] {"team-alpha", "team-beta"}) {
            var _ = get(world.accounts.teams().teams().create(team, new Teams.Draft(team, null, 9), "x", 50));
        }
        ann = world.accounts.user("ann@example.com").id().toString();
        world.refresh();
        world.recorded.clear();
    }

    private EntityExchangeResult<JsonNode> post(String path, String body, int status) {
        return as("root")
                .post()
                .uri(path.replace("A", ann))
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", "k1")
                .bodyValue(body)
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectBody(JsonNode.class)
                .returnResult();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/users|{\"email\":\"new@example.com\",\"password\":\"a good long secret\"}|{\"email\":\"other@example.com\"}",
                "/roles|{\"name\":\"one\",\"scopes\":[\"tools.read\"]}|{\"name\":\"two\",\"scopes\":[\"tools.read\"]}",
                "/teams|{\"name\":\"Team One\"}|{\"name\":\"Team Two\"}",
                "/teams/team-alpha/members|{\"email\":\"new@example.com\"}|{\"email\":\"other@example.com\"}",
                "/teams/team-alpha/invitations|{\"email\":\"new@example.com\"}|{\"email\":\"other@example.com\"}",
                "/users/A/roles|{\"role\":\"viewer\"}|{\"role\":\"developer\"}"
            })
    void aRepeatedKeyMakesNothing(String path, String body, String another) {
        var first = post(path, body, 201);
        var again = post(path, body, 201);

        assertThat(again.getResponseHeaders().getLocation())
                .isNotNull()
                .isEqualTo(first.getResponseHeaders().getLocation());
        assertThat(again.getResponseHeaders().getETag())
                .isNotNull()
                .isEqualTo(first.getResponseHeaders().getETag());
        assertThat(world.recorded).hasSize(1);
        assertThat(post(path, another, 422)
                        .getResponseBody()
                        .at("/errors/0/field")
                        .asString())
                .isEqualTo("Idempotency-Key");
        as("root")
                .get()
                .uri(first.getResponseHeaders().getLocation().toString())
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals("ETag", first.getResponseHeaders().getETag());
    }

    @Test
    void aRepeatedInvitationDoesNotTellItsTokenAgain() {
        var first = post("/teams/team-alpha/invitations", "{\"email\":\"new@example.com\"}", 201)
                .getResponseBody();
        var again = post("/teams/team-alpha/invitations", "{\"email\":\"new@example.com\"}", 201)
                .getResponseBody();

        assertThat(first.path("token").asString()).isNotEmpty();
        assertThat(again.path("token").isNull()).isTrue();
        assertThat(again.path("id")).isEqualTo(first.path("id"));
        assertThat(world.keys.toString()).doesNotContain(first.path("token").asString());
    }

    @Test
    void aKeyBelongsToItsPath() {
        var _ = post("/teams/team-alpha/invitations", "{\"email\":\"new@example.com\"}", 201);

        for (String path : new String[] {"/teams/team-beta/invitations", "/teams/team-alpha/members"}) {
            var refused = post(path, "{\"email\":\"new@example.com\"}", 422).getResponseBody();
            assertThat(refused.at("/errors/0/field").asString()).isEqualTo("Idempotency-Key");
        }
    }

    @Test
    void whoIsAMemberAgainIsNotWhoThatKeyMade() {
        var _ = post("/teams/team-alpha/members", "{\"email\":\"new@example.com\"}", 201);
        var teams = world.accounts.teams().teams();
        var _ = get(teams.leave(get(teams.member("team-alpha", "new@example.com"))));
        var _ = get(teams.join("team-alpha", "new@example.com", io.penstock.account.team.Team.Standing.MEMBER, 50));

        var refused = post("/teams/team-alpha/members", "{\"email\":\"new@example.com\"}", 409)
                .getResponseBody();

        assertThat(refused.path("detail").asString()).contains("is there no more: use a new key");
    }

    @Test
    void aMemberWhoWasMadeAnOwnerIsStillWhoThatKeyMade() {
        var _ = post("/teams/team-alpha/members", "{\"email\":\"new@example.com\"}", 201);
        var teams = world.accounts.teams().teams();
        var _ = get(teams.promote(
                get(teams.member("team-alpha", "new@example.com")), io.penstock.account.team.Team.Standing.OWNER));

        var again = post("/teams/team-alpha/members", "{\"email\":\"new@example.com\"}", 201)
                .getResponseBody();

        assertThat(again.path("role").asString()).isEqualTo("owner");
    }
}
