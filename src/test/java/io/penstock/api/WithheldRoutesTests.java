package io.penstock.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpMethod;
import org.springframework.test.context.TestPropertySource;

/** The edge without the paths for operators, without the console, and without sign-ins. */
@TestPropertySource(
        properties = {
            "penstock.api.admin-enabled=false",
            "penstock.api.console-enabled=false",
            "penstock.session.secret-key="
        })
class WithheldRoutesTests extends EdgeTest {

    @ParameterizedTest
    @CsvSource({
        "GET, /admin/posture",
        "GET, /admin/vault",
        "GET, /admin/support-bundle",
        "GET, /admin/sessions",
        "POST, /admin/sessions/revoke",
        "POST, /admin/revocations",
        "GET, /admin/oauth/tokens",
        "DELETE, /admin/oauth/tokens/00000000-0000-4000-8000-000000000000",
        "GET, /auth/sessions",
        "DELETE, /auth/sessions/00000000-0000-4000-8000-000000000000",
        "POST, /oauth/logout",
        "GET, /console",
        "GET, /console/console.js"
    })
    void areNotThere(String method, String path) {
        as("root")
                .method(HttpMethod.valueOf(method))
                .uri(path)
                .header("Content-Type", "application/json")
                .bodyValue("{}")
                .exchange()
                .expectStatus()
                .isNotFound()
                .expectBody()
                .jsonPath("$.detail")
                .isEqualTo("There is nothing at this path");
        anybody()
                .method(HttpMethod.valueOf(method))
                .uri(path)
                .exchange()
                .expectStatus()
                .isUnauthorized();
    }

    @Test
    void areNotInTheDocumentsEither() {
        var document = anybody()
                .get()
                .uri("/openapi.json")
                .exchange()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();

        assertThat(document).contains("\"/users\"").doesNotContain("\"/admin/", "/auth/sessions", "/oauth/logout");
        as("root").get().uri("/users").exchange().expectStatus().isOk();
    }
}
