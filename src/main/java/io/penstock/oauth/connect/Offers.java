package io.penstock.oauth.connect;

import io.penstock.caller.flow.Addresses;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.OAuthConfig;
import io.penstock.catalog.OAuthConfig.Grant;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.ingress.IngressSettings;
import io.penstock.oauth.Providers;
import io.penstock.oauth.server.AuthorizationServer;
import io.penstock.oauth.server.AuthorizationServers;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Finds out where users of a gateway are sent to agree, and looks at each address before anybody is. */
@Component
@EnableConfigurationProperties(ConnectSettings.class)
final class Offers {

    private static final String CALLBACK = "/oauth/callback";
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

    private final Gateways gateways;
    private final AuthorizationServers servers;
    private final IngressSettings ingress;
    private final TokenHosts hosts;

    Offers(Gateways gateways, AuthorizationServers servers, IngressSettings ingress, ConnectSettings settings) {
        this.gateways = gateways;
        this.servers = servers;
        this.ingress = ingress;
        this.hosts = new TokenHosts(settings);
    }

    /** Never empty. Error: {@code Conflict} where users of the gateway have nothing to connect, or an address is none to send them to. */
    Mono<Offer> of(Gateway gateway) {
        return gateways.open(gateway)
                .ofType(UpstreamAuth.OAuth.class)
                .map(UpstreamAuth.OAuth::config)
                .filter(config -> config.grant() == Grant.AUTHORIZATION_CODE)
                .switchIfEmpty(
                        Mono.error(
                                () -> conflict(
                                        gateway.name()
                                                + " uses no account of each user, so there is nothing to connect: its grant_type is not authorization_code")))
                .flatMap(config -> servers.of(gateway, config).map(server -> offer(gateway, config, server)));
    }

    /** Whether the server, which says that it does not know its client, has another one by now, so that users may begin again. */
    Mono<Boolean> anew(Offer offer) {
        return gateways.open(offer.gateway())
                .ofType(UpstreamAuth.OAuth.class)
                .flatMap(auth -> servers.anew(
                        offer.gateway(), auth.config(), offer.server().client()))
                .hasElement()
                .onErrorReturn(Refusal.class, false);
    }

    /** Throws {@code Conflict} where what users agree to would be redeemed by what may be another server than they agree at. */
    void demandOneServer(Offer offer) {
        URI authorize = offer.authorize();
        URI token = offer.server().token();
        if (!hosts.areOne(authorize, token)) {
            throw conflict("Nobody is sent to agree for " + offer.gateway().name() + ": what is agreed to at "
                    + authorize.getHost() + " would be redeemed at " + token.getHost()
                    + ", which may be somebody else's. Where both are one authorization server, whoever runs this gateway says so by"
                    + " OAUTH_TOKEN_HOSTS=" + TokenHosts.pair(authorize, token));
        }
    }

    private Offer offer(Gateway gateway, OAuthConfig config, AuthorizationServer server) {
        URI known = server.authorize();
        URI authorize = known == null ? null : Addresses.read(known.toString());
        if (authorize == null) {
            throw conflict("Nobody can be sent to the authorization_url of " + gateway.name() + ": "
                    + Addresses.RIGHT.formatted("https://auth.example.com/authorize"));
        }
        return new Offer(
                gateway, server, authorize, redirect(config.redirectUri()), Providers.extras(config.provider()));
    }

    /** Codes come back to a host of this gateway's, or to none. */
    private URI redirect(@Nullable URI written) {
        if (written == null) {
            return URI.create(ingress.url(CALLBACK));
        }
        URI redirect = Addresses.plain(written.toString());
        if (redirect == null || !CALLBACK.equals(redirect.getRawPath()) || !isOwn(redirect.getHost())) {
            throw conflict("redirect_uri does not lead back to this gateway: it must be " + ingress.url(CALLBACK)
                    + ", or have one of the hosts of APP_DOMAIN");
        }
        return redirect;
    }

    private boolean isOwn(String host) {
        return host.equalsIgnoreCase(ingress.baseUrl().getHost())
                || ingress.domains().stream().anyMatch(host::equalsIgnoreCase)
                || THIS_MACHINE.contains(host);
    }

    private static Refusal conflict(String detail) {
        return new Refusal(new Reason.Conflict(detail));
    }
}
