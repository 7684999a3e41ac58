package io.penstock.relay.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;

/** What clients present as session ids, states and the names of questions; the seeds beside this class are replayed in every build. */
class SealsFuzzTests {

    private static final Seals SEALS = new Sealed().seals();
    private static final String SEALED = SEALS.seal("{\"key\":\"k\"}", Duration.ofHours(1), "session|ada");

    @FuzzTest
    void whatWasNotSealedHereDoesNotOpen(byte[] presented) {
        assertThat(SEALS.open(new String(presented, StandardCharsets.UTF_8), "session|ada"))
                .isNull();
    }

    @FuzzTest
    void whatWasChangedDoesNotOpen(byte[] change) {
        byte[] sealed = Base64.getUrlDecoder().decode(SEALED);
        boolean changed = false;
        for (int i = 0; i < change.length; i++) {
            sealed[i % sealed.length] ^= change[i];
            changed |= change[i] != 0;
        }
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);

        if (!changed || text.equals(SEALED)) {
            return;
        }
        assertThat(SEALS.open(text, "session|ada")).isNull();
    }

    @FuzzTest
    void everyTextComesBackForItsContextOnly(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        String sealed = SEALS.seal(text, Duration.ofHours(1), "question|" + text.length());
        if (sealed.length() > 8 * 1024) {
            assertThat(SEALS.open(sealed, "question|" + text.length())).isNull();
            return;
        }

        assertThat(Objects.requireNonNull(SEALS.open(sealed, "question|" + text.length()))
                        .text())
                .isEqualTo(text);
        assertThat(SEALS.open(sealed, "question|ada")).isNull();
    }
}
