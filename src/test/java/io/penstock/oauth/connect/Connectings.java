package io.penstock.oauth.connect;

import io.penstock.caller.flow.FlowCookies;
import io.penstock.caller.flow.Flows;
import io.penstock.catalog.Gateways;
import io.penstock.egress.Egresses;
import io.penstock.ingress.IngressSettings;
import io.penstock.oauth.Agreements;
import io.penstock.oauth.grant.TokenEndpoint;
import io.penstock.oauth.server.AuthorizationServers;
import java.time.Clock;
import java.util.List;

/** Connecting of accounts, with whatever keeps them. */
public final class Connectings {

    private Connectings() {}

    public static Connecting of(
            Gateways gateways,
            AuthorizationServers servers,
            Flows flows,
            FlowCookies cookies,
            Agreements agreements,
            IngressSettings ingress) {
        return new CodeConnecting(
                new Offers(gateways, servers, ingress, new ConnectSettings(List.of())),
                gateways,
                flows,
                cookies,
                new TokenEndpoint(Egresses.toLoopback(), Clock.systemUTC()),
                agreements);
    }
}
