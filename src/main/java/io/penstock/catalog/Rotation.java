package io.penstock.catalog;

import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What became of a credential that was put in the place of another one.
 *
 * @param at when the state was reached
 * @param kept the credential that was replaced; null where it is gone
 * @param detail why it was rolled back; null where it was not
 */
public record Rotation(
        State state,
        Instant at,
        @Nullable Kept kept,
        @Nullable String detail) {

    /** How far it is. */
    public enum State {
        /** The new one is only tried, and is in no row. */
        TRIAL,
        /** The one before is shown in place of one that was refused, and is not in use. */
        BEFORE,
        /** The new one is in use, and the one before is kept. */
        GRACE,
        /** The one before is gone. */
        ENDED,
        /** The one before is in use again, and the new one is gone. */
        ROLLED_BACK
    }

    /**
     * The credential from before.
     *
     * @param tls what TLS went by then; null where that was the platform's
     * @param until when it goes
     */
    public record Kept(
            UUID id, String type, String shown, byte[] sealed, Gateway.@Nullable SealedTls tls, Instant until) {

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Kept that
                    && id.equals(that.id)
                    && type.equals(that.type)
                    && shown.equals(that.shown)
                    && Arrays.equals(sealed, that.sealed)
                    && Objects.equals(tls, that.tls)
                    && until.equals(that.until);
        }

        @Override
        public int hashCode() {
            return id.hashCode();
        }
    }
}
