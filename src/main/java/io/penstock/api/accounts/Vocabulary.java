package io.penstock.api.accounts;

import io.penstock.access.Permission;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The scopes that there are, in both vocabularies. */
public final class Vocabulary {

    private static final Map<String, Permission> PERMISSIONS =
            Arrays.stream(Permission.values()).collect(Collectors.toUnmodifiableMap(Permission::scope, p -> p));

    /** The vocabulary of the registry: names may hold anything but a colon. */
    private static final Pattern OF_REGISTRY = Pattern.compile(
            "mcp:registry:(admin|read)|mcp:server:[^:\\s]+:(read|execute|toggle|edit|tool:[^\\s]+:execute)");

    private Vocabulary() {}

    /** Whether there is such a scope. */
    public static boolean holds(String scope) {
        return PERMISSIONS.containsKey(scope) || OF_REGISTRY.matcher(scope).matches();
    }

    /** The permission of that name; null where there is none. */
    static @Nullable Permission permission(String scope) {
        return PERMISSIONS.get(scope);
    }

    /**
     * The permission that allows on everything what a scope allows by a server's name; null for one that is no such scope, or allows
     * everything.
     */
    public static @Nullable Permission everywhere(String scope) {
        if (!OF_REGISTRY.matcher(scope).matches()) {
            return null;
        }
        return switch (scope.substring(scope.lastIndexOf(':') + 1)) {
            case "read" -> Permission.GATEWAYS_READ;
            case "execute" -> Permission.TOOLS_EXECUTE;
            case "toggle" -> Permission.GATEWAYS_TOGGLE;
            case "edit" -> Permission.GATEWAYS_UPDATE;
            default -> null;
        };
    }
}
