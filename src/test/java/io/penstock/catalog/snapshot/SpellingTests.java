package io.penstock.catalog.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpellingTests {

    private static final String[] PIECES = {
        "http",
        "HTTPS",
        "file",
        "config",
        ":",
        ":80",
        "//",
        "/",
        "/",
        "\\",
        "..",
        ".",
        "%2e",
        "%2F",
        "%",
        "%4",
        "1",
        "%41",
        "~",
        "a",
        "B",
        "localhost",
        "{",
        "}",
        "{?q}",
        "?",
        "#",
        " ",
        "\t",
        "\n",
        "\u0000",
        "\u00e4",
        "\ud83d\ude00",
        "\ud800",
        "@",
        "[::1]"
    };

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "config://secret|CONFIG://secret",
                "config://secret|config://SECRET",
                "config://secret|config://secret/",
                "config://secret|config://%73ecret",
                "config://secret| config://secret ",
                "config://a/secret|config://a/./b/../secret",
                "config://a/secret|config://a/b/%2E%2e/secret",
                "config://a/%C3%A4%2f|config://a/ä%2F",
                "config://a/b c|config://a/b%20c",
                "config://a?b=~|config://a/?b=%7e",
                "config:/a/b|config:/a/c/../b",
                "http://host|http://HOST:80/",
                "http://host/a|http:host/a",
                "https://host/a|https:////host:443/a",
                "http://host/a|http:\\\\host\\a",
                "file:///etc/passwd|file://localhost/etc/x/../passwd",
                "file:///etc/passwd|file:/etc/passwd",
                "{scheme}://x|{scheme}://x"
            })
    void isOneForWhatAServerMayReadAsTheSame(String one, String other) {
        assertThat(Spelling.of(other)).isEqualTo(Spelling.of(one));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "config://a/secret|config://a/Secret",
                "config://a/secret|config://a/secret/",
                "config://a/b|config://a/b?",
                "config://a/b/c|config://a/b%2Fc",
                "config://a|config:a",
                "http://host|http://host:8080",
                "http://host|https://host",
                "a/../b|b",
                "a/%2525|a/%25"
            })
    void isAnotherForOthers(String one, String other) {
        assertThat(Spelling.of(other)).isNotEqualTo(Spelling.of(one));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "x:",
                "%%34%31",
                "%41:b",
                "./a:b",
                "x:/..//a",
                "x:/.//",
                "http://",
                "http://:80/x",
                "http:/?q",
                "file:",
                "file://localhost",
                "x://h::",
                "x://:",
                "http://h:80:80",
                "x://a//..",
                "x:/a/.."
            })
    void ofASpellingIsItself(String uri) {
        assertThat(Spelling.of(Spelling.of(uri))).isEqualTo(Spelling.of(uri));
    }

    @Test
    void soItIsOfAnything() {
        var random = new Random(7);
        for (int round = 0; round < 200_000; round++) {
            var uri = new StringBuilder();
            for (int pieces = random.nextInt(12); pieces > 0; pieces--) {
                uri.append(
                        random.nextInt(9) == 0
                                ? (char) random.nextInt(0x10000)
                                : PIECES[random.nextInt(PIECES.length)]);
            }

            ofASpellingIsItself(uri.toString());
        }
    }

    @Test
    void takesNoTimeForWhatIsMadeToTakeLong() {
        for (String piece : new String[] {":", "/", "../", "a/", "%", "\\", "@"}) {
            String uri = "http://" + piece.repeat(1_000_000);

            String spelling = assertTimeoutPreemptively(Duration.ofSeconds(5), () -> Spelling.of(uri));

            assertThat(spelling).startsWith("http:");
        }
    }
}
