package io.penstock.credential;

import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.access.Permit;
import java.net.URI;

/** A permitted call with the upstream's own credential: the address with its query, and the headers to put in. */
public final class Outbound {

    private final Permit permit;
    private final URI uri;
    private final HttpHeaders credential;

    Outbound(Permit permit, URI uri, HttpHeaders credential) {
        this.permit = permit;
        this.uri = uri;
        this.credential = credential;
    }

    public Permit permit() {
        return permit;
    }

    /** Where the call goes; may hold a secret in its query, so never log it. */
    public URI uri() {
        return uri;
    }

    /** Set last on the upstream request: they win over whatever the client sent. */
    public HttpHeaders credential() {
        return credential;
    }

    @Override
    public String toString() {
        return "Outbound to gateway " + permit.gateway().id();
    }
}
