package io.penstock.credential;

import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.access.Permit;
import io.penstock.access.Route;
import java.net.URI;
import reactor.core.publisher.Mono;

/** Outbound calls for tests of what comes after the wallet. */
public final class Outbounds {

    private Outbounds() {}

    public static Outbound of(Permit permit, URI uri, HttpHeaders headers) {
        return switch (permit.route()) {
            case Route.One one ->
                Outbound.toOne(permit, new Credential(one.gateway(), uri, headers, null, Mono.empty(), Mono.empty()));
            case Route.Many _ -> Outbound.toMany(permit);
        };
    }
}
