package io.penstock.access;

import io.penstock.access.Explanation.Step;
import io.penstock.caller.Caller;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one caller may do: what the user has by roles and groups, narrowed by what the credential may do. An administrator has everything;
 * a user without a role and without groups is a viewer, who reads and executes. Scopes are exactly what their credential may do, within
 * what the user has, unless they grant by themselves.
 */
final class Authority {

    private static final Set<String> VIEWER = Set.of(
            Permission.GATEWAYS_READ.scope(),
            Permission.SERVERS_READ.scope(),
            Permission.TOOLS_READ.scope(),
            Permission.TOOLS_EXECUTE.scope(),
            Permission.RESOURCES_READ.scope(),
            Permission.PROMPTS_READ.scope());

    private static final Set<String> EVERYTHING = Set.of(Scopes.ADMIN);

    private final Rights rights;
    private final List<Set<String>> held;

    /** @param registered whether a gateway or virtual server has that name or slug */
    Authority(Caller caller, Predicate<String> registered) {
        // and no more of the caller: what somebody may use is kept for all who have the same rights
        this.rights = Rights.of(caller);
        this.held = held(rights, registered);
    }

    /** All that it depends on, besides the names that are registered. */
    Rights rights() {
        return rights;
    }

    private static List<Set<String>> held(Rights rights, Predicate<String> registered) {
        if (rights.admin()) {
            return List.of(EVERYTHING);
        }
        Set<String> roles = rights.grants().everywhere();
        Set<String> groups = rights.grants().groups();
        if (groups == null) {
            return List.of(roles == null ? VIEWER : roles);
        }
        Set<String> ofGroups = Groups.scopes(groups, registered);
        return roles == null ? List.of(ofGroups) : List.of(roles, ofGroups);
    }

    /** Whether it is allowed on all that the caller sees. */
    boolean everywhere(Permission permission) {
        return rights.bound() == null && allowed(scopes -> Scopes.everywhere(scopes, permission), null);
    }

    /** Whether it is allowed on this, if the caller sees it. */
    boolean on(Permission permission, Subject subject) {
        boolean within = rights.bound() == null || subject.ids().contains(rights.bound());
        return within && allowed(scopes -> Scopes.on(scopes, permission, subject), subject.team());
    }

    /** Whether it may be allowed on anything, so that it is worth looking for what. */
    boolean somewhere(Permission permission) {
        if (!permission.isOfThings()) {
            return everywhere(permission);
        }
        Predicate<Set<String>> maybe = scopes -> Scopes.somewhere(scopes, permission);
        return byScopes(maybe)
                && (grantsItself()
                        || any(held, maybe)
                        || any(rights.grants().inTeams().values(), maybe));
    }

    private boolean allowed(Predicate<Set<String>> allows, @Nullable String team) {
        return byScopes(allows) && (grantsItself() || any(held, allows) || inTeam(team, allows));
    }

    /** By a loop: each call asks. */
    private static boolean any(Collection<Set<String>> some, Predicate<Set<String>> allows) {
        for (Set<String> scopes : some) {
            if (allows.test(scopes)) {
                return true;
            }
        }
        return false;
    }

    private boolean inTeam(@Nullable String team, Predicate<Set<String>> allows) {
        Map<String, Set<String>> roles = rights.grants().inTeams();
        Set<String> role = team == null ? null : roles.get(team);
        return role != null && allows.test(role);
    }

    private boolean byScopes(Predicate<Set<String>> allows) {
        Set<String> scopes = rights.scopes();
        return scopes == null || allows.test(scopes);
    }

    private boolean grantsItself() {
        return rights.scopes() != null && rights.granted();
    }

    /** What speaks for the permission on this, and what does not. */
    List<Step> explain(Permission permission, Subject subject) {
        Predicate<Set<String>> allows = scopes -> Scopes.on(scopes, permission, subject);
        List<Step> steps = new ArrayList<>();
        if (rights.bound() != null) {
            steps.add(step(
                    "credential",
                    subject.ids().contains(rights.bound()),
                    "The credential is for this alone",
                    "The credential is for something else"));
        }
        Set<String> scopes = rights.scopes();
        String scope = permission.scope();
        steps.add(
                scopes == null
                        ? new Step(
                                "scopes", true, "The credential names no scopes, so the user's own permissions decide")
                        : step(
                                "scopes",
                                allows.test(scopes),
                                "The credential's scopes allow " + scope,
                                "The credential's scopes do not allow " + scope));
        if (grantsItself()) {
            steps.add(new Step("issuer", true, "Whoever wrote the scopes is trusted to grant them"));
            return steps;
        }
        steps.add(step(
                "role",
                allows.test(held.getFirst()),
                role() + ": that allows " + scope,
                role() + ": that does not allow " + scope));
        if (held.size() > 1) {
            steps.add(step(
                    "groups",
                    allows.test(held.getLast()),
                    "The user's groups allow " + scope,
                    "The user's groups do not allow " + scope));
        }
        if (subject.team() != null) {
            steps.add(step(
                    "team",
                    inTeam(subject.team(), allows),
                    "The user's role in the team " + subject.team() + " allows " + scope,
                    "The user has no role in the team " + subject.team() + " that allows " + scope));
        }
        return steps;
    }

    private String role() {
        if (rights.admin()) {
            return "The user is an administrator";
        }
        if (rights.grants().everywhere() != null) {
            return "The user has roles";
        }
        return rights.grants().groups() == null
                ? "The user has no role and is a viewer"
                : "The user has the groups of an identity provider";
    }

    private static Step step(String rule, boolean passed, String yes, String no) {
        return new Step(rule, passed, passed ? yes : no);
    }
}
