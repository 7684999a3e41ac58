package io.penstock.api;

import org.junit.jupiter.api.Test;

class VaultTests extends EdgeTest {

    @Test
    void whoMayNotReadTheAuditTrailSeesNoKeys() {
        as("reader").get().uri("/admin/vault").exchange().expectStatus().isForbidden();
    }

    @Test
    void anAdministratorSeesWhichKeyCanGo() {
        as("root")
                .get()
                .uri("/admin/vault")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.keys[0].id")
                .isEqualTo("01aaaaaaaa")
                .jsonPath("$.keys[0].seals")
                .isEqualTo(true)
                .jsonPath("$.keys[0].values")
                .isEqualTo(2)
                .jsonPath("$.keys[0].removable")
                .isEqualTo(false)
                .jsonPath("$.keys[1].origin")
                .isEqualTo("AUTH_ENCRYPTION_PREVIOUS_SECRETS")
                .jsonPath("$.keys[1].removable")
                .isEqualTo(true)
                .jsonPath("$.values[0].column")
                .isEqualTo("auth_sealed");
    }
}
