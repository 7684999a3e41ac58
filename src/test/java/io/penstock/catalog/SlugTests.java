package io.penstock.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SlugTests {

    @ParameterizedTest
    @CsvSource({
        "GitHub, github",
        "My MCP Server, my-mcp-server",
        "a--b__c, a-b-c",
        "' -Acme (EU)- ', acme-eu",
        "Café Zürich, cafe-zurich",
        "ＦＵＬＬ, full",
        "../../etc, etc",
        "TITLE, title",
        "v1.2, v1-2"
    })
    void keepsLettersAndDigits(String name, String slug) {
        assertThat(Slug.of(name)).isEqualTo(slug);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "---", "日本語", "/../"})
    void isEmptyWhereNothingIsLeft(String name) {
        assertThat(Slug.of(name)).isEmpty();
    }

    @Test
    void endsInALetterOrDigitWhereItIsCut() {
        assertThat(Slug.of("a".repeat(47) + " b")).isEqualTo("a".repeat(47));
        assertThat(Slug.of("a".repeat(300))).hasSize(48);
    }
}
