package io.penstock.caller.session;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a sign-in opened.
 *
 * @param id known to administrators and its user; it is worth nothing without the seal of the cookie
 * @param groups those that the provider named; null where its groups mean nothing here
 * @param address where the sign-in came from
 * @param agent what it said it came with; null where it said nothing
 * @param lastSeen to a minute
 * @param expires when it ends however much it is used
 * @param generation that of the user's sign-ins, where a password opened it: it ends with them; null where an identity provider did
 */
public record Session(
        UUID id,
        String user,
        @Nullable Set<String> groups,
        String issuer,
        String address,
        @Nullable String agent,
        Instant createdAt,
        Instant lastSeen,
        Instant expires,
        @Nullable Long generation) {

    public Session {
        groups = groups == null ? null : Set.copyOf(groups);
    }

    /** The same, last seen then. */
    Session seen(Instant at) {
        return new Session(id, user, groups, issuer, address, agent, createdAt, at, expires, generation);
    }
}
