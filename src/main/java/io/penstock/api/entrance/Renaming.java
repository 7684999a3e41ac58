package io.penstock.api.entrance;

import io.penstock.access.Permission;
import io.penstock.caller.Caller;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;

/**
 * Who gives a gateway or virtual server another name. Scopes and groups go by names, so that whoever may only edit one could give it the
 * name that their own, or somebody else's, rights to use are of (decision 0035).
 */
public final class Renaming {

    /** What allows everything in the vocabulary of names. */
    private static final String ADMIN = "mcp:registry:admin";

    private Renaming() {}

    /**
     * Demands it of a caller who may edit the thing.
     *
     * @param change what lets the caller edit it
     * @param deletion throws {@code Forbidden} where the caller may not delete it
     * @throws Refusal {@code Barred} where the caller neither owns it nor may delete it
     */
    public static void demand(Caller caller, String owner, Permission change, Runnable deletion) {
        if (owner.equals(caller.user()) && isWhole(caller, change)) {
            return;
        }
        try {
            deletion.run();
        } catch (Refusal refused) {
            throw refused.reason() instanceof Reason.Forbidden
                    ? new Refusal(new Reason.Barred(
                            "Scopes and groups go by names: its owner gives it another one, or whoever may delete it"))
                    : refused;
        }
    }

    /** Whether the credential says nothing of single things, in which a name could be one. */
    private static boolean isWhole(Caller caller, Permission change) {
        return caller.bound() == null
                && (caller.scopes() == null
                        || caller.scopes().contains(change.scope())
                        || caller.scopes().contains(ADMIN));
    }
}
