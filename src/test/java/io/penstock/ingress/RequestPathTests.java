package io.penstock.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestPathTests {

    /** The same rules as one expression, which is slower and easier to read. */
    private static final Pattern TRICK =
            Pattern.compile("//|/\\.{1,2}(/|$)|[;\\\\]|%(2f|5c|2e|3b|25|00)|[^\\x21-\\x7E]", Pattern.CASE_INSENSITIVE);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/a",
                "/a/",
                "/a.b/...",
                "/.well-known/x",
                "/a/..b",
                "/%20",
                "/%",
                "/%2",
                "/a?//;\\%2f /../",
                "/~a@b:c"
            })
    void whatEverybodyReadsAlikeIsPlain(String target) {
        assertThat(RequestPath.isPlain(target)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "*",
                "http://h/a",
                "//",
                "/a//b",
                "/.",
                "/..",
                "/./a",
                "/a/..",
                "/a/../b",
                "/a;b",
                "/a\\b",
                "/%2f",
                "/%2F",
                "/%5c",
                "/%5C",
                "/%2e",
                "/%2E",
                "/%3b",
                "/%3B",
                "/%25",
                "/%00",
                "/a b",
                "/\u007f",
                "/\u00e9",
                "/\u0000",
                "/..?x",
                "/.?"
            })
    void whatMayBeReadTwiceIsNot(String target) {
        assertThat(RequestPath.isPlain(target)).isFalse();
    }

    @Test
    void itDecidesAsTheExpressionDoes() {
        var random = RandomGenerator.of("L64X128MixRandom");
        String letters = "aab/./..;\\%2fFeE5cC3bB0?~ \u00e9";
        for (int n = 0; n < 200_000; n++) {
            var text = new StringBuilder("/");
            random.ints(random.nextInt(12), 0, letters.length()).forEach(i -> text.append(letters.charAt(i)));
            String target = text.toString();
            int query = target.indexOf('?');
            String path = query < 0 ? target : target.substring(0, query);

            assertThat(RequestPath.isPlain(target))
                    .as(target)
                    .isEqualTo(!TRICK.matcher(path).find());
        }
    }
}
