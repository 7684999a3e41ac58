package io.penstock.oauth.token;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.OAuthConfig;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.loop.Rounds;
import io.penstock.oauth.server.AuthorizationServers;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Renews tokens ahead of their end, also those that nobody calls with just now: a refresh token that is never used ends too. */
@Component
final class Foresight {

    private static final int BATCH = 100;
    private static final int AT_ONCE = 8;

    private final TokenRows rows;
    private final Renewals renewals;
    private final Gateways gateways;
    private final AuthorizationServers servers;
    private final OAuthSettings settings;
    private final Rounds rounds;

    Foresight(
            TokenRows rows,
            Renewals renewals,
            Gateways gateways,
            AuthorizationServers servers,
            OAuthSettings settings,
            Rounds rounds) {
        this.rows = rows;
        this.renewals = renewals;
        this.gateways = gateways;
        this.servers = servers;
        this.settings = settings;
        this.rounds = rounds;
    }

    /** One round: those that are due, each on the replica that gets its lease. What fails tells so in its row. */
    Mono<Void> round() {
        return rows.due(BATCH, settings.retentionDays())
                .flatMap(due -> renew(due).onErrorComplete(), AT_ONCE)
                .then();
    }

    private Mono<StoredToken> renew(StoredToken due) {
        return gateways.find(due.key().gateway())
                .flatMap(gateway -> gateways.open(gateway)
                        .ofType(UpstreamAuth.OAuth.class)
                        .flatMap(auth -> order(gateway, auth.config(), due)))
                .filter(order -> order.key().equals(due.key()))
                .flatMap(order -> rounds.detach("oauth.renew", renewals.after(due, order)));
    }

    private Mono<Order> order(Gateway gateway, OAuthConfig config, StoredToken due) {
        return servers.of(gateway, config)
                .map(server -> Order.of(gateway, config, server, due.key().user()));
    }
}
