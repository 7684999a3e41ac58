package io.penstock.oauth.token;

import io.penstock.oauth.grant.Granted;
import io.penstock.oauth.server.AuthorizationServer;
import io.penstock.vault.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A row, opened. Times are what the database's clock says is left, so that no replica's clock counts.
 *
 * @param key whose it is; its authority is the one that gave the tokens
 * @param revocation where the server said that its tokens are revoked when this began to be from it; null where it did not, or that is not known
 * @param access null where there is none yet
 * @param refresh null where the server gave none
 * @param left how long the access token is still good; null where there is none
 * @param untilRenewal how long until a new one should be asked for; negative where that is overdue
 * @param untilRetry how long nobody should ask, because somebody just did in vain
 * @param failures how many asked in vain in a row
 * @param lastError why, in words; null where the last one got a token
 * @param failedWith the gateway's credential that was asked with then; null where the last one got a token
 * @param clientUnknown whether the server did not know the client by it
 * @param version grows with each token of the row
 */
record StoredToken(
        UUID id,
        TokenKey key,
        Status status,
        @Nullable URI revocation,
        @Nullable Secret access,
        @Nullable Secret refresh,
        List<String> scopes,
        @Nullable Duration left,
        Duration untilRenewal,
        Duration untilRetry,
        int failures,
        @Nullable String lastError,
        @Nullable UUID failedWith,
        boolean clientUnknown,
        long version) {

    private static final Duration SHORTEST_MARGIN = Duration.ofSeconds(60);

    /** What its owner has to do. */
    enum Status {
        /** Nothing. */
        VALID,
        /** To agree once more: the authorization server takes the refresh token no longer, or gave none. */
        NEEDS_REAUTH
    }

    /** Whether that authority was the last to be asked for it. */
    boolean isOf(String authority) {
        return key.authority().equals(authority);
    }

    /**
     * Whether that server gave it, and can revoke it. Not where that is another one by now, or where its word of where to revoke came later
     * than the token: whoever may change a gateway could else have the tokens of all its users sent where they like.
     *
     * @param authority that of the server
     */
    boolean mayGoBackTo(AuthorizationServer server, String authority) {
        URI there = server.revocation();
        return isOf(authority) && (server.revokesItself() || (there != null && there.equals(revocation)));
    }

    /** Whether nobody should ask with that credential now; another one may be taken. */
    boolean isInVainWith(UUID credential) {
        return untilRetry.isPositive() && (failedWith == null || failedWith.equals(credential));
    }

    /** What its row holds once that is written. */
    StoredToken renewed(TokenKey by, Granted granted, Duration ago) {
        Duration lifetime = granted.lifetime();
        return new StoredToken(
                id,
                by,
                Status.VALID,
                revocation,
                granted.access(),
                granted.refresh() == null ? refresh : granted.refresh(),
                granted.scopes() == null ? scopes : granted.scopes(),
                lifetime.minus(ago),
                untilRenewal(lifetime).minus(ago),
                Duration.ZERO,
                0,
                null,
                null,
                false,
                version + 1);
    }

    /** Ahead of the end by a minute or a tenth of the life, never by more than half of it, and not all at once. */
    static Duration untilRenewal(Duration lifetime) {
        Duration tenth = lifetime.dividedBy(10);
        Duration margin = tenth.compareTo(SHORTEST_MARGIN) > 0 ? tenth : SHORTEST_MARGIN;
        Duration half = lifetime.dividedBy(2);
        Duration ahead = margin.compareTo(half) < 0 ? margin : half;
        long jitter = ThreadLocalRandom.current().nextLong(ahead.toMillis() / 4 + 1);
        return lifetime.minus(ahead).minusMillis(jitter);
    }

    /** Whether it came later: with a row that was deleted went its count of versions. Any token comes after none. */
    boolean isAfter(@Nullable StoredToken other) {
        return other == null || !id.equals(other.id) || version > other.version;
    }

    /** Whether it is good for a while. */
    boolean isGood(Duration atLeast) {
        return access != null && left != null && left.compareTo(atLeast) > 0;
    }
}
