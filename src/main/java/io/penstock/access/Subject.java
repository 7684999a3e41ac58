package io.penstock.access;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is to be acted on, by all that a permission can hold for.
 *
 * @param ids its own, or that of the gateway it comes from and that of the virtual server it is shown by
 * @param team the team that it belongs to; null for none
 * @param names what scopes may call it
 */
record Subject(List<UUID> ids, @Nullable String team, List<Name> names) {

    Subject {
        ids = List.copyOf(ids);
        names = List.copyOf(names);
    }

    /**
     * A server in the words of scopes: a gateway or a virtual server.
     *
     * @param tool what it calls the tool that is meant; null for all of it
     */
    record Name(String name, @Nullable String tool) {}

    static Subject of(Gateway gateway) {
        return of(gateway, null);
    }

    /** One of the gateway's tools, by its upstream's name. */
    static Subject of(Gateway gateway, @Nullable String tool) {
        return new Subject(List.of(gateway.id()), gateway.teamId(), names(gateway.name(), gateway.slug(), tool));
    }

    static Subject of(Server server) {
        return new Subject(List.of(server.id()), server.teamId(), names(server.name(), server.slug(), null));
    }

    /** What will belong to a team, or to nobody's, and has no name yet. */
    static Subject ofTeam(@Nullable String team) {
        return new Subject(List.of(), team, List.of());
    }

    /** The same, shown by a virtual server under a name there. */
    Subject shownBy(Server server, @Nullable String tool) {
        var allIds = new ArrayList<>(ids);
        allIds.add(server.id());
        var allNames = new ArrayList<>(names);
        allNames.addAll(names(server.name(), server.slug(), tool));
        return new Subject(allIds, team, allNames);
    }

    /** A name whose scope could be that for one tool of another server is none for scopes: there is the slug. */
    private static List<Name> names(String name, String slug, @Nullable String tool) {
        return Stream.of(name, slug)
                .distinct()
                .filter(each -> !Scopes.isAmbiguous(each))
                .map(each -> new Name(each, tool))
                .toList();
    }
}
