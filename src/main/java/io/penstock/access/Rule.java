package io.penstock.access;

import io.penstock.catalog.Feature;
import io.penstock.wire.Envelope;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What an MCP method asks of its caller, beside seeing the gateway.
 *
 * @param anyOf one of these permissions; empty where seeing the gateway is enough
 * @param kind what the method's {@code name} names, so that it can be switched off; null where it names nothing
 * @param forOneTool whether the permission is enough where it holds for one tool only: so it is with a task, which is there for nobody but who
 *     had it made
 */
record Rule(Set<Permission> anyOf, Feature.@Nullable Kind kind, boolean forOneTool) {

    /** What each resource asks for whose updates a caller wants. */
    static final Rule SUBSCRIBING = needs(Permission.RESOURCES_READ, Feature.Kind.RESOURCE);

    private static final Rule VISIBLE = new Rule(Set.of(), null, false);
    private static final Rule TASK = new Rule(Set.of(Permission.TOOLS_EXECUTE), null, true);
    private static final Set<String> ONLY_OF_SESSIONS = Set.of("resources/subscribe", "resources/unsubscribe");

    /** Every method that is let through. What is not here is unknown, whatever the upstream would make of it. */
    static final Map<String, Rule> OF_METHODS = Map.ofEntries(
            Map.entry("initialize", VISIBLE),
            Map.entry("ping", VISIBLE),
            Map.entry("server/discover", VISIBLE),
            Map.entry("logging/setLevel", VISIBLE),
            Map.entry("subscriptions/listen", VISIBLE), // what it asks for is decided one by one
            Map.entry("tools/list", needs(Permission.TOOLS_READ)),
            Map.entry("tools/call", needs(Permission.TOOLS_EXECUTE, Feature.Kind.TOOL)),
            Map.entry("tasks/get", TASK),
            Map.entry("tasks/update", TASK),
            Map.entry("tasks/result", TASK),
            Map.entry("tasks/list", TASK),
            Map.entry("tasks/cancel", TASK),
            Map.entry("resources/list", needs(Permission.RESOURCES_READ)),
            Map.entry("resources/templates/list", needs(Permission.RESOURCES_READ)),
            Map.entry("resources/read", needs(Permission.RESOURCES_READ, Feature.Kind.RESOURCE)),
            Map.entry("resources/subscribe", SUBSCRIBING),
            Map.entry("resources/unsubscribe", SUBSCRIBING),
            Map.entry("prompts/list", needs(Permission.PROMPTS_READ)),
            Map.entry("prompts/get", needs(Permission.PROMPTS_READ, Feature.Kind.PROMPT)),
            // it completes the arguments of a prompt or of a resource template, and which one is not read here
            Map.entry(
                    "completion/complete",
                    new Rule(Set.of(Permission.PROMPTS_READ, Permission.RESOURCES_READ), null, false)));

    /**
     * The rule of a message; null where it has none. A method keeps its rule when it comes as a notification: an upstream might answer
     * one.
     *
     * @param message null for GET and DELETE, which open and end streams and sessions
     */
    static @Nullable Rule of(@Nullable Envelope message) {
        if (message == null) {
            return VISIBLE;
        }
        return switch (message.kind()) {
            case RESPONSE -> VISIBLE;
            case REQUEST -> OF_METHODS.get(method(message));
            case NOTIFICATION ->
                method(message).startsWith("notifications/") ? VISIBLE : OF_METHODS.get(method(message));
        };
    }

    /**
     * Whether 2026-07-28 has this method no more although it names a thing: it is unknown there, whatever it names. What else that revision
     * has no more is refused by whoever answers.
     */
    static boolean isOnlyOfSessions(@Nullable Envelope message) {
        return message != null && ONLY_OF_SESSIONS.contains(method(message));
    }

    /** Whether one of its permissions is there, or none is needed. */
    boolean isMet(Predicate<Permission> isThere) {
        for (Permission permission : anyOf) {
            if (isThere.test(permission)) {
                return true;
            }
        }
        return anyOf.isEmpty();
    }

    private static String method(Envelope message) {
        return message.method() == null ? "" : message.method();
    }

    private static Rule needs(Permission permission) {
        return new Rule(Set.of(permission), null, false);
    }

    private static Rule needs(Permission permission, Feature.Kind kind) {
        return new Rule(Set.of(permission), kind, false);
    }
}
