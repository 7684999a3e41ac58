package io.penstock.account;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The roles that every gateway has, and nobody changes. */
public enum BuiltIn {
    /** Everything: it makes its user an administrator, so its one scope is no scope that a token could name. */
    PLATFORM_ADMIN,
    TEAM_ADMIN,
    DEVELOPER,
    VIEWER;

    /** Its name in the database and in JSON. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public Set<String> scopes() {
        return switch (this) {
            case PLATFORM_ADMIN -> Scopes.EVERYTHING;
            case TEAM_ADMIN -> Scopes.ADMINISTRATION;
            case DEVELOPER -> Scopes.DEVELOPMENT;
            case VIEWER -> Scopes.VIEWING;
        };
    }

    /** Null where no built-in role has that name. */
    static @Nullable BuiltIn of(String name) {
        return Arrays.stream(values())
                .filter(role -> role.text().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** What each has beside what the one before it has. */
    private static final class Scopes {

        static final Set<String> EVERYTHING = Set.of("*");

        static final Set<String> VIEWING = Set.of(
                "gateways.read", "servers.read", "tools.read", "tools.execute", "resources.read", "prompts.read");

        static final Set<String> DEVELOPMENT = and(
                VIEWING,
                "gateways.create",
                "gateways.update",
                "servers.create",
                "servers.update",
                "servers.delete",
                "tools.update",
                "resources.update",
                "prompts.update");

        static final Set<String> ADMINISTRATION = and(
                DEVELOPMENT,
                "gateways.delete",
                "tools.delete",
                "resources.delete",
                "prompts.delete",
                "teams.read",
                "teams.update",
                "teams.delete",
                "tokens.read",
                "tokens.update",
                "tokens.delete");

        private static Set<String> and(Set<String> less, String... more) {
            return Stream.concat(less.stream(), Stream.of(more)).collect(Collectors.toUnmodifiableSet());
        }
    }
}
