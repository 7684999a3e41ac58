package io.penstock.credential;

import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.access.Permit;
import java.net.URI;

/** Outbound calls for tests of what comes after the wallet. */
public final class Outbounds {

    private Outbounds() {}

    public static Outbound of(Permit permit, URI uri, HttpHeaders credential) {
        return new Outbound(permit, uri, credential);
    }
}
