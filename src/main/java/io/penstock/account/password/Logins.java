package io.penstock.account.password;

import io.penstock.account.password.LoginEvents.Kind;
import io.penstock.vault.Secret;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Whether somebody has the password of a user. */
public interface Logins {

    /**
     * Somebody who says that they are a user.
     *
     * @param name as it was given
     * @param address where it came from
     * @param agent what it says it came with
     */
    record Attempt(
            String name,
            Secret password,
            String address,
            @Nullable String agent) {}

    /**
     * Who was found to be that user.
     *
     * @param hash of the password that was shown
     * @param generation of the user's sign-ins, from before the password was looked at
     */
    record Proven(UUID id, String name, boolean mustChangePassword, String hash, long generation) {}

    /**
     * The user whose password it is. Error: {@code Unauthenticated}, the same and as late for an unknown user, a wrong password, a locked
     * account and one that is switched off; {@code TooMany} for an address that tries too often; {@code Unavailable}.
     */
    Mono<Proven> prove(Attempt attempt, Kind kind);

    /**
     * Gives a user another password, which ends their sign-ins. Who they are from then on; never empty. Error: {@code Unauthenticated} where
     * the shown one is no longer the user's.
     */
    Mono<Proven> replace(Proven user, String newHash);

    /** How long the token of a sign-in is good for. */
    Duration lifetime();
}
