package io.penstock.access;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that may be allowed: a kind of resource and an action on it, {@code gateways.read}. Some may be allowed for one server by
 * its name too, or for one tool of it.
 */
public enum Permission {
    GATEWAYS_READ("gateways.read", Action.READ),
    GATEWAYS_CREATE("gateways.create"),
    GATEWAYS_UPDATE("gateways.update", Action.EDIT),
    GATEWAYS_TOGGLE("gateways.toggle", GATEWAYS_UPDATE, Action.TOGGLE),
    GATEWAYS_DELETE("gateways.delete"),
    TOOLS_READ("tools.read", Action.READ, Action.EXECUTE),
    TOOLS_EXECUTE("tools.execute", Action.EXECUTE),
    TOOLS_UPDATE("tools.update", Action.EDIT),
    TOOLS_DELETE("tools.delete"),
    RESOURCES_READ("resources.read", Action.READ, Action.EXECUTE),
    RESOURCES_UPDATE("resources.update", Action.EDIT),
    RESOURCES_DELETE("resources.delete"),
    PROMPTS_READ("prompts.read", Action.READ, Action.EXECUTE),
    PROMPTS_UPDATE("prompts.update", Action.EDIT),
    PROMPTS_DELETE("prompts.delete"),
    SERVERS_READ("servers.read", Action.READ),
    SERVERS_CREATE("servers.create"),
    SERVERS_UPDATE("servers.update", Action.EDIT),
    SERVERS_TOGGLE("servers.toggle", SERVERS_UPDATE, Action.TOGGLE),
    SERVERS_DELETE("servers.delete"),
    AUDIT_READ("audit.read"),
    OAUTH_READ("oauth.read"),
    OAUTH_DELETE("oauth.delete"),
    USERS_READ("users.read"),
    USERS_CREATE("users.create"),
    USERS_UPDATE("users.update"),
    USERS_DELETE("users.delete"),
    ROLES_READ("roles.read"),
    ROLES_CREATE("roles.create"),
    ROLES_UPDATE("roles.update"),
    ROLES_DELETE("roles.delete"),
    TEAMS_READ("teams.read"),
    TEAMS_CREATE("teams.create"),
    TEAMS_UPDATE("teams.update"),
    TEAMS_DELETE("teams.delete"),
    TOKENS_READ("tokens.read"),
    TOKENS_CREATE("tokens.create"),
    TOKENS_UPDATE("tokens.update"),
    TOKENS_DELETE("tokens.delete");

    /** What may be done to one server by its name. */
    enum Action {
        READ("read"),
        EXECUTE("execute"),
        TOGGLE("toggle"),
        EDIT("edit");

        private final String text;

        Action(String text) {
            this.text = text;
        }

        /** The last part of the scope. */
        String text() {
            return text;
        }
    }

    private final String scope;
    private final @Nullable Permission impliedBy;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<Action> actions;

    private final boolean isOfThings;

    Permission(String scope, Action... actions) {
        this(scope, null, actions);
    }

    Permission(String scope, @Nullable Permission impliedBy, Action... actions) {
        this.scope = scope;
        this.impliedBy = impliedBy;
        this.actions = List.of(actions);
        this.isOfThings = isOfThings(scope.substring(0, scope.indexOf('.')));
    }

    /** Its name in tokens, challenges and documents. */
    public String scope() {
        return scope;
    }

    /** The permission whose holder has this one too; null for none. */
    @Nullable
    Permission impliedBy() {
        return impliedBy;
    }

    /** The actions on a server by name that it may be allowed as. */
    List<Action> actions() {
        return actions;
    }

    /** Whether reading the registry is enough. */
    boolean isReading() {
        return actions.contains(Action.READ);
    }

    /** Whether it may be allowed for a single tool. */
    boolean isOfOneTool() {
        return this == TOOLS_READ || this == TOOLS_EXECUTE;
    }

    /** Whether it is about gateways, servers and what they offer, and so may hold for some of them only. */
    boolean isOfThings() {
        return isOfThings;
    }

    private static boolean isOfThings(String kind) {
        return switch (kind) {
            case "gateways", "servers", "tools", "resources", "prompts" -> true;
            default -> false;
        };
    }
}
