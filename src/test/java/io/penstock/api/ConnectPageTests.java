package io.penstock.api;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;

/** The page that asks before an account is connected, and its form. */
class ConnectPageTests extends EdgeTest {

    private String page;

    @BeforeEach
    void register() {
        page = "/oauth/authorize/"
                + Given.gateway(as("root"), """
                        {"name":"drive","url":"https://mcp.example.com/mcp","visibility":"public","auth_type":"oauth","oauth_config":
                        {"grant_type":"authorization_code","authorization_url":"https://auth.example.com/authorize",
                        "token_url":"https://auth.example.com/token","client_id":"c"}}""", 201).path("id").asString();
    }

    private ResponseSpec send(String form, String accept) {
        return as("alice")
                .post()
                .uri(page)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", accept)
                .bodyValue(form)
                .exchange();
    }

    @Test
    void aFormThatCannotBeReadIsRefused() {
        send("page=%zz", "*/*")
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:penstock:problem:malformed");
        send("page=" + "a".repeat(2 * 1024 * 1024), "*/*").expectStatus().isEqualTo(413);
        send("page=%41", "*/*").expectStatus().isForbidden();
    }
}
