package io.penstock.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class SupportTests extends EdgeTest {

    @Test
    void theBundleIsForAdministratorsAlone() {
        as("reader")
                .get()
                .uri("/admin/support-bundle")
                .exchange()
                .expectStatus()
                .isForbidden();
    }

    @Test
    void itTellsHowTheGatewayIsSetUpAndHowItIs() {
        JsonNode bundle = bundle();

        assertThat(bundle.path("settings").path("penstock.ingress.base-url").asString())
                .isEqualTo("https://gateway.example.com");
        assertThat(bundle.path("posture").path(0).path("setting").asString()).isEqualTo("DATABASE_URL");
        assertThat(bundle.path("database").path("tables").path(0).path("rows").asInt())
                .isEqualTo(3);
        assertThat(bundle.path("database")
                        .path("migrations")
                        .path(0)
                        .path("version")
                        .asString())
                .isEqualTo("1");
        assertThat(bundle.path("machine").path("java").asString()).startsWith("25");
        assertThat(bundle.path("machine").path("memory").path("heap_used").asLong())
                .isPositive();
        assertThat(bundle.path("machine").path("threads").values())
                .anyMatch(thread -> thread.path("event_loop").asBoolean());
        assertThat(bundle.path("metrics").isArray()).isTrue();
    }

    @Test
    void withoutTheDatabaseItTellsTheRest() {
        world.reachable = false;

        JsonNode bundle = bundle();

        assertThat(bundle.path("database").isNull()).isTrue();
        assertThat(bundle.path("database_error").asString()).isEqualTo("DatabaseAway");
        assertThat(bundle.path("settings").isEmpty()).isFalse();
    }

    private JsonNode bundle() {
        return as("root")
                .get()
                .uri("/admin/support-bundle")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueMatches("Content-Disposition", "attachment;.*penstock-support.json.*")
                .expectBody(JsonNode.class)
                .returnResult()
                .getResponseBody();
    }
}
