package io.penstock.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;

class RevocationTests extends EdgeTest {

    private ResponseSpec revoked(String person, String body) {
        return as(person)
                .post()
                .uri("/admin/revocations")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }

    @Test
    void nobodyButAdministratorsEndsTokensOfOthers() {
        revoked("alice", "{\"jti\":\"one\"}").expectStatus().isForbidden();

        assertThat(world.revoked).isEmpty();
    }

    @Test
    void aTokenEndsByItsIdWithAnEntryInTheTrail() {
        revoked("root", "{\"jti\":\"one\",\"expires_at\":\"2030-01-01T00:00:00Z\"}")
                .expectStatus()
                .isOk()
                .expectBody()
                .json("{\"id\":\"one\",\"issuer\":\"penstock\",\"until\":\"2030-01-01T00:00:00Z\"}");

        assertThat(world.revoked).containsExactly("one of penstock until 2030-01-01T00:00:00Z");
        assertThat(world.recorded).singleElement().satisfies(entry -> {
            assertThat(entry.action()).isEqualTo("revoke");
            assertThat(entry.resourceType()).isEqualTo("jwt");
            assertThat(entry.resourceId()).isEqualTo("one");
        });
    }

    @Test
    void aTokenEndsByItselfAndIsNotRepeated() {
        revoked("root", "{\"token\":\"a.b.c\"}").expectStatus().isOk();

        assertThat(world.revoked).containsExactly("a.b.c");
        assertThat(world.recorded.toString()).doesNotContain("a.b.c");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|jti",
                "{\"jti\":\"one\",\"token\":\"a.b.c\"}|jti",
                "{\"jti\":\"one\",\"issuer\":\"https://other.example.com\"}|issuer",
                "{\"jti\":\"one\",\"expires_at\":\"soon\"}|expires_at",
                "{\"jti\":\"one\",\"expires_at\":\"2020-01-01T00:00:00Z\"}|expires_at",
                "{\"jti\":\"one\",\"expires_at\":\"+999999999-01-01T00:00:00Z\"}|expires_at",
                "{\"token\":\"a.b.c\",\"issuer\":\"penstock\"}|token",
                "{\"jti\":\"one\",\"user\":\"ann\"}|user"
            })
    void whatIsWrongIsNamed(String body, String field) {
        revoked("root", body)
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].field")
                .isEqualTo(field);

        assertThat(world.revoked).isEmpty();
    }
}
