package io.penstock.mcp.line;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.wire.Reply;
import org.junit.jupiter.api.Test;

class AgreementTests {

    private final Agreement agreement = new Agreement();

    private boolean openedLate(String session) {
        return agreement.openedLate(new Reply.Json(200, new byte[0], session));
    }

    /** Servers may name the session in each answer: one that was left is ended once. */
    @Test
    void onlyAnotherSessionOpensLate() {
        assertThat(openedLate("first")).isFalse();
        assertThat(openedLate("first")).isFalse();

        assertThat(agreement.leave()).isTrue();

        assertThat(openedLate(null)).isFalse();
        assertThat(openedLate("first")).isFalse();
        assertThat(openedLate("second")).isTrue();
    }

    @Test
    void whatOpensAfterALineThatHadNoneHasLeftIsLate() {
        assertThat(agreement.leave()).isFalse();

        assertThat(openedLate("first")).isTrue();
    }
}
