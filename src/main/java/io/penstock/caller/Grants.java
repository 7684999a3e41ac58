package io.penstock.caller;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a user has, whatever credential the user shows: scopes in the words of {@code access.Scopes}.
 *
 * @param everywhere what the user's roles allow on all that the user sees; null for a user without a role
 * @param inTeams what the user's roles in a team allow on what is that team's, by team
 * @param groups the groups that the identity provider says the user is in, by their names there; null where it says nothing of groups
 */
public record Grants(
        @Nullable Set<String> everywhere,
        Map<String, Set<String>> inTeams,
        @Nullable Set<String> groups) {

    /** Of a user of whom nothing is known: a viewer. */
    public static final Grants NONE = new Grants(null, Map.of(), null);

    public Grants {
        everywhere = everywhere == null ? null : Set.copyOf(everywhere);
        inTeams = Map.copyOf(inTeams);
        groups = groups == null ? null : Set.copyOf(groups);
    }

    /** Of a user whose identity provider names these groups. */
    public static Grants ofGroups(@Nullable Set<String> groups) {
        return groups == null ? NONE : new Grants(null, Map.of(), groups);
    }
}
