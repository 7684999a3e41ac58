package io.penstock.account;

import io.penstock.caller.Caller;
import io.penstock.caller.Grants;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a call needs to know of a user.
 *
 * @param enabled false for a user who is switched off
 * @param mustChangePassword whether nothing else is answered before
 * @param generation of which sign-ins still hold
 */
record Known(
        boolean enabled, boolean mustChangePassword, boolean admin, Set<String> teams, Grants grants, long generation) {

    Known {
        teams = Set.copyOf(teams);
    }

    /** The caller with what the user has here beside what the credential says. */
    Caller complete(Caller caller) {
        Grants all = caller.grants().groups() == null
                ? grants
                : new Grants(
                        grants.everywhere(), grants.inTeams(), caller.grants().groups());
        return caller.with(caller.admin() || admin, both(caller.teams(), teams), all);
    }

    private static Set<String> both(Set<String> some, Set<String> more) {
        if (some.containsAll(more)) {
            return some;
        }
        if (some.isEmpty()) {
            return more;
        }
        var all = new HashSet<>(some);
        all.addAll(more);
        return all;
    }

    /** Collects what the rows say of a user. */
    static final class Notes {

        private final Set<String> teams = new HashSet<>();
        private final Set<String> everywhere = new HashSet<>();
        private final Map<String, Set<String>> inTeams = new HashMap<>();
        private boolean enabled = true;
        private boolean mustChangePassword;
        private boolean anyRole;
        private boolean admin;
        private long generation;

        void user(boolean on, boolean mustChange) {
            enabled = on;
            mustChangePassword = mustChange;
        }

        void signIns(long present) {
            generation = present;
        }

        void member(String team) {
            teams.add(team);
        }

        /** @param team where; null for everywhere */
        void role(Role role, @Nullable String team) {
            if (team != null) {
                inTeams.computeIfAbsent(team, _ -> new HashSet<>()).addAll(role.scopes());
            } else if (role.builtIn() && role.name().equals(BuiltIn.PLATFORM_ADMIN.text())) {
                admin = true;
            } else {
                anyRole = true;
                everywhere.addAll(role.scopes());
            }
        }

        Known known() {
            var grants = new Grants(anyRole ? everywhere : null, inTeams, null);
            return new Known(enabled, mustChangePassword, admin, teams, grants, generation);
        }
    }
}
