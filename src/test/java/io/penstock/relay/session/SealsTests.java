package io.penstock.relay.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealsTests {

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private final Seals seals = new Sealed().seals();

    /** Sessions are ended, and questions answered once, by how they are spelled. */
    @ParameterizedTest
    @ValueSource(strings = {"k", "ke", "key"})
    void whatWasSealedHasOneSpelling(String text) {
        String sealed = seals.seal(text, Duration.ofHours(1), "session|ada");
        String front = sealed.substring(0, sealed.length() - 1);

        assertThat(seals.open(sealed, "session|ada")).isNotNull();
        assertThat(ALPHABET.chars()
                        .mapToObj(last -> front + (char) last)
                        .filter(other -> !other.equals(sealed))
                        .filter(other -> seals.open(other, "session|ada") != null))
                .isEmpty();
        assertThat(seals.open(sealed + "=", "session|ada")).isNull();
        assertThat(seals.open(sealed + "==", "session|ada")).isNull();
    }
}
