package io.penstock.relay.session;

import io.penstock.vault.Vault;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Texts that leave the gateway and come back: sealed, bound to what they are for, and good for a while only. */
@Component
public final class Seals {

    private static final int MAX_SEALED = 8 * 1024;
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private final Vault vault;
    private final Clock clock;

    Seals(Vault vault, Clock clock) {
        this.vault = vault;
        this.clock = clock;
    }

    /** What a sealed text says, and until when. */
    public record Opened(String text, Instant expires) {}

    /**
     * Seals a text for headers and JSON strings: Base64 URL characters only.
     *
     * @param context what it is for and for whom; it opens with the same context only
     */
    public String seal(String text, Duration lifetime, String context) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        long expires = clock.instant().plus(lifetime).getEpochSecond();
        var plain =
                ByteBuffer.allocate(Long.BYTES + bytes.length).putLong(expires).put(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(vault.seal(plain.array(), context));
    }

    /** Opens what {@link #seal} made; null where it was not sealed here for that, was changed, or its time is over. */
    public @Nullable Opened open(String sealed, String context) {
        if (sealed.length() > MAX_SEALED || !isPlain(sealed)) {
            return null;
        }
        try {
            var plain = ByteBuffer.wrap(vault.open(Base64.getUrlDecoder().decode(sealed), context));
            var expires = Instant.ofEpochSecond(plain.getLong());
            byte[] text = new byte[plain.remaining()];
            plain.get(text);
            return clock.instant().isBefore(expires)
                    ? new Opened(new String(text, StandardCharsets.UTF_8), expires)
                    : null;
        } catch (Vault.SealBroken | IllegalArgumentException | BufferUnderflowException e) {
            return null;
        }
    }

    /**
     * Whether it is spelled as {@link #seal} does: the decoder takes padding, and any value of the bits that are left over, so that what was
     * ended by its spelling would open by another.
     */
    private static boolean isPlain(String sealed) {
        if (sealed.isEmpty()) {
            return false;
        }
        int last = ALPHABET.indexOf(sealed.charAt(sealed.length() - 1));
        return switch (sealed.length() % 4) {
            case 0 -> last >= 0;
            case 2 -> last >= 0 && last % 16 == 0;
            case 3 -> last >= 0 && last % 4 == 0;
            default -> false;
        };
    }
}
