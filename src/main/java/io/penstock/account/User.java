package io.penstock.account;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who is known here by a row.
 *
 * @param name the canonical name, which is the same whichever way the user comes
 * @param enabled whether the user may call at all
 * @param password whether the user can sign in with a password
 * @param mustChangePassword whether nothing else is answered before the user has a password of their own choice
 * @param lockedUntil until when no password is taken, because too many were wrong; null where none is being waited for
 */
public record User(
        UUID id,
        String name,
        @Nullable String fullName,
        boolean enabled,
        boolean password,
        boolean mustChangePassword,
        @Nullable Instant lockedUntil,
        @Nullable Instant lastLogin,
        Instant createdAt,
        Instant updatedAt,
        long version) {}
