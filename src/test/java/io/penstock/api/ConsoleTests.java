package io.penstock.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What browsers load of the console; what it does is tried with a browser, by {@code src/test/browser}. */
class ConsoleTests extends EdgeTest {

    private static final Path FILES = Path.of("src/main/resources/console");

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html;charset=utf-8",
            "css", "text/css;charset=utf-8",
            "js", "text/javascript;charset=utf-8");

    static List<Path> files() throws IOException {
        try (var files = Files.list(FILES)) {
            return files.toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyFileIsThereForAnybodyAndMayLoadNothingFromElsewhere(Path file) throws IOException {
        String name = file.getFileName().toString();
        String text = Files.readString(file);

        anybody()
                .get()
                .uri("/console/" + name)
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals("Content-Type", TYPES.get(name.substring(name.lastIndexOf('.') + 1)))
                .expectHeader()
                .valueMatches(
                        "Content-Security-Policy",
                        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self';"
                                + " frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'")
                .expectBody(String.class)
                .isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/console/console.js", "/docs/swagger-ui-bundle.js"})
    void whatABrowserHasIsNotSentASecondTime(String path) {
        var first = anybody().get().uri(path).exchange().expectStatus().isOk();
        var headers = first.returnResult(byte[].class).getResponseHeaders();

        assertThat(headers.getCacheControl()).isEqualTo("no-cache");
        anybody()
                .get()
                .uri(path)
                .header("If-None-Match", headers.getETag())
                .exchange()
                .expectStatus()
                .isNotModified();
    }

    @Test
    void whoIsNobodyAnyMoreIsNotLeftWithThePageThatTheBrowserHas() {
        var known = as("alice").get().uri("/console").exchange().expectStatus().isOk();
        String tag = known.returnResult(byte[].class).getResponseHeaders().getETag();

        assertThat(tag).isNotNull();
        anybody()
                .get()
                .uri("/console")
                .header("Accept", "text/html")
                .header("If-None-Match", tag)
                .exchange()
                .expectStatus()
                .isUnauthorized()
                .expectHeader()
                .doesNotExist("ETag")
                .expectHeader()
                .valueEquals("Cache-Control", "no-store");
    }

    /** As behind an authenticating proxy: the sign-in is the proxy's. */
    @ParameterizedTest
    @CsvSource({
        "/oauth/login?return_to=/console%23/gateways, /console#/gateways",
        "/oauth/login, /",
        "/oauth/login?return_to=//elsewhere.example.com, /"
    })
    void whoIsKnownWhereNobodySignsInGoesOnFromTheSignIn(URI path, String there) {
        as("alice")
                .get()
                .uri(URI.create("http://localhost:" + port + path))
                .exchange()
                .expectStatus()
                .isSeeOther()
                .expectHeader()
                .valueEquals("Location", there);
        anybody()
                .get()
                .uri(URI.create("http://localhost:" + port + path))
                .exchange()
                .expectStatus()
                .isNotFound()
                .expectBody()
                .jsonPath("$.detail")
                .value(String.class, detail -> assertThat(detail).startsWith("Nobody signs in with a browser here"));
    }

    @Test
    void thePageHasNoScriptOfItsOwn() {
        as("alice")
                .get()
                .uri("/console")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .value(page -> assertThat(page)
                        .contains("<script type=\"module\" src=\"/console/console.js\"></script>")
                        .doesNotContain("://", "<script>", "onload", "style="));
    }

    @Test
    void nobodyGetsThePageToSignInByAndAProgramTheProblem() {
        for (var client : List.of(anybody(), as("nobody that there is"))) {
            client.get()
                    .uri("/console")
                    .header("Accept", "text/html")
                    .exchange()
                    .expectStatus()
                    .isUnauthorized()
                    .expectHeader()
                    .contentType("text/html;charset=utf-8")
                    .expectBody(String.class)
                    .value(page -> assertThat(page).contains("/console/console.js"));
            client.get()
                    .uri("/console")
                    .exchange()
                    .expectStatus()
                    .isUnauthorized()
                    .expectHeader()
                    .contentType("application/problem+json");
        }
    }

    @Test
    void nothingElseOfTheJarIsThere() {
        for (var path : new String[] {"/console/application.yaml", "/console/..%2Fapplication.yaml", "/console/"}) {
            anybody().get().uri(path).exchange().expectStatus().is4xxClientError();
        }
    }
}
