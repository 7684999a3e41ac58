package io.penstock.api.accounts;

import io.penstock.account.Role;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A role as clients read it. */
record RoleView(
        UUID id,
        String name,
        @Nullable String description,
        List<String> scopes,
        boolean builtIn,
        Instant createdAt,
        Instant updatedAt,
        long version) {

    static RoleView of(Role role) {
        return new RoleView(
                role.id(),
                role.name(),
                role.description(),
                role.scopes().stream().sorted().toList(),
                role.builtIn(),
                role.createdAt(),
                role.updatedAt(),
                role.version());
    }

    /**
     * A role that a user has.
     *
     * @param teamId where; null for everywhere
     */
    record AssignmentView(
            UUID id, String role, UUID roleId, @Nullable String teamId, String assignedBy, Instant createdAt) {

        static AssignmentView of(Role.Assignment assignment) {
            return new AssignmentView(
                    assignment.id(),
                    assignment.role().name(),
                    assignment.role().id(),
                    assignment.team(),
                    assignment.assignedBy(),
                    assignment.createdAt());
        }
    }
}
