package io.penstock.oauth.registration;

import io.penstock.oauth.server.AuthorizationServer.Client;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row, opened.
 *
 * @param client null where none is registered yet
 * @param isLeased whether some replica registers just now
 * @param rested how long ago it was registered, or another one was begun to be in its place; null where neither was
 * @param replacements how often that was begun without a client having lasted between
 * @param left how long its secret is still good, by the database's clock; null for ever
 */
record StoredClient(
        UUID id,
        String issuer,
        @Nullable Client client,
        boolean isLeased,
        @Nullable Duration rested,
        int replacements,
        @Nullable Duration left,
        long version) {

    /** Ahead of its end, so that no request carries a secret that has ended on the way. */
    static final Duration MARGIN = Duration.ofMinutes(5);

    private static final Duration FIRST_REST = Duration.ofMinutes(10);
    private static final Duration LONGEST_REST = Duration.ofDays(1);

    /** Whether its server may be asked for another one already: a server that forgets each is asked more and more seldom. */
    boolean mayBeReplaced() {
        return rested != null && rested.compareTo(rest()) >= 0;
    }

    /** How long it is kept, whatever its server says. */
    Duration rest() {
        Duration rest = FIRST_REST.multipliedBy(1L << Math.min(replacements, 10));
        return rest.compareTo(LONGEST_REST) < 0 ? rest : LONGEST_REST;
    }

    boolean isGood() {
        return client != null && (left == null || left.compareTo(MARGIN) > 0);
    }
}
