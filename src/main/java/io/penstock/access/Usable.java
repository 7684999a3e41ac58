package io.penstock.access;

import io.penstock.access.Route.One.Listed;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Server;
import io.penstock.catalog.snapshot.Showing;
import io.penstock.catalog.snapshot.Snapshot;
import io.penstock.wire.Envelope;
import java.util.HashSet;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What of an MCP endpoint its caller may use, where a permission holds for some of it only. */
final class Usable {

    private final Authority authority;
    private final Snapshot snapshot;

    Usable(Authority authority, Snapshot snapshot) {
        this.authority = authority;
        this.snapshot = snapshot;
    }

    /** Whether a call may go on to where its message leads. */
    boolean reaches(Destination destination, Route route, Rule rule, Envelope message) {
        boolean anything = rule.isMet(authority::everywhere);
        if (anything
                || Feature.Kind.listedBy(message.method()) != null) { // of a list, what may not be used is taken out
            return true;
        }
        return switch (route) {
            case Route.Many many -> !many.showing().gateways().isEmpty();
            case Route.One(var gateway, var original, var _, var _) -> {
                String tool = rule.kind() == Feature.Kind.TOOL ? message.name() : null;
                var subject = destination instanceof Destination.Virtual(var _, var server)
                        ? shown(gateway, tool == null || original == null ? tool : original, server, tool)
                        : Subject.of(gateway, tool);
                yield rule.isMet(permission -> authority.on(permission, subject))
                        || (rule.forOneTool() && holdsForATool(rule, destination, gateway));
            }
        };
    }

    /** Whether the rule is met for one of the gateway's tools, as the destination shows them. */
    boolean holdsForATool(Rule rule, Destination destination, Gateway gateway) {
        Stream<Subject> tools = switch (destination) {
            case Destination.Upstream _ ->
                snapshot.offered(gateway.id(), Feature.Kind.TOOL).stream().map(tool -> Subject.of(gateway, tool));
            case Destination.Virtual(var showing, var server) ->
                showing.features().getOrDefault(Feature.Kind.TOOL, Map.of()).values().stream()
                        .filter(tool -> tool.gateway().id().equals(gateway.id()))
                        .map(tool -> shown(gateway, tool.originalName(), server, tool.name()));
        };
        return tools.anyMatch(tool -> rule.isMet(permission -> authority.on(permission, tool)));
    }

    /** The part of a virtual server that the caller may use. */
    Showing of(Showing showing, @Nullable Server server) {
        if (authority.everywhere(Permission.TOOLS_READ)
                && authority.everywhere(Permission.RESOURCES_READ)
                && authority.everywhere(Permission.PROMPTS_READ)) {
            return showing;
        }
        return snapshot.part(showing, authority.rights(), () -> part(showing, server));
    }

    private Showing part(Showing showing, @Nullable Server server) {
        return showing.part(
                (kind, one) -> {
                    boolean tool = kind == Feature.Kind.TOOL;
                    var subject =
                            shown(one.gateway(), tool ? one.originalName() : null, server, tool ? one.name() : null);
                    return authority.on(reading(kind), subject);
                },
                gateway -> authority.on(Permission.RESOURCES_READ, shown(gateway, null, server, null)));
    }

    /** What of a gateway's features of a kind the caller may know of; null where it is nothing. */
    @Nullable
    Listed listed(Gateway gateway, Feature.Kind kind) {
        var off = snapshot.barred(gateway.id(), kind);
        if (authority.on(reading(kind), Subject.of(gateway))) {
            return Listed.allBut(off);
        }
        if (kind != Feature.Kind.TOOL) {
            return null;
        }
        var known = new HashSet<String>();
        for (String name : snapshot.offered(gateway.id(), kind)) {
            if (authority.on(Permission.TOOLS_READ, Subject.of(gateway, name))) {
                known.add(name);
            }
        }
        if (known.isEmpty()) {
            return null;
        }
        known.removeAll(off);
        return new Listed(true, known);
    }

    private static Subject shown(
            Gateway gateway, @Nullable String tool, @Nullable Server server, @Nullable String shownTool) {
        var subject = Subject.of(gateway, tool);
        return server == null ? subject : subject.shownBy(server, shownTool);
    }

    private static Permission reading(Feature.Kind kind) {
        return switch (kind) {
            case TOOL -> Permission.TOOLS_READ;
            case RESOURCE, RESOURCE_TEMPLATE -> Permission.RESOURCES_READ;
            case PROMPT -> Permission.PROMPTS_READ;
        };
    }
}
