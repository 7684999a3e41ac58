package io.penstock.credential;

import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.access.Permit;
import io.penstock.access.Route;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** A permitted call with the upstream's own credential: the address with its query, and the headers to put in. */
public final class Outbound {

    private final Permit permit;
    private final @Nullable URI uri;
    private final HttpHeaders credential;

    Outbound(Permit permit, URI uri, HttpHeaders credential) {
        this.permit = permit;
        this.uri = uri;
        this.credential = credential;
    }

    /** A call to many upstreams: what each is shown is looked up when it is called. */
    static Outbound toMany(Permit permit) {
        return new Outbound(permit);
    }

    private Outbound(Permit permit) {
        this.permit = permit;
        this.uri = null;
        this.credential = EmptyHttpHeaders.INSTANCE;
    }

    public Permit permit() {
        return permit;
    }

    /**
     * Where the call goes; may hold a secret in its query, so never log it. Throws {@link IllegalStateException} where it goes to many.
     */
    public URI uri() {
        if (uri == null) {
            throw new IllegalStateException("This call goes to many upstreams");
        }
        return uri;
    }

    /** Set last on the upstream request: they win over whatever the client sent. */
    public HttpHeaders credential() {
        return credential;
    }

    @Override
    public String toString() {
        return switch (permit.route()) {
            case Route.One one -> "Outbound to gateway " + one.gateway().id();
            case Route.Many many -> "Outbound to all of " + many.showing().name();
        };
    }
}
