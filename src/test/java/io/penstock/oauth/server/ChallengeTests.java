package io.penstock.oauth.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChallengeTests {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Bearer resource_metadata=\"https://a/b\"|https://a/b",
                "bearer  resource_metadata = \"https://a/b\" , scope=\"x\"|https://a/b",
                "Bearer realm=\"a, resource_metadata=\\\"evil\\\"\", resource_metadata=\"https://a/b\"|https://a/b",
                "Basic realm=\"Bearer\", Bearer resource_metadata=\"https://a/b\"|https://a/b",
                "Negotiate, Bearer resource_metadata=\"https://a/b\", Basic realm=\"x\"|https://a/b",
                "Bearer error=\"invalid_token\",resource_metadata=\"https://a/b\"|https://a/b"
            })
    void theMetadataOfAChallengeAreFound(String header, String metadata) {
        assertThat(Challenge.of(List.of(header)).metadata()).isEqualTo(metadata);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Basic resource_metadata=\"https://a/b\"",
                "Basic realm=\"Bearer resource_metadata=x\"",
                "Bearer resource_metadata=\"https://a/b\", resource_metadata=\"https://evil\"",
                "Bearer resource_metadata=\"https://a/b",
                "Digest realm=\"x\", resource_metadata=\"https://a/b\""
            })
    void othersHaveNone(String header) {
        assertThat(Challenge.of(List.of(header)).metadata()).isNull();
    }

    @Test
    void theFirstHeaderForBearerTokensCounts() {
        var challenge = Challenge.of(List.of("Basic realm=\"x\"", "Bearer scope=\"a b\"", "Bearer scope=\"c\""));

        assertThat(challenge.scopes()).containsExactly("a", "b");
    }

    @Test
    void scopesThatAreNoneAreNotTaken() {
        assertThat(Challenge.of(List.of("Bearer scope=\"a \u00e9\"")).scopes()).isEmpty();
        assertThat(Challenge.of(List.of("Bearer scope=\"" + "a ".repeat(200) + "\""))
                        .scopes())
                .isEmpty();
    }

    /** Each letter is looked at a few times only, whatever the text. */
    @Test
    void aLongHeaderIsReadInNoTime() {
        assertThat(Challenge.of(List.of("Bearer " + "a=".repeat(4_000))).metadata())
                .isNull();
        assertThat(Challenge.of(List.of("Bearer a=\"" + "\\".repeat(8_000))).metadata())
                .isNull();
        assertThat(Challenge.of(List.of("x".repeat(100_000))).metadata()).isNull();
    }
}
