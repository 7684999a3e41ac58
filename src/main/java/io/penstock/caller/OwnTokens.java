package io.penstock.caller;

import java.time.Duration;

/** Makes access tokens of the gateway's own issuer. */
public interface OwnTokens {

    /**
     * A token for a user, whose roles decide what it may do.
     *
     * @param generation that of the sign-in, by {@link SignIns}
     * @throws io.penstock.wire.Refusal {@code NotFound} where the gateway has no key to sign with
     */
    String make(String user, long generation, Duration lifetime);
}
