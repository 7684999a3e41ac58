package io.penstock.account.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TokenTextTests {

    @Test
    void eachIsAnotherAndFoundByScanners() {
        Set<String> made = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            String token = TokenText.make();
            assertThat(token).matches("pst_[0-9A-Za-z]{43}[0-9A-Za-z]{6}");
            assertThat(TokenText.isWhole(token)).isTrue();
            assertThat(made.add(token)).isTrue();
        }
    }

    @Test
    void aMistypedOneIsNone() {
        String token = TokenText.make();
        char other = token.charAt(20) == 'x' ? 'y' : 'x';

        assertThat(TokenText.isWhole(token.substring(0, 20) + other + token.substring(21)))
                .isFalse();
        assertThat(TokenText.isWhole(token.substring(0, token.length() - 1))).isFalse();
        assertThat(TokenText.isWhole(token + "0")).isFalse();
        assertThat(TokenText.isWhole("pst_")).isFalse();
    }
}
