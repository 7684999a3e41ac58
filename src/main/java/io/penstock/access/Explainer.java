package io.penstock.access;

import io.penstock.access.Explanation.Step;
import io.penstock.caller.Caller;
import io.penstock.catalog.Feature;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Snapshot;
import io.penstock.wire.Arrival;
import io.penstock.wire.Envelope;
import io.penstock.wire.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tells the steps of a decision; the decision itself is the gate's own. */
final class Explainer {

    private final Caller caller;
    private final Arrival arrival;
    private final Snapshot snapshot;
    private final List<Step> steps = new ArrayList<>();

    Explainer(Caller caller, Arrival arrival, Snapshot snapshot) {
        this.caller = caller;
        this.arrival = arrival;
        this.snapshot = snapshot;
    }

    List<Step> steps(@Nullable Destination destination) {
        if (destination == null) {
            steps.add(new Step(
                    "visibility",
                    false,
                    Destination.absence(arrival.target()) + ", or " + caller.user() + " does not see it"));
            return steps;
        }
        steps.add(new Step("visibility", true, seen(destination)));
        Rule rule = Rule.of(arrival.envelope());
        if (rule == null) {
            steps.add(new Step("method", false, "No rule allows this method, whoever calls it"));
            return steps;
        }
        steps.add(new Step("method", true, needed(rule)));
        if (!rule.anyOf().isEmpty()) {
            addAuthority(rule, destination);
        }
        return steps;
    }

    private String seen(Destination destination) {
        return switch (destination) {
            case Destination.Upstream(var gateway) ->
                seen("The gateway", gateway.visibility(), gateway.teamId(), gateway.owner());
            case Destination.Virtual(var _, var server) ->
                server == null
                        ? "Everybody has an endpoint over all that they see"
                        : seen("The virtual server", server.visibility(), server.teamId(), server.owner());
        };
    }

    private String seen(String what, Visibility visibility, @Nullable String team, String owner) {
        return switch (visibility) {
            case PUBLIC -> what + " is public";
            case TEAM -> what + " is for the team " + team;
            case PRIVATE -> what + " is private, and its owner is " + owner;
        };
    }

    private static String needed(Rule rule) {
        return rule.anyOf().isEmpty()
                ? "This method needs no permission beside seeing the endpoint"
                : "This method needs "
                        + rule.anyOf().stream().map(Permission::scope).sorted().collect(Collectors.joining(" or "));
    }

    private void addAuthority(Rule rule, Destination destination) {
        var authority = new Authority(caller, snapshot::hasNamed);
        Route.One reached = reached(destination);
        Subject subject = subject(destination, reached, rule);
        rule.anyOf().stream().sorted().forEach(permission -> steps.addAll(authority.explain(permission, subject)));
        if (rule.forOneTool() && reached != null) {
            boolean holds = new Usable(authority, snapshot).holdsForATool(rule, destination, reached.gateway());
            steps.add(new Step(
                    "tool",
                    holds,
                    holds
                            ? "One tool that it is allowed for is enough: a task is there only for who had it made"
                            : "It is allowed for no tool either that a task could be of"));
        }
    }

    /** Where the message leads; null where that is nowhere, or more than one upstream. */
    private Route.@Nullable One reached(Destination destination) {
        return switch (destination) {
            case Destination.Upstream(var gateway) -> new Route.One(gateway, null);
            case Destination.Virtual virtual -> {
                try {
                    yield new Signpost(virtual.showing(), snapshot).route(arrival.envelope()) instanceof Route.One one
                            ? one
                            : null;
                } catch (Refusal unknown) { // what is wrong with it is the outcome
                    yield null;
                }
            }
        };
    }

    /** What the message leads to; the endpoint itself where it leads nowhere. */
    private Subject subject(Destination destination, Route.@Nullable One reached, Rule rule) {
        Envelope message = arrival.envelope();
        String name = message == null ? null : message.name();
        String tool = rule.kind() == Feature.Kind.TOOL ? name : null;
        return switch (destination) {
            case Destination.Upstream(var gateway) -> Subject.of(gateway, tool);
            case Destination.Virtual(var _, var server) -> {
                if (reached == null) {
                    yield server == null ? Subject.ofTeam(null) : Subject.of(server);
                }
                String original = tool == null || reached.originalName() == null ? tool : reached.originalName();
                var there = Subject.of(reached.gateway(), original);
                yield server == null ? there : there.shownBy(server, tool);
            }
        };
    }
}
