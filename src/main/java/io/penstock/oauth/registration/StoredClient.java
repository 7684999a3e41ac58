package io.penstock.oauth.registration;

import io.penstock.oauth.server.AuthorizationServer.Client;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row, opened.
 *
 * @param client null where none is registered yet
 * @param left how long its secret is still good, by the database's clock; null for ever
 */
record StoredClient(
        UUID id,
        String issuer,
        @Nullable Client client,
        @Nullable Duration left,
        long version) {

    /** Ahead of its end, so that no request carries a secret that has ended on the way. */
    static final Duration MARGIN = Duration.ofMinutes(5);

    boolean isGood() {
        return client != null && (left == null || left.compareTo(MARGIN) > 0);
    }
}
