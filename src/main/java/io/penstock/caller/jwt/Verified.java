package io.penstock.caller.jwt;

import io.penstock.caller.Caller;
import java.util.Set;

/**
 * A token whose signature and claims were checked; what depends on the moment and the request is checked on each use.
 *
 * @param expires when it ends, with the allowed skew, in milliseconds
 * @param general whether it is meant for all of this gateway
 * @param audience all that it says it is meant for
 * @param text the digest of the token as it is written, which is what earlier versions revoked
 * @param tokenId the digest of its {@code jti}; the empty string where it has none
 * @param signIn the generation of the sign-in that it is of; {@link #NO_SIGN_IN} where it is of none
 */
record Verified(
        Caller caller,
        SigningKey key,
        long expires,
        boolean general,
        Set<String> audience,
        String text,
        String tokenId,
        long signIn) {

    static final long NO_SIGN_IN = Long.MAX_VALUE;
}
