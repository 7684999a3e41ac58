package io.penstock.api;

import static io.penstock.account.Accounts.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.account.Roles;
import io.penstock.account.User;
import io.penstock.account.Users;
import io.penstock.account.team.Teams;
import io.penstock.audit.Trail;
import java.net.URI;
import java.util.Arrays;
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

/** Users and roles: who may change them, and that nobody hands on what they do not have. */
class UserTests extends EdgeTest {

    private User ann;

    @BeforeEach
    void makeAUser() {
        ann = world.accounts.user("ann@example.com");
        world.person("ann", false, Set.of(), null);
        world.person("clerk", false, Set.of(), null);
        var clerk = world.accounts.user("clerk@example.com");
        var desk = get(world.accounts
                .roles()
                .create(new Roles.Draft(
                        "desk",
                        null,
                        Set.of(
                                "users.read",
                                "users.update",
                                "users.create",
                                "users.delete",
                                "roles.read",
                                "roles.create",
                                "roles.update",
                                "roles.delete",
                                "tools.read"))));
        var _ = get(world.accounts.roles().assign(clerk.id(), desk.id(), null, "root"));
        world.refresh();
        world.recorded.clear();
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

    private String role(String... scopes) {
        var list = "\"" + String.join("\",\"", scopes) + "\"";
        return json(send(
                                "root",
                                "POST",
                                "/roles",
                                "{\"name\":\"r-" + UUID.randomUUID() + "\",\"scopes\":[" + list + "]}")
                        .expectStatus()
                        .isCreated())
                .path("id")
                .asString();
    }

    private String name(String role) {
        return json(send("root", "GET", "/roles/" + role, "")).path("name").asString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /users",
                "POST /users",
                "GET /users/U",
                "PATCH /users/U",
                "DELETE /users/U",
                "GET /users/U/events",
                "GET /users/U/roles",
                "GET /users/U/roles/U",
                "POST /users/U/roles",
                "DELETE /users/U/roles/U",
                "GET /roles",
                "POST /roles",
                "GET /roles/U",
                "PATCH /roles/U",
                "DELETE /roles/U"
            })
    void nobodyDoesThisWithoutItsPermission(String call) {
        String[] parts = call.split(" ", 2);
        String path = parts[1].replace("U", ann.id().toString());
        world.person("narrow", true, Set.of(), Set.of("tools.read"));
        // a permission in a team is none over everybody
        var there = get(world.accounts
                .roles()
                .create(new Roles.Draft(
                        "there",
                        null,
                        Set.of(
                                "users.read",
                                "users.update",
                                "users.create",
                                "users.delete",
                                "roles.read",
                                "roles.create",
                                "roles.update",
                                "roles.delete"))));
        var _ = get(world.accounts.teams().teams().create("team-alpha", new Teams.Draft("A", null, 5), "x", 5));
        var bob = world.accounts.user("bob@example.com");
        var _ = get(world.accounts.roles().assign(bob.id(), there.id(), "team-alpha", "root"));
        world.refresh();

        assertThat(status("ann", parts[0], path, "{}")).isEqualTo(403);
        assertThat(status("bob", parts[0], path, "{}")).isEqualTo(403);
        assertThat(status("narrow", parts[0], path, "{}")).isEqualTo(403);
        assertThat(world.recorded).isEmpty();
    }

    @Test
    void aUserIsMadeReadChangedAndDeleted() {
        var made = json(send(
                        "root",
                        "POST",
                        "/users",
                        "{\"email\":\"New@Example.com\",\"full_name\":\"New\",\"password\":\"a good long secret\"}")
                .expectStatus()
                .isCreated()
                .expectHeader()
                .valueMatches("Location", "/users/[0-9a-f-]{36}"));
        assertThat(made.path("email").asString()).isEqualTo("new@example.com");
        assertThat(made.path("must_change_password").asBoolean()).isTrue();
        assertThat(made.path("has_password").asBoolean()).isTrue();
        assertThat(made.toString()).doesNotContain("secret", "argon2");
        String path = "/users/" + made.path("id").asString();

        assertThat(json(send("root", "GET", path, ""))).isEqualTo(made);
        var off = json(send("root", "PATCH", path, "{\"enabled\":false,\"full_name\":null}")
                .expectStatus()
                .isOk());
        assertThat(off.path("enabled").asBoolean()).isFalse();
        assertThat(off.path("full_name").isNull()).isTrue();
        assertThat(status("root", "PATCH", path, "{\"enabled\":true,\"password\":\"another long secret\"}"))
                .isEqualTo(200);
        assertThat(status("root", "POST", "/users", "{\"email\":\"new@example.com\"}"))
                .isEqualTo(409);
        assertThat(status("root", "DELETE", path, "")).isEqualTo(204);
        assertThat(status("root", "GET", path, "")).isEqualTo(404);
        assertThat(world.recorded)
                .extracting(Trail.Entry::action)
                .containsExactly("create", "update", "update", "delete");
        assertThat(world.recorded.get(1).detail()).isEqualTo("switched off");
        assertThat(world.recorded.get(2).detail()).isEqualTo("switched on; new password");
    }

    @ParameterizedTest
    @CsvSource({
        "dry-run=true, dry-run",
        "dryRun=true, dryRun",
        "dry_run_records=500, dry_run_records",
        "dry_run=true&force=1, force",
        "force, force"
    })
    void whatIsAskedForInOtherWordsIsNotDone(String query, String unknown) {
        String path = "/users/" + ann.id();

        var refused = json(
                send("root", "DELETE", path + "?" + query, "").expectStatus().isEqualTo(422));

        assertThat(refused.path("errors").findValuesAsString("field")).containsExactly(unknown);
        assertThat(refused.path("errors").findValuesAsString("message"))
                .containsExactly("is unknown here; known: dry_run, dry_run_records");
        assertThat(status("root", "GET", path, "")).isEqualTo(200);
    }

    @Test
    void aTrialTakesAQueryAsItComes() {
        as("root")
                .delete()
                .uri(URI.create("http://localhost:" + port + "/users/" + ann.id() + "?dry_run=true&force=a=[b]"))
                .exchange()
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].field")
                .isEqualTo("force");
    }

    @Test
    void aUserSwitchedOffIsRefusedAtOnce() {
        assertThat(status("ann", "GET", "/auth/me", "")).isEqualTo(200);

        assertThat(status("root", "PATCH", "/users/" + ann.id(), "{\"enabled\":false}"))
                .isEqualTo(200);

        assertThat(status("ann", "GET", "/auth/me", "")).isEqualTo(401);
    }

    @Test
    void namesEveryBadField() {
        var answer = json(send(
                        "root",
                        "POST",
                        "/users",
                        "{\"email\":\"a@b@c\",\"password\":\"short\",\"is_admin\":true,\"roles\":[],\"enabled\":1,\"owner\":1}")
                .expectStatus()
                .isEqualTo(422));

        assertThat(answer.path("errors").findValuesAsString("field"))
                .containsExactlyInAnyOrder("email", "password", "is_admin", "roles", "enabled", "owner");
        assertThat(answer.toString()).doesNotContain("\"short\"");
        assertThat(json(send("root", "PATCH", "/users/" + ann.id(), "{\"email\":\"else@example.com\"}"))
                        .path("status")
                        .asInt())
                .isEqualTo(422);
    }

    @Test
    void aStaleTagChangesNothing() {
        as("root")
                .patch()
                .uri("/users/" + ann.id())
                .header("If-Match", "\"7\"")
                .header("Content-Type", "application/json")
                .bodyValue("{\"enabled\":false}")
                .exchange()
                .expectStatus()
                .isEqualTo(412);
    }

    @Test
    void nobodyShutsThemselvesOut() {
        var root = world.accounts.user("root@example.com");

        assertThat(status("root", "PATCH", "/users/" + root.id(), "{\"enabled\":false}"))
                .isEqualTo(409);
        assertThat(status("root", "DELETE", "/users/" + root.id(), "")).isEqualTo(409);
    }

    @Test
    void nobodyGivesARoleWithScopesThatTheyDoNotHave() {
        String mine = name(role("tools.read", "users.read"));
        String more = name(role("tools.read", "gateways.delete"));
        String path = "/users/" + ann.id() + "/roles";

        assertThat(status("clerk", "POST", path, "{\"role\":\"" + mine + "\"}")).isEqualTo(201);
        var refused = json(send("clerk", "POST", path, "{\"role\":\"" + more + "\"}")
                .expectStatus()
                .isForbidden());
        assertThat(refused.path("detail").asString()).contains("gateways.delete");
        assertThat(status("clerk", "POST", path, "{\"role\":\"platform_admin\"}"))
                .isEqualTo(403);
        assertThat(status("clerk", "POST", path, "{\"role\":\"developer\"}")).isEqualTo(403);

        var given = json(send("root", "POST", path, "{\"role\":\"" + more + "\"}")
                .expectStatus()
                .isCreated());
        assertThat(status("clerk", "DELETE", path + "/" + given.path("id").asString(), ""))
                .isEqualTo(403);
        assertThat(status("root", "DELETE", path + "/" + given.path("id").asString(), ""))
                .isEqualTo(204);
        assertThat(status("root", "DELETE", path + "/" + given.path("id").asString(), ""))
                .isEqualTo(404);
    }

    @Test
    void anAdministratorWhoseTokenIsNarrowGivesNoMoreThanItSays() {
        world.person("narrow", true, Set.of(), Set.of("users.update", "tools.read"));
        String path = "/users/" + ann.id() + "/roles";

        assertThat(status("narrow", "POST", path, "{\"role\":\"platform_admin\"}"))
                .isEqualTo(403);
        assertThat(status("narrow", "POST", path, "{\"role\":\"" + name(role("tools.read")) + "\"}"))
                .isEqualTo(201);
    }

    @Test
    void nobodyMakesOrWidensARoleBeyondWhatTheyHave() {
        assertThat(status("clerk", "POST", "/roles", "{\"name\":\"mine\",\"scopes\":[\"tools.read\"]}"))
                .isEqualTo(201);
        assertThat(status("clerk", "POST", "/roles", "{\"name\":\"more\",\"scopes\":[\"audit.read\"]}"))
                .isEqualTo(403);
        assertThat(status("clerk", "POST", "/roles", "{\"name\":\"more\",\"scopes\":[\"mcp:registry:admin\"]}"))
                .isEqualTo(403);
        String mine = role("tools.read");
        String more = role("audit.read");
        assertThat(status("clerk", "PATCH", "/roles/" + mine, "{\"scopes\":[\"tools.read\",\"audit.read\"]}"))
                .isEqualTo(403);
        assertThat(status("clerk", "PATCH", "/roles/" + more, "{\"description\":\"d\"}"))
                .isEqualTo(403);
        assertThat(status("clerk", "DELETE", "/roles/" + more, "")).isEqualTo(403);
        assertThat(status("clerk", "PATCH", "/roles/" + mine, "{\"description\":\"d\"}"))
                .isEqualTo(200);
    }

    @Test
    void nobodyTakesOverAUserWhoHasMore() {
        assertThat(status("root", "POST", "/users/" + ann.id() + "/roles", "{\"role\":\"platform_admin\"}"))
                .isEqualTo(201);

        assertThat(status("clerk", "PATCH", "/users/" + ann.id(), "{\"password\":\"a good long secret\"}"))
                .isEqualTo(403);
        assertThat(status("clerk", "PATCH", "/users/" + ann.id(), "{\"enabled\":false}"))
                .isEqualTo(403);
        assertThat(status("clerk", "DELETE", "/users/" + ann.id(), "")).isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"PATCH|{\"password\":\"a good long secret\"}", "PATCH|{\"enabled\":false}", "DELETE|''"})
    void nobodyTakesOverAUserWhoGetsMoreMeanwhile(String method, String body) {
        var administration = world.accounts.role("platform_admin").id();
        world.users.meanwhile(world.accounts.roles().assign(ann.id(), administration, null, "root"));

        assertThat(status("clerk", method, "/users/" + ann.id(), body)).isEqualTo(403);

        assertThat(get(world.accounts.users().find(ann.id())).enabled()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"PATCH|{\"password\":\"a good long secret\"}", "PATCH|{\"enabled\":false}", "DELETE|''"})
    void nobodyTakesOverAUserWhoseRoleIsWidenedMeanwhile(String method, String body) {
        var roles = world.accounts.roles();
        var reader = get(roles.create(new Roles.Draft("reader", null, Set.of("tools.read"))));
        var _ = get(roles.assign(ann.id(), reader.id(), null, "root"));
        world.users.meanwhile(roles.update(reader.id(), new Roles.Draft("reader", null, Set.of("audit.read")), 1));

        assertThat(status("clerk", method, "/users/" + ann.id(), body)).isEqualTo(403);

        assertThat(get(world.accounts.users().find(ann.id())).enabled()).isTrue();
    }

    /** Nobody could give it back, if it was the last one's. */
    @Test
    void nobodyTakesTheAdministrationFromThemselves() {
        String roles = "/users/" + ann.id() + "/roles";
        String administration = given(roles, "platform_admin");
        String other = given(roles, "developer");

        assertThat(json(send("ann", "DELETE", roles + "/" + administration, "")
                                .expectStatus()
                                .isEqualTo(409))
                        .path("detail")
                        .asString())
                .contains("another administrator can do it");
        assertThat(status("ann", "DELETE", roles + "/" + other, "")).isEqualTo(204);
        assertThat(status("root", "DELETE", roles + "/" + administration, "")).isEqualTo(204);
    }

    private String given(String roles, String role) {
        return json(send("root", "POST", roles, "{\"role\":\"" + role + "\"}")
                        .expectStatus()
                        .isCreated())
                .path("id")
                .asString();
    }

    @Test
    void aRoleHoldsAtOnce() {
        assertThat(status("ann", "GET", "/users", "")).isEqualTo(403);
        String role = role("users.read");

        var given = json(send("root", "POST", "/users/" + ann.id() + "/roles", "{\"role\":\"" + name(role) + "\"}")
                .expectStatus()
                .isCreated());
        assertThat(given.path("team_id").isNull()).isTrue();
        assertThat(status("ann", "GET", "/users", "")).isEqualTo(200);

        assertThat(status("root", "PATCH", "/roles/" + role, "{\"scopes\":[\"tools.read\"]}"))
                .isEqualTo(200);
        assertThat(status("ann", "GET", "/users", "")).isEqualTo(403);
        assertThat(status("root", "DELETE", "/roles/" + role, "")).isEqualTo(409);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"role\":\"nothing\"}|role",
                "{\"role\":\"viewer\",\"team_id\":\"no-team\"}|team_id",
                "{\"role\":\"platform_admin\",\"team_id\":\"no-team\"}|team_id",
                "{\"team_id\":\"x\"}|role"
            })
    void whatIsNotThereIsNotGiven(String body, String field) {
        var answer = json(send("root", "POST", "/users/" + ann.id() + "/roles", body)
                .expectStatus()
                .isEqualTo(422));

        assertThat(answer.path("errors").findValuesAsString("field")).containsExactly(field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "tools", "admin", "mcp:server:x", "mcp:registry:write", "gateways.*", "a b"})
    void aRoleHoldsKnownScopesOnly(String scope) {
        assertThat(status("root", "POST", "/roles", "{\"name\":\"odd\",\"scopes\":[\"" + scope + "\"]}"))
                .isEqualTo(422);
    }

    @Test
    void theBuiltInRolesAreListedAndStay() {
        var roles = json(send("root", "GET", "/roles", ""));
        assertThat(roles.findValuesAsString("name")).contains("platform_admin", "team_admin", "developer", "viewer");
        String viewer = world.accounts.role("viewer").id().toString();

        assertThat(status("root", "PATCH", "/roles/" + viewer, "{\"scopes\":[\"audit.read\"]}"))
                .isEqualTo(409);
        assertThat(status("root", "DELETE", "/roles/" + viewer, "")).isEqualTo(409);
    }

    @Test
    void theBuiltInRolesHoldPermissionsThatThereAre() {
        var known = Arrays.stream(io.penstock.access.Permission.values())
                .map(io.penstock.access.Permission::scope)
                .toList();

        for (String role : Set.of("team_admin", "developer", "viewer")) {
            assertThat(known).containsAll(world.accounts.role(role).scopes());
        }
    }

    @Test
    void theRolesOfAUserComeInPages() {
        String path = "/users/" + ann.id() + "/roles";
        assertThat(status("root", "POST", path, "{\"role\":\"viewer\"}")).isEqualTo(201);
        assertThat(status("root", "POST", path, "{\"role\":\"developer\"}")).isEqualTo(201);

        var first = send("root", "GET", path + "?limit=1", "")
                .expectStatus()
                .isOk()
                .expectBody(JsonNode.class)
                .returnResult();
        String link = first.getResponseHeaders().getFirst("Link");
        var rest = json(send("root", "GET", link.substring(1, link.indexOf('>')), "")
                .expectStatus()
                .isOk()
                .expectHeader()
                .doesNotExist("Link"));

        assertThat(first.getResponseBody().findValuesAsString("role")).containsExactly("developer");
        assertThat(rest.findValuesAsString("role")).containsExactly("viewer");
        assertThat(status("root", "GET", path + "?limit=0", "")).isEqualTo(422);
    }

    @Test
    void aRoleIsTakenAwayInTheVersionThatWasRead() {
        var made = send("root", "POST", "/users/" + ann.id() + "/roles", "{\"role\":\"viewer\"}")
                .expectStatus()
                .isCreated()
                .returnResult(byte[].class);
        String path = made.getResponseHeaders().getLocation().toString();
        assertThat(path).startsWith("/users/" + ann.id() + "/roles/");

        for (var step :
                new String[][] {{"\"7\"", "412"}, {made.getResponseHeaders().getETag(), "204"}, {"\"1\"", "404"}}) {
            as("root")
                    .delete()
                    .uri(path)
                    .header("If-Match", step[0])
                    .exchange()
                    .expectStatus()
                    .isEqualTo(Integer.parseInt(step[1]));
        }
    }

    @Test
    void whoIsNoAdministratorAnyMoreTakesNothingFromAnother() {
        var boss = world.accounts.user("boss@example.com");
        world.person("boss", false, Set.of(), null);
        var roles = world.accounts.roles();
        var administration = world.accounts.role("platform_admin").id();
        var anns = get(roles.assign(ann.id(), administration, null, "root")).id();
        var bosss = get(roles.assign(boss.id(), administration, null, "root")).id();
        world.refresh();
        // another administrator did, in this moment
        var _ = get(roles.remove(boss.id(), bosss));

        String path = "/users/" + ann.id();
        assertThat(status("boss", "DELETE", path + "/roles/" + anns, "")).isEqualTo(409);
        assertThat(status("boss", "PATCH", path, "{\"enabled\":false}")).isEqualTo(409);
        assertThat(status("boss", "DELETE", path, "")).isEqualTo(409);
        assertThat(get(roles.of(ann.id()).collectList())).hasSize(1);
        assertThat(status("root", "DELETE", path + "/roles/" + anns, "")).isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(strings = {"platform_admin", "desk"})
    void whoHasLostARoleMeanwhileGivesItToNobody(String role) {
        var boss = world.accounts.user("boss@example.com");
        world.person("boss", false, Set.of(), null);
        var roles = world.accounts.roles();
        var bosss = get(roles.assign(boss.id(), world.accounts.role(role).id(), null, "root"))
                .id();
        world.refresh();
        // another administrator did, in this moment
        var _ = get(roles.remove(boss.id(), bosss));

        for (User to : new User[] {boss, ann}) {
            assertThat(status("boss", "POST", "/users/" + to.id() + "/roles", "{\"role\":\"" + role + "\"}"))
                    .isEqualTo(403);
            assertThat(get(roles.of(to.id()).collectList())).isEmpty();
        }
    }

    /** Signs in an administrator, and takes the role from them where this replica does not hear of it. */
    private void demoteBoss() {
        var boss = world.accounts.user("boss@example.com");
        world.person("boss", false, Set.of(), null);
        var roles = world.accounts.roles();
        var had = get(
                roles.assign(boss.id(), world.accounts.role("platform_admin").id(), null, "root"));
        world.refresh();
        var _ = get(roles.remove(boss.id(), had.id()));
    }

    @Test
    void whoHasLostARoleMeanwhileWidensNone() {
        var roles = world.accounts.roles();
        var other = get(roles.create(new Roles.Draft("other", null, Set.of("tools.read"))));
        demoteBoss();

        assertThat(status("boss", "PATCH", "/roles/" + other.id(), "{\"scopes\":[\"users.update\"]}"))
                .isEqualTo(403);
        assertThat(get(roles.find(other.id())).scopes()).containsExactly("tools.read");
    }

    /** With another administrator's password they would be one again. */
    @Test
    void whoHasLostTheAdministrationMeanwhileSetsNobodysPassword() {
        demoteBoss();

        assertThat(status("boss", "PATCH", "/users/" + ann.id(), "{\"password\":\"a good long secret\"}"))
                .isEqualTo(409);
        assertThat(get(world.accounts.users().find(ann.id())).version()).isEqualTo(ann.version());
    }

    @Test
    void whoIsSwitchedOffMeanwhileDoesNothing() {
        var boss = world.accounts.user("boss@example.com");
        world.person("boss", false, Set.of(), null);
        var roles = world.accounts.roles();
        var _ = get(
                roles.assign(boss.id(), world.accounts.role("platform_admin").id(), null, "root"));
        world.refresh();
        var _ = get(world.accounts.users().update(boss.id(), new Users.Draft(null, false, false, null), 2));

        String path = "/users/" + ann.id();
        assertThat(status("boss", "POST", path + "/roles", "{\"role\":\"viewer\"}"))
                .isEqualTo(401);
        assertThat(status("boss", "DELETE", path, "")).isEqualTo(401);
    }
}
