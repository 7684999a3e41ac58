package io.penstock.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.vault.Secret;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import reactor.core.publisher.Mono;

class CredentialTests extends EdgeTest {

    private static final String NEW = "{\"auth_type\":\"bearer\",\"auth_token\":\"t0ken-of-tomorrow\"}";

    private final List<Gateway> tried = new ArrayList<>();

    private UUID gateway() {
        world.greet = gateway -> {
            tried.add(gateway);
            return Mono.empty();
        };
        var body =
                "{\"name\":\"up\",\"url\":\"https://up.example.com/mcp\",\"auth_type\":\"bearer\",\"auth_token\":\"t0ken\"}";
        as("root")
                .post()
                .uri("/gateways")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange()
                .expectStatus()
                .isCreated();
        return world.gateways.rows.keySet().iterator().next();
    }

    private ResponseSpec rotate(String user, UUID id, String body) {
        return as(user).post()
                .uri("/gateways/" + id + "/credentials")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }

    @Test
    void aNewCredentialIsTriedAndTakenAndNeitherIsShown() {
        var id = gateway();

        rotate("root", id, NEW)
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.state")
                .isEqualTo("grace")
                .jsonPath("$.credential.auth_token")
                .isEqualTo("*****")
                .jsonPath("$.previous.credential.auth_token")
                .isEqualTo("*****")
                .jsonPath("$.previous.until")
                .isEqualTo("1970-01-01T01:00:00Z");

        assertThat(tried).hasSize(1).allMatch(gateway -> gateway.auth().isOnTrial());
        assertThat(world.gateways.opened.get(id)).isEqualTo(new UpstreamAuth.Bearer(new Secret("t0ken-of-tomorrow")));
        assertThat(world.recorded).anyMatch(entry -> entry.action().equals("rotate"));
        as("root")
                .get()
                .uri("/gateways/" + id + "/credentials")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .value(text -> assertThat(text).contains("\"grace\"").doesNotContain("t0ken"));
    }

    @Test
    void aCredentialThatTheUpstreamRefusesChangesNothing() {
        var id = gateway();
        world.greet = _ -> Mono.error(new Refusal(new Reason.UpstreamFailed("upstream answered 401", 401)));

        rotate("root", id, NEW)
                .expectStatus()
                .isEqualTo(422)
                .expectBody(String.class)
                .value(text -> assertThat(text)
                        .contains("was tried and not taken: upstream answered 401")
                        .doesNotContain("t0ken-of-tomorrow"));

        assertThat(world.gateways.rows.get(id).version()).isEqualTo(1);
    }

    @Test
    void anUpstreamThatIsAwayTellsNothingOfTheCredential() {
        var id = gateway();
        world.greet = _ -> Mono.error(new Refusal(new Reason.UpstreamFailed("connection refused", null)));

        rotate("root", id, NEW)
                .expectStatus()
                .isEqualTo(409)
                .expectBody(String.class)
                .value(text ->
                        assertThat(text).contains("could not be tried, so nothing was changed: connection refused"));

        assertThat(world.gateways.rows.get(id).version()).isEqualTo(1);
    }

    /** I1: what a secret is shown to is nothing that this route changes. */
    @Test
    void theUrlIsNoFieldOfACredential() {
        var id = gateway();

        rotate("root", id, "{\"auth_type\":\"bearer\",\"auth_token\":\"x\",\"url\":\"https://evil.example.com\"}")
                .expectStatus()
                .isEqualTo(422)
                .expectBody(String.class)
                .value(text -> assertThat(text).contains("url"));
        rotate("root", id, "{\"auth_token\":\"x\"}").expectStatus().isEqualTo(422);

        assertThat(tried).isEmpty();
    }

    @Test
    void whoMayNotChangeAGatewayRotatesNothing() {
        var id = gateway();

        rotate("reader", id, NEW).expectStatus().isForbidden();

        assertThat(tried).isEmpty();
    }

    @Test
    void theOneFromBeforeIsTakenBackOrLetGoOnce() {
        var id = gateway();
        rotate("root", id, NEW).expectStatus().isOk();

        as("root")
                .post()
                .uri("/gateways/" + id + "/credentials/rollback")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.state")
                .isEqualTo("rolled_back")
                .jsonPath("$.previous")
                .isEmpty();
        as("root")
                .delete()
                .uri("/gateways/" + id + "/credentials/previous")
                .exchange()
                .expectStatus()
                .isEqualTo(409);

        rotate("root", id, NEW).expectStatus().isOk();
        as("root")
                .delete()
                .uri("/gateways/" + id + "/credentials/previous")
                .exchange()
                .expectStatus()
                .isNoContent();
        assertThat(world.recorded.stream().map(entry -> entry.action())).contains("rollback", "end_rotation");
    }
}
