package io.penstock.access;

import io.penstock.caller.Caller;
import io.penstock.caller.Grants;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All of a caller that permissions depend on, and nothing else: callers who have the same are allowed the same on the same thing.
 *
 * @param admin as {@link Caller#admin}
 * @param scopes as {@link Caller#scopes}
 * @param granted as {@link Caller#granted}
 * @param grants as {@link Caller#grants}
 * @param bound as {@link Caller#bound}
 */
record Rights(
        boolean admin,
        @Nullable Set<String> scopes,
        boolean granted,
        Grants grants,
        @Nullable UUID bound) {

    static Rights of(Caller caller) {
        return new Rights(caller.admin(), caller.scopes(), caller.granted(), caller.grants(), caller.bound());
    }
}
