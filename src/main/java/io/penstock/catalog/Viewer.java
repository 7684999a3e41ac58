package io.penstock.catalog;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whose eyes a list is read with: all rows, or the public ones, the user's own and those of the user's teams. */
public record Viewer(boolean all, String user, Set<String> teams) {

    /** Whether calls may go through the gateway: somebody's private one carries its owner's credential, and is the owner's alone. */
    public boolean reaches(Gateway gateway) {
        return reaches(gateway.visibility(), gateway.teamId(), gateway.owner());
    }

    /** Whether the virtual server may be called. */
    public boolean reaches(Server server) {
        return reaches(server.visibility(), server.teamId(), server.owner());
    }

    /** Whether the virtual server may be known of. */
    public boolean sees(Server server) {
        return all || reaches(server);
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
