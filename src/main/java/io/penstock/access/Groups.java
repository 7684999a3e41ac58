package io.penstock.access;

import io.penstock.access.Permission.Action;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Groups of an identity provider as scopes: {@code mcp-admin}, {@code mcp-user}, {@code mcp-server-NAME} and the same with
 * {@code -admin}, {@code -toggle}, {@code -edit} or {@code -tool-TOOL}. A name may hold any of those words itself, so a group means what
 * the registered names make of it: where one is registered that takes all of the group's rest, the group is of that one and gives the
 * least.
 */
final class Groups {

    private static final String SERVER = "mcp-server-";
    private static final String TOOL = "-tool-";

    private Groups() {}

    /** @param registered whether a gateway or virtual server has that name or slug */
    static Set<String> scopes(Set<String> groups, Predicate<String> registered) {
        Set<String> scopes = new HashSet<>();
        for (String group : groups) {
            switch (group) {
                case "mcp-admin" -> scopes.add(Scopes.ADMIN);
                case "mcp-user" -> scopes.add(Scopes.READ);
                default -> {
                    if (group.startsWith(SERVER)) {
                        addOfServer(
                                scopes,
                                group.substring(SERVER.length()),
                                name -> registered.test(name) && !Scopes.isAmbiguous(name));
                    }
                }
            }
        }
        return scopes;
    }

    private static void addOfServer(Set<String> scopes, String rest, Predicate<String> registered) {
        if (registered.test(rest)) {
            add(scopes, rest, Action.READ, Action.EXECUTE);
        } else if (!addSuffixed(scopes, rest, "-admin", registered, Action.values())
                && !addSuffixed(scopes, rest, "-toggle", registered, Action.TOGGLE)
                && !addSuffixed(scopes, rest, "-edit", registered, Action.EDIT)) {
            addOfTool(scopes, rest, registered);
        }
    }

    private static boolean addSuffixed(
            Set<String> scopes, String rest, String suffix, Predicate<String> registered, Action... actions) {
        String name = rest.endsWith(suffix) ? rest.substring(0, rest.length() - suffix.length()) : "";
        if (!registered.test(name)) {
            return false;
        }
        add(scopes, name, actions);
        return true;
    }

    /** Of several registered names that the group may begin with, the longest is meant. */
    private static void addOfTool(Set<String> scopes, String rest, Predicate<String> registered) {
        for (int at = rest.lastIndexOf(TOOL); at > 0; at = rest.lastIndexOf(TOOL, at - 1)) {
            String name = rest.substring(0, at);
            String tool = rest.substring(at + TOOL.length());
            if (registered.test(name) && !tool.isEmpty()) {
                scopes.add(Scopes.ofTool(name, tool));
                return;
            }
        }
    }

    private static void add(Set<String> scopes, String name, Action... actions) {
        for (Action action : actions) {
            scopes.add(Scopes.of(name, action));
        }
    }
}
