package io.penstock.api;

import static io.penstock.account.Accounts.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.account.token.TokenStores;
import io.penstock.audit.Trail;
import io.penstock.audit.Trail.Outcome;
import io.penstock.caller.Caller;
import io.penstock.caller.Digest;
import io.penstock.vault.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;

class SessionTests extends EdgeTest {

    @Test
    void tellsTheCallerWhoTheyAre() {
        as("reader")
                .get()
                .uri("/auth/me")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .json(
                        "{\"user\":\"reader@example.com\",\"source\":\"jwt\",\"admin\":false,\"teams\":[],\"scopes\":[\"gateways.read\"],"
                                + "\"permissions\":[\"gateways.read\"],\"expires\":\"2030-01-01T00:00:00Z\"}");
        as("alice")
                .get()
                .uri("/auth/me")
                .exchange()
                .expectBody()
                .jsonPath("$.scopes")
                .isEqualTo(null)
                .jsonPath("$.teams[0]")
                .isEqualTo("team-alpha");
        anybody().get().uri("/auth/me").exchange().expectStatus().isUnauthorized();
    }

    @Test
    void whoBroughtATokenIsOfferedNoSignOut() {
        as("bob")
                .get()
                .uri("/")
                .header("Accept", "text/html")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .value(page -> assertThat(page).contains("bob@example.com").doesNotContain("/oauth/logout"));
    }

    @Test
    void logoutRevokesThePresentedToken() {
        as("bob").post().uri("/auth/logout").exchange().expectStatus().isNoContent();

        assertThat(world.revoked).containsExactly("digest-bob until 2030-01-01T00:00:00Z");
        assertThat(world.recorded).singleElement().satisfies(entry -> {
            assertThat(entry.action()).isEqualTo("logout");
            assertThat(entry.userEmail()).isEqualTo("bob@example.com");
        });
    }

    @Test
    void logoutRevokesAJwtAsOneThatSomebodyElseHolds() {
        world.people.put("bearer", world.people.get("bob").presenting(new Secret("the.jwt.itself")));

        as("bearer").post().uri("/auth/logout").exchange().expectStatus().isNoContent();

        assertThat(world.revoked).containsExactly("the.jwt.itself");
    }

    @Test
    void logoutDeletesAnApiTokenSoThatNobodyGivesItALongerLife() {
        var made = get(world.apiTokens.tokens().create("bob@example.com", null, TokenStores.terms("ci"), 0));
        world.people.put(
                "ci",
                new Caller(
                        "bob@example.com",
                        Caller.Source.API_TOKEN,
                        false,
                        Set.of(),
                        null,
                        Digest.of(made.secret()).hex(),
                        World.EXPIRES));
        String path = "/tokens/" + made.token().id();

        as("ci").post().uri("/auth/logout").exchange().expectStatus().isNoContent();

        as("bob").get().uri(path).exchange().expectStatus().isNotFound();
        as("bob")
                .patch()
                .uri(path)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"expires_at\":\"" + Instant.now().plus(Duration.ofDays(365)) + "\"}")
                .exchange()
                .expectStatus()
                .isNotFound();
        assertThat(world.recorded).first().satisfies(entry -> {
            assertThat(entry.action()).isEqualTo("logout");
            assertThat(entry.resourceType()).isEqualTo("token");
            assertThat(entry.resourceId()).isEqualTo(made.token().id().toString());
            assertThat(entry.detail()).isEqualTo("ci");
        });
    }

    @Test
    void whoBroughtNoTokenHasNoneToRevoke() {
        world.people.put(
                "proxied", new Caller("p@example.com", Caller.Source.PROXY, false, Set.of(), null, "", Instant.MAX));

        as("proxied").post().uri("/auth/logout").exchange().expectStatus().isEqualTo(409);
        as("proxied")
                .get()
                .uri("/auth/me")
                .exchange()
                .expectBody()
                .jsonPath("$.expires")
                .isEqualTo(null);
        assertThat(world.revoked).isEmpty();
    }

    @Test
    void statusIsOpenAndSaysOneWord() {
        anybody()
                .get()
                .uri("/health")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .json("{\"status\":\"UP\"}");
        anybody()
                .get()
                .uri("/ready")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .json("{\"status\":\"UP\"}");
        world.ready = false;
        anybody()
                .get()
                .uri("/ready")
                .exchange()
                .expectStatus()
                .isEqualTo(503)
                .expectBody()
                .json("{\"status\":\"OUT_OF_SERVICE\"}");
    }

    @Test
    void theTrailIsPagedAndNarrowed() {
        for (int i = 0; i < 3; i++) {
            world.trail.add(new Trail.Recorded(
                    UUID.randomUUID(),
                    Instant.EPOCH.plusSeconds(i),
                    new Trail.Entry(
                            "u" + i + "@example.com",
                            "jwt",
                            "create",
                            "gateway",
                            "id" + i,
                            Outcome.SUCCESS,
                            null,
                            "c" + i)));
        }

        as("root")
                .get()
                .uri("/audit?limit=2&outcome=success")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueMatches("Link", "</audit\\?.*outcome=success.*>; rel=\"next\"")
                .expectBody()
                .jsonPath("$[0].user_email")
                .isEqualTo("u2@example.com")
                .jsonPath("$[0].outcome")
                .isEqualTo("success")
                .jsonPath("$[0].correlation_id")
                .isEqualTo("c2")
                .jsonPath("$[0].time")
                .isEqualTo("1970-01-01T00:00:02Z");
        as("root")
                .get()
                .uri("/audit?user_email=u1@example.com")
                .exchange()
                .expectBody()
                .jsonPath("$.length()")
                .isEqualTo(1);
        as("root")
                .get()
                .uri("/audit?since=1970-01-01T00:00:02Z")
                .exchange()
                .expectBody()
                .jsonPath("$.length()")
                .isEqualTo(1);
    }

    /** What the settings had done, and what nobody in particular did, is on record under names that no user has. */
    @ParameterizedTest
    @CsvSource({
        "ann@example.com, Ann@Example.com",
        "anonymous, anonymous",
        "unknown, unknown",
        "PLATFORM_ADMIN_EMAIL, PLATFORM_ADMIN_EMAIL"
    })
    void theTrailIsAskedForAUserInAnySpellingAndForWhoIsNone(String recorded, String asked) {
        world.trail.add(new Trail.Recorded(
                UUID.randomUUID(),
                Instant.EPOCH,
                new Trail.Entry(recorded, "jwt", "create", "gateway", "id", Outcome.SUCCESS, null, "c")));

        as("root")
                .get()
                .uri("/audit?user_email=" + asked)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.length()")
                .isEqualTo(1);
    }

    @Test
    void theTrailIsNotForEverybody() {
        as("bob").get().uri("/audit").exchange().expectStatus().isForbidden();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "since=yesterday",
                "since=0000-01-01T00:00:00Z",
                "since=-999999999-01-01T00:00:00Z",
                "outcome=good",
                "user_email=a@b@c",
                "user=x",
                "limit=-1"
            })
    void refusesBadParametersOfTheTrail(String query) {
        as("root").get().uri("/audit?" + query).exchange().expectStatus().isEqualTo(422);
    }

    @Test
    void theTrailIsExportedAndVerifiedForThoseWhoMayReadIt() {
        as("root")
                .get()
                .uri("/audit/export")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .contentTypeCompatibleWith("application/x-ndjson")
                .expectBody(String.class)
                .isEqualTo("{\"kind\":\"chain\"}\n{\"kind\":\"entry\"}\n");
        as("root")
                .get()
                .uri("/audit/verification")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.entries")
                .isEqualTo(2)
                .jsonPath("$.findings")
                .isEmpty();
        as("bob").get().uri("/audit/export").exchange().expectStatus().isForbidden();
        as("bob").get().uri("/audit/verification").exchange().expectStatus().isForbidden();
    }
}
