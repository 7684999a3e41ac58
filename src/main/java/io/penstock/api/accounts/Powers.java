package io.penstock.api.accounts;

import io.penstock.access.Gate;
import io.penstock.access.Permission;
import io.penstock.caller.Caller;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What a caller has themselves, and so may hand on to others. */
@Component
public final class Powers {

    /** The scope of whoever may do everything; no token can name it. */
    private static final String EVERYTHING = "*";

    /** What allows everything in the vocabulary of names. */
    private static final String ADMIN = "mcp:registry:admin";

    private final Gate gate;

    Powers(Gate gate) {
        this.gate = gate;
    }

    /**
     * Whether the caller has a scope.
     *
     * @param team where; null for everywhere
     */
    public boolean has(Caller caller, String scope, @Nullable String team) {
        if (scope.equals(EVERYTHING)) {
            return caller.admin() && caller.scopes() == null && caller.bound() == null;
        }
        Permission permission = Vocabulary.permission(scope);
        return permission == null ? hasNamed(caller, scope, team) : has(caller, permission, team);
    }

    /** As {@link #has(Caller, String, String)}. */
    public boolean has(Caller caller, Permission permission, @Nullable String team) {
        try {
            gate.demandIn(caller, permission, team);
            return true;
        } catch (Refusal refusal) {
            return false;
        }
    }

    /** A scope that names a server: whoever has all of them, or it by its letters. */
    private static boolean hasNamed(Caller caller, String scope, @Nullable String team) {
        Set<String> everywhere = caller.grants().everywhere();
        Set<String> there = team == null ? null : caller.grants().inTeams().get(team);
        return caller.bound() == null
                && (caller.scopes() == null || holds(caller.scopes(), scope))
                && (caller.admin()
                        || (caller.scopes() != null && caller.granted())
                        || (everywhere != null && holds(everywhere, scope))
                        || (there != null && holds(there, scope)));
    }

    private static boolean holds(Set<String> scopes, String scope) {
        return scopes.contains(scope) || scopes.contains(ADMIN);
    }

    /** Whether the credential lets its user use what the user has without a role, by owning it. */
    public static boolean covers(Caller caller, Permission permission) {
        Set<String> scopes = caller.scopes();
        return caller.bound() == null && (scopes == null || holds(scopes, permission.scope()));
    }

    /** @throws Refusal {@code Forbidden} that names the first scope that the caller does not have there */
    void demandAll(Caller caller, Collection<String> scopes, @Nullable String team) {
        for (String scope : scopes.stream().sorted().toList()) {
            if (!has(caller, scope, team)) {
                throw new Refusal(new Reason.Forbidden(scope));
            }
        }
    }
}
