package io.penstock.access;

import io.penstock.catalog.Feature;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.snapshot.Showing;
import io.penstock.catalog.snapshot.Showing.Shown;
import io.penstock.catalog.snapshot.Snapshot;
import io.penstock.wire.Envelope;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import org.jspecify.annotations.Nullable;

/** Finds where a message to a virtual server goes: to the upstream of the thing that it names, or to all of them. */
final class Signpost {

    /** What a caller is told of a thing that is held, before its name. */
    static final String HELD = "The upstream changed this, and it is held here until somebody approves the change: ";

    private final Showing showing;
    private final Snapshot snapshot;

    Signpost(Showing showing, Snapshot snapshot) {
        this.showing = showing;
        this.snapshot = snapshot;
    }

    /** Throws {@code BadParams} where the message names nothing that is shown. */
    Route route(@Nullable Envelope message) {
        String method = message == null ? null : message.method();
        if (message == null || method == null) {
            return new Route.Many(showing);
        }
        String name = message.name();
        return switch (method) {
            case "tools/call" -> named(Feature.Kind.TOOL, "tool", demanded(name, "name"));
            case "prompts/get" -> named(Feature.Kind.PROMPT, "prompt", demanded(name, "name"));
            case "resources/read", "resources/subscribe", "resources/unsubscribe" -> resource(demanded(name, "uri"));
            case "completion/complete" -> completion(demanded(name, "ref"));
            case "tasks/get", "tasks/update", "tasks/result", "tasks/cancel" -> task(demanded(name, "taskId"));
            default -> new Route.Many(showing);
        };
    }

    private static String demanded(@Nullable String name, String parameter) {
        if (name == null) {
            throw bad("params." + parameter + " is missing or names nothing");
        }
        return name;
    }

    private Route named(Feature.Kind kind, String what, String name) {
        Shown shown = showing.find(kind, name);
        if (shown == null) {
            throw showing.holds(kind, name) ? bad(HELD + name) : bad("Unknown " + what + ": " + name);
        }
        return to(shown);
    }

    private Route resource(String uri) {
        Gateway gateway = showing.reading(uri);
        if (gateway == null || snapshot.barred(gateway.id(), Feature.Kind.RESOURCE, uri) != null) {
            throw showing.holds(Feature.Kind.RESOURCE, uri)
                    ? bad(HELD + uri)
                    : new Refusal(new Reason.NoSuchResource(uri));
        }
        return Route.One.amongMany(gateway, null);
    }

    /** Completes the arguments of a prompt, or the variables of a resource template, which it names by its text. */
    private Route completion(String name) {
        Shown prompt = showing.find(Feature.Kind.PROMPT, name);
        if (prompt != null) {
            return to(prompt);
        }
        Shown template = showing.find(Feature.Kind.RESOURCE_TEMPLATE, name);
        if (template != null) {
            return to(template);
        }
        Shown resource = showing.find(Feature.Kind.RESOURCE, name);
        if (resource != null) {
            return to(resource);
        }
        throw bad("Unknown prompt or resource template: " + name);
    }

    /** A task is known here by its upstream's slug, a dot, and the id that it has there. */
    private Route task(String id) {
        int dot = id.indexOf('.');
        Gateway gateway = dot < 0 ? null : showing.gateway(id.substring(0, dot));
        if (gateway == null) {
            throw bad("Unknown task: " + id);
        }
        return Route.One.amongMany(gateway, id.substring(dot + 1));
    }

    private static Route to(Shown shown) {
        String original = shown.originalName();
        return Route.One.amongMany(shown.gateway(), original.equals(shown.name()) ? null : original);
    }

    private static Refusal bad(String detail) {
        return new Refusal(new Reason.BadParams(detail));
    }
}
