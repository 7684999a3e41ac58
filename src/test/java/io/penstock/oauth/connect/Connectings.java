package io.penstock.oauth.connect;

import io.penstock.caller.flow.FlowCookies;
import io.penstock.caller.flow.Flows;
import io.penstock.catalog.Gateways;
import io.penstock.egress.Egresses;
import io.penstock.ingress.IngressSettings;
import io.penstock.oauth.Agreements;
import io.penstock.oauth.grant.TokenEndpoint;
import io.penstock.oauth.server.AuthorizationServer;
import reactor.core.publisher.Mono;

/** Connecting of accounts, with whatever keeps them. */
public final class Connectings {

    private Connectings() {}

    public static Connecting of(
            Gateways gateways, Flows flows, FlowCookies cookies, Agreements agreements, IngressSettings ingress) {
        var offers = new Offers(
                gateways, (gateway, config) -> Mono.just(AuthorizationServer.fixed(gateway, config)), ingress);
        return new CodeConnecting(
                offers, gateways, flows, cookies, new TokenEndpoint(Egresses.toLoopback()), agreements);
    }
}
