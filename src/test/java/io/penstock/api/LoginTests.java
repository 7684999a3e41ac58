package io.penstock.api;

import static io.penstock.account.Accounts.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.account.Users;
import io.penstock.audit.Trail;
import io.penstock.audit.Trail.Outcome;
import io.penstock.vault.Secret;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import tools.jackson.databind.JsonNode;

/** Signing in with a password. */
class LoginTests extends EdgeTest {

    private static final String PASSWORD = "a first long secret";
    private static final String LATER = "a second long secret";

    private String id;

    @BeforeEach
    void makeAUser() {
        var hash = get(world.passwords.hashes().hash(new Secret(PASSWORD)));
        id = get(world.accounts.users().create("ann@example.com", new Users.Draft(null, true, true, hash)))
                .id()
                .toString();
        world.refresh();
    }

    private ResponseSpec post(String path, String body) {
        return anybody()
                .post()
                .uri(path)
                .header("Content-Type", "application/json")
                .header("User-Agent", "test/1")
                .bodyValue(body)
                .exchange();
    }

    private static JsonNode json(ResponseSpec answer) {
        return answer.expectBody(JsonNode.class).returnResult().getResponseBody();
    }

    private ResponseSpec login(String email, String password) {
        return post("/auth/login", "{\"email\":\"" + email + "\",\"password\":\"" + password + "\"}");
    }

    private ResponseSpec change(String password, String later) {
        return post(
                "/auth/password",
                "{\"email\":\"ann@example.com\",\"password\":\"" + password + "\",\"new_password\":\"" + later + "\"}");
    }

    @Test
    void theTokenOfASignInIsGoodForNothingBeforeThePasswordIsChanged() {
        var token = json(login("ann@example.com", PASSWORD).expectStatus().isOk());
        assertThat(token.path("token_type").asString()).isEqualTo("Bearer");
        assertThat(token.path("expires_in").asInt()).isEqualTo(3600);
        assertThat(token.path("must_change_password").asBoolean()).isTrue();
        assertThat(token.path("access_token").asString()).isEqualTo("token of ann@example.com");
        world.person("ann", false, Set.of(), null);

        assertThat(json(as("ann")
                                .get()
                                .uri("/gateways")
                                .exchange()
                                .expectStatus()
                                .isForbidden())
                        .path("detail")
                        .asString())
                .contains("POST /auth/password");
        change(PASSWORD, LATER).expectStatus().isNoContent();

        as("ann").get().uri("/gateways").exchange().expectStatus().isOk();
        login("ann@example.com", PASSWORD).expectStatus().isUnauthorized();
        assertThat(json(login("ann@example.com", LATER).expectStatus().isOk())
                        .path("must_change_password")
                        .asBoolean())
                .isFalse();
        assertThat(world.recorded).extracting(Trail.Entry::action).containsExactly("password");
        assertThat(world.recordedOutside).extracting(Trail.Entry::action).containsExactly("login", "login");
    }

    @Test
    void whateverIsWrongIsAnsweredAlike() {
        var wrong = json(login("ann@example.com", "nope").expectStatus().isUnauthorized());
        var unknown = json(login("nobody@example.com", PASSWORD).expectStatus().isUnauthorized());
        for (int n = 0; n < 2; n++) {
            login("ann@example.com", "nope").expectStatus().isUnauthorized();
        }
        var locked = json(login("ann@example.com", PASSWORD).expectStatus().isUnauthorized());

        assertThat(unknown.path("detail")).isEqualTo(wrong.path("detail"));
        assertThat(locked.path("detail")).isEqualTo(wrong.path("detail"));
        assertThat(world.noted).hasSize(5).allSatisfy(entry -> {
            assertThat(entry.outcome()).isEqualTo(Outcome.REFUSED);
            assertThat(entry.action()).isEqualTo("login");
            assertThat(entry.toString()).doesNotContain("nobody@", "nope");
        });
    }

    @Test
    void administratorsReadWhoTriedFromWhere() {
        login("ann@example.com", "nope").expectStatus().isUnauthorized();
        login("ann@example.com", PASSWORD).expectStatus().isOk();

        var events = json(as("root")
                .get()
                .uri("/users/" + id + "/events")
                .exchange()
                .expectStatus()
                .isOk());

        assertThat(events.findValuesAsString("outcome")).containsExactly("success", "wrong_password");
        assertThat(events.path(0).path("address").asString()).isEqualTo("127.0.0.1");
        assertThat(events.path(0).path("agent").asString()).isEqualTo("test/1");
        assertThat(events.path(0).path("kind").asString()).isEqualTo("login");
    }

    @Test
    void aNewPasswordKeepsToThePolicyAndIsAnother() {
        assertThat(json(change(PASSWORD, "short").expectStatus().isEqualTo(422))
                        .path("errors")
                        .findValuesAsString("field"))
                .containsExactly("new_password");
        change(PASSWORD, PASSWORD).expectStatus().isEqualTo(422);
        change("nope", LATER).expectStatus().isUnauthorized();
        login("ann@example.com", PASSWORD).expectStatus().isOk();
    }

    @Test
    void namesEveryBadField() {
        assertThat(json(post("/auth/login", "{\"user\":\"x\"}").expectStatus().isEqualTo(422))
                        .path("errors")
                        .findValuesAsString("field"))
                .containsExactlyInAnyOrder("user", "email", "password");
    }

    @Test
    void withoutAKeyNobodySignsIn() {
        world.signs = false;

        assertThat(json(login("ann@example.com", PASSWORD).expectStatus().isNotFound())
                        .path("detail")
                        .asString())
                .contains("no key");
    }
}
