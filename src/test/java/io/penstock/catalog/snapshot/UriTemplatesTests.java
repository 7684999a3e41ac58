package io.penstock.catalog.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UriTemplatesTests {

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "test://a test://a",
                "test://{id} test://a",
                "test://{id}/data test://42/data",
                "test://{a}-{b}/x test://1-2-3/x",
                "test://{a}{b} test://ab",
                "file:///{+path} file:///a/b/c.txt",
                "file:///{+path} file:///",
                "file:///{path*} file:///a/b",
                "repo://{owner}/{repo}/contents{/path*} repo://me/it/contents/src/a",
                "search://{term}{?page,size} search://x?page=1&size=2",
                "search://{term}{?page} search://x",
                "test://{under_score}/{dot.ted} test://1/2"
            })
    void fitsWhatComesOutOfIt(String template, String uri) {
        assertThat(UriTemplates.fits(template, uri)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "test://a test://b",
                "test://a test://ab",
                "test://{id} test://",
                "test://{id} test://a/b",
                "test://{id} test://a?b",
                "test://{id}/data test://a/b/data",
                "test://{id}/data test://a/database",
                "test://{id}/data tests://a/data",
                "test://{id test://a",
                "test://id} test://id"
            })
    void doesNotFitOthers(String template, String uri) {
        assertThat(UriTemplates.fits(template, uri)).isFalse();
    }

    @Test
    void aTemplateThatIsMadeToTakeLongTakesNoTime() {
        String template = "{+a}x".repeat(16);
        String uri = "x".repeat(2047) + "y";

        boolean fits = assertTimeoutPreemptively(Duration.ofSeconds(2), () -> UriTemplates.fits(template, uri));

        assertThat(fits).isFalse();
        assertThat(UriTemplates.fits("{+a}".repeat(17), "x")).isFalse();
        assertThat(UriTemplates.fits("{+a}", "x".repeat(2049))).isFalse();
    }
}
