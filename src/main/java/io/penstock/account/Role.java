package io.penstock.account;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A name for a set of scopes. */
public record Role(
        UUID id,
        String name,
        @Nullable String description,
        Set<String> scopes,
        boolean builtIn,
        Instant createdAt,
        Instant updatedAt,
        long version) {

    public Role {
        scopes = Set.copyOf(scopes);
    }

    /**
     * A role that a user has.
     *
     * @param team where the user has it; null for everywhere
     */
    public record Assignment(
            UUID id, UUID user, Role role, @Nullable String team, String assignedBy, Instant createdAt) {}
}
