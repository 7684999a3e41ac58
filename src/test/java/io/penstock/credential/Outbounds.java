package io.penstock.credential;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.access.Permit;
import io.penstock.access.Route;
import io.penstock.catalog.Gateway;
import java.net.URI;
import java.util.List;
import reactor.core.publisher.Mono;

/** Outbound calls for tests of what comes after the wallet. */
public final class Outbounds {

    private Outbounds() {}

    /** To one upstream, with tokens of which each is shown where the one before it is refused, and then what there is instead of the last. */
    public static Outbound renewing(Permit permit, Mono<Credential> instead, String... tokens) {
        return Outbound.toOne(permit, renewing(permit.gateway(), instead, List.of(tokens)));
    }

    private static Credential renewing(Gateway gateway, Mono<Credential> instead, List<String> tokens) {
        var headers = new DefaultHttpHeaders().set("Authorization", "Bearer " + tokens.getFirst());
        var rest = tokens.subList(1, tokens.size());
        var renewed = rest.isEmpty() ? instead : Mono.fromSupplier(() -> renewing(gateway, instead, rest));
        return new Credential(gateway, gateway.url(), headers, null, renewed, Mono.empty());
    }

    public static Outbound of(Permit permit, URI uri, HttpHeaders headers) {
        return switch (permit.route()) {
            case Route.One one ->
                Outbound.toOne(permit, new Credential(one.gateway(), uri, headers, null, Mono.empty(), Mono.empty()));
            case Route.Many _ -> Outbound.toMany(permit);
        };
    }
}
