package io.penstock.credential;

import io.penstock.access.Permit;
import io.penstock.access.Route;
import org.jspecify.annotations.Nullable;

/** A permitted call with what its upstream is to be shown. */
public final class Outbound {

    private final Permit permit;
    private final @Nullable Credential credential;

    private Outbound(Permit permit, @Nullable Credential credential) {
        this.permit = permit;
        this.credential = credential;
    }

    /** A call to one upstream. */
    static Outbound toOne(Permit permit, Credential credential) {
        return new Outbound(permit, credential);
    }

    /** A call to many upstreams: what each is shown is looked up when it is called. */
    static Outbound toMany(Permit permit) {
        return new Outbound(permit, null);
    }

    public Permit permit() {
        return permit;
    }

    /** What the upstream is shown. Throws {@link IllegalStateException} where the call goes to many. */
    public Credential credential() {
        if (credential == null) {
            throw new IllegalStateException("This call goes to many upstreams");
        }
        return credential;
    }

    /** The same call with another credential. */
    public Outbound with(Credential other) {
        return new Outbound(permit, other);
    }

    @Override
    public String toString() {
        return switch (permit.route()) {
            case Route.One one -> "Outbound to gateway " + one.gateway().id();
            case Route.Many many -> "Outbound to all of " + many.showing().name();
        };
    }
}
