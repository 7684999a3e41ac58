package io.penstock.access;

import java.util.Set;

/**
 * What a set of scopes allows, in both vocabularies. One is of permissions ({@code tools.execute}), which hold for everything that their
 * holder sees; the other is of names: {@code mcp:registry:admin}, {@code mcp:registry:read}, {@code mcp:server:NAME:ACTION} and
 * {@code mcp:server:NAME:tool:TOOL:execute}. A scope with a name is never taken apart: the scopes that would do for a thing are made of
 * its name and looked up, so no name can be read as another; one that could be, because it has a tool in it, is not looked up.
 */
final class Scopes {

    static final String ADMIN = "mcp:registry:admin";
    static final String READ = "mcp:registry:read";

    private static final String SERVER = "mcp:server:";
    private static final String TOOL = ":tool:";

    private Scopes() {}

    /** The scope for an action on a server by name. */
    static String of(String name, Permission.Action action) {
        return SERVER + name + ":" + action.text();
    }

    /** The scope for one tool of a server. */
    static String ofTool(String name, String tool) {
        return SERVER + name + TOOL + tool + ":execute";
    }

    /** Whether a scope for this name could be one for a tool of another. */
    static boolean isAmbiguous(String name) {
        return (name + ":").contains(TOOL);
    }

    /** Whether they allow it on everything. */
    static boolean everywhere(Set<String> scopes, Permission permission) {
        return scopes.contains(permission.scope())
                || scopes.contains(ADMIN)
                || (permission.impliedBy() != null && everywhere(scopes, permission.impliedBy()))
                || (permission.isReading() && scopes.contains(READ));
    }

    /** Whether they allow it on this. */
    static boolean on(Set<String> scopes, Permission permission, Subject subject) {
        if (everywhere(scopes, permission)) {
            return true;
        }
        for (Subject.Name name : subject.names()) {
            if (byName(scopes, permission, name)) {
                return true;
            }
        }
        return false;
    }

    private static boolean byName(Set<String> scopes, Permission permission, Subject.Name name) {
        for (Permission.Action action : permission.actions()) {
            if (scopes.contains(of(name.name(), action))) {
                return true;
            }
        }
        String tool = name.tool();
        return tool != null && permission.isOfOneTool() && scopes.contains(ofTool(name.name(), tool));
    }

    /** Whether they allow it on anything at all, as far as can be told without knowing its name. */
    static boolean somewhere(Set<String> scopes, Permission permission) {
        return everywhere(scopes, permission) || scopes.stream().anyMatch(scope -> mayAllow(scope, permission));
    }

    private static boolean mayAllow(String scope, Permission permission) {
        if (!scope.startsWith(SERVER)) {
            return false;
        }
        for (Permission.Action action : permission.actions()) {
            if (scope.endsWith(":" + action.text())) {
                return true;
            }
        }
        return permission.isOfOneTool() && isOfTool(scope);
    }

    private static boolean isOfTool(String scope) {
        return scope.contains(TOOL) && scope.endsWith(":execute");
    }
}
