package io.penstock.egress.tls;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What connections to one upstream go by.
 *
 * @param upstream whose connections they are
 * @param version differs where anything else does
 * @param authorities PEM; null for the platform's
 * @param certificate PEM; null for none
 * @param key PEM; null where there is no certificate
 * @param pins which keys the upstream's own certificate may have, as {@code sha256/} and Base64; empty for any
 */
public record Identity(
        UUID upstream,
        UUID version,
        @Nullable String authorities,
        @Nullable String certificate,
        @Nullable String key,
        List<String> pins) {

    public Identity {
        pins = List.copyOf(pins);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "Identity of upstream " + upstream;
    }
}
