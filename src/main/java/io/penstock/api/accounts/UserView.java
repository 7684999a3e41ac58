package io.penstock.api.accounts;

import io.penstock.account.User;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A user as clients read it.
 *
 * @param email the name by which the user is known, mostly an e-mail address
 * @param hasPassword whether the user can sign in with one
 * @param locked whether too many wrong passwords were tried a moment ago
 */
record UserView(
        UUID id,
        String email,
        @Nullable String fullName,
        boolean enabled,
        boolean hasPassword,
        boolean mustChangePassword,
        boolean locked,
        @Nullable Instant lastLogin,
        Instant createdAt,
        Instant updatedAt,
        long version) {

    static UserView of(User user) {
        return new UserView(
                user.id(),
                user.name(),
                user.fullName(),
                user.enabled(),
                user.password(),
                user.mustChangePassword(),
                user.lockedUntil() != null,
                user.lastLogin(),
                user.createdAt(),
                user.updatedAt(),
                user.version());
    }
}
