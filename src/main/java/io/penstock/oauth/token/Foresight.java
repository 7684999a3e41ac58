package io.penstock.oauth.token;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.OAuthConfig;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.loop.Mishaps;
import io.penstock.loop.Rounds;
import io.penstock.oauth.server.AuthorizationServers;
import io.penstock.oauth.token.DueTokens.Due;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Renews tokens ahead of their end, also those that nobody calls with just now: a refresh token that is never used ends too. */
@Component
final class Foresight {

    private static final Logger LOG = LoggerFactory.getLogger(Foresight.class);
    private static final int BATCH = 100;

    /** Of one server, for however many gateways. */
    private static final int AT_ONCE = 8;

    private final DueTokens dueTokens;
    private final Renewals renewals;
    private final Gateways gateways;
    private final AuthorizationServers servers;
    private final OAuthSettings settings;
    private final Rounds rounds;
    private final Set<String> busy = ConcurrentHashMap.newKeySet();

    Foresight(
            DueTokens dueTokens,
            Renewals renewals,
            Gateways gateways,
            AuthorizationServers servers,
            OAuthSettings settings,
            Rounds rounds) {
        this.dueTokens = dueTokens;
        this.renewals = renewals;
        this.gateways = gateways;
        this.servers = servers;
        this.settings = settings;
        this.rounds = rounds;
    }

    /**
     * One round begins with those that are due, each on the replica that gets its lease. It does not wait for them, and leaves out servers that
     * earlier rounds are busy with, so that a server that is slow delays no other.
     */
    Mono<Void> round() {
        return Mono.defer(() -> dueTokens
                .find(BATCH, settings.retentionDays(), busy)
                .collect(Collectors.groupingBy(Due::server))
                .doOnNext(due -> due.forEach(this::begin))
                .then());
    }

    private void begin(String server, List<Due> due) {
        busy.add(server);
        var _ = rounds.detach(
                "oauth.ahead.renew",
                Flux.fromIterable(due)
                        .takeWhile(_ -> !rounds.isStopping())
                        .flatMap(one -> renewOrPostpone(one.token()), AT_ONCE)
                        .doOnError(failure -> Mishaps.log(LOG, "Renewing tokens ahead of their end", failure))
                        .doFinally(_ -> busy.remove(server))
                        .then());
    }

    /** Those that cannot be renewed would else be the first of each round, until there is no place for others. */
    private Mono<Void> renewOrPostpone(StoredToken due) {
        return renew(due)
                .doOnError(failure -> tell(due, failure))
                .onErrorComplete()
                .hasElement()
                .flatMap(renewed -> renewed ? Mono.empty() : dueTokens.postpone(due));
    }

    /** That its user has to agree again is told by its status. */
    private static void tell(StoredToken due, Throwable failure) {
        if (!(failure instanceof Refusal refusal && refusal.reason() instanceof Reason.NeedsAuthorization)) {
            Mishaps.log(LOG, "Renewing the token " + due.id() + " ahead of its end", failure);
        }
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
