package io.penstock.catalog;

import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whose eyes a list is read with: all rows, or the public ones, the user's own and those of the user's teams.
 *
 * @param only the gateways and virtual servers that there are for this viewer at all; null for no such bound
 */
public record Viewer(
        boolean all,
        String user,
        Set<String> teams,
        @Nullable Set<UUID> only) {

    public Viewer(boolean all, String user, Set<String> teams) {
        this(all, user, teams, null);
    }

    /** Whether calls may go through the gateway: somebody's private one carries its owner's credential, and is the owner's alone. */
    public boolean reaches(Gateway gateway) {
        return among(gateway.id()) && reaches(gateway.visibility(), gateway.teamId(), gateway.owner());
    }

    /** Whether the virtual server may be called. */
    public boolean reaches(Server server) {
        return among(server.id()) && reaches(server.visibility(), server.teamId(), server.owner());
    }

    /** Whether the virtual server may be known of. */
    public boolean sees(Server server) {
        return among(server.id()) && (all || reaches(server));
    }

    /** Whether the gateway may be known of. */
    public boolean sees(Gateway gateway) {
        return among(gateway.id()) && (all || reaches(gateway));
    }

    /** The same viewer, for whom there is everything that is visible: what one virtual server shows is not bounded any further. */
    public Viewer unbounded() {
        return only == null ? this : new Viewer(all, user, teams);
    }

    private boolean among(UUID id) {
        return only == null || only.contains(id);
    }

    private boolean reaches(Visibility visibility, @Nullable String team, String owner) {
        return owner.equals(user)
                || switch (visibility) {
                    case PUBLIC -> true;
                    case TEAM -> all || (team != null && teams.contains(team));
                    case PRIVATE -> false;
                };
    }
}
