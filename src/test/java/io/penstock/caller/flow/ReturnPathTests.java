package io.penstock.caller.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReturnPathTests {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/api/execute/currenttime",
                "/docs?x=1#top",
                "/a%20b",
                "/auth/me?next=%2Fx",
                "/a.b/..c",
                "/a?b/?:@-._~!$&'()*+,;=#c?d"
            })
    void aPathHereIsOne(String path) {
        assertThat(ReturnPath.isOne(path)).isTrue();
        assertThat(URI.create(path)).hasToString(path);
    }

    /** O5. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "//x",
                "///x",
                "/\\x",
                "\\/x",
                "/%5cx",
                "/%5Cx",
                "/x\r\ny",
                "/x%0d%0ay",
                "/%0ax",
                "/\tx",
                "/%09/x",
                "/x y",
                "/%2f/x",
                "/%2Fx",
                "/%252Fx",
                "/./x",
                "/../x",
                "/x/..",
                "/x//y",
                "/\u2215x",
                "https://x",
                "javascript:x"
            })
    void whatCouldLeadElsewhereIsNone(String path) {
        assertThat(ReturnPath.isOne(path)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a|b", "/a\"b", "/<b>", "/a^b", "/a`b", "/{b}", "/a?[b]", "/a?%zz", "/a%", "/a#%2", "/a#b#c",
            })
    void whatIsNoAddressIsNone(String path) {
        assertThat(ReturnPath.isOne(path)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {256, 5000})
    void aLongOneIsNone(int length) {
        assertThat(ReturnPath.isOne("/" + "x".repeat(length - 1))).isFalse();
    }
}
