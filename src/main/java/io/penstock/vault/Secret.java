package io.penstock.vault;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A text that must not be printed: {@code toString} is a mask of constant length, and only {@link #reveal()} gives it out. */
public final class Secret {

    /** How every secret reads, whatever its length. */
    public static final String MASK = "*****";

    private final String text;

    public Secret(String text) {
        this.text = Objects.requireNonNull(text);
    }

    /** The text itself; call it only where it is put on the wire or sealed. */
    public String reveal() {
        return text;
    }

    /** Takes as long whichever character differs. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Secret secret
                && MessageDigest.isEqual(secret.text.getBytes(UTF_8), text.getBytes(UTF_8));
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return MASK;
    }
}
