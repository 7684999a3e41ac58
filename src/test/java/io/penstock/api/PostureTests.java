package io.penstock.api;

import org.junit.jupiter.api.Test;

class PostureTests extends EdgeTest {

    @Test
    void whatIsWeakIsForAdministratorsAlone() {
        as("reader").get().uri("/admin/posture").exchange().expectStatus().isForbidden();
    }

    @Test
    void eachWeaknessNamesItsSettingAndWhatWouldBeRight() {
        as("root")
                .get()
                .uri("/admin/posture")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .json("""
                        {"weaknesses": [{"setting": "DATABASE_URL", "reason": "Its password is short."}]}
                        """);
    }
}
