package io.penstock.oauth.token;

import io.penstock.catalog.OAuthConfig.Grant;
import io.penstock.loop.Rounds;
import io.penstock.oauth.AuthorizeUrls;
import io.penstock.oauth.grant.Granted;
import io.penstock.oauth.grant.TokenEndpoint;
import io.penstock.oauth.grant.TokenRefused;
import io.penstock.oauth.server.AuthorizationServers;
import io.penstock.oauth.token.StoredToken.Status;
import io.penstock.vault.Secret;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Refusal.Reason.UpstreamFailed.How;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * Gets a newer token than one that is known, exactly once however many replicas want it. Whoever gets the lease of the row asks the
 * authorization server, without holding a connection meanwhile; the others wait until the row has another version. A refresh that ends
 * in {@code invalid_grant} looks once more whether somebody else was faster before it says that the user must agree again.
 */
@Component
class Renewals {

    /** A token that ends sooner is not worth sending. */
    static final Duration WORTH = Duration.ofSeconds(5);

    private static final Duration GLANCE = Duration.ofMillis(100);

    /** Longer than a lease, so that a replica that died with one is outlived. */
    private static final int GLANCES = 300;

    private static final String FORGOTTEN =
            "the authorization server forgot this gateway, which registered there anew: what was agreed to was for the client before";

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    private static final Duration CERTAIN_PAUSE = Duration.ofSeconds(30);

    private final TokenRows rows;
    private final Unwritten unwritten;
    private final TokenEndpoint endpoint;
    private final AuthorizationServers servers;
    private final AuthorizeUrls urls;
    private final Rounds rounds;
    private final Scheduler timer;

    @Autowired
    Renewals(
            TokenRows rows,
            Unwritten unwritten,
            TokenEndpoint endpoint,
            AuthorizationServers servers,
            AuthorizeUrls urls,
            Rounds rounds) {
        this(rows, unwritten, endpoint, servers, urls, rounds, Schedulers.parallel());
    }

    Renewals(
            TokenRows rows,
            Unwritten unwritten,
            TokenEndpoint endpoint,
            AuthorizationServers servers,
            AuthorizeUrls urls,
            Rounds rounds,
            Scheduler timer) {
        this.rows = rows;
        this.unwritten = unwritten;
        this.endpoint = endpoint;
        this.servers = servers;
        this.urls = urls;
        this.rounds = rounds;
        this.timer = timer;
    }

    /** Somebody else has the lease. */
    private static final class Leased extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Leased() {
            super("Another replica renews it", null, false, false);
        }
    }

    /**
     * A token that came later than {@code notThat}; any where that is null. To be run detached from who wants it. Never empty. Error: a {@code Refusal}:
     * {@code NeedsAuthorization}, {@code Unavailable}, {@code UpstreamFailed}.
     */
    Mono<StoredToken> after(@Nullable StoredToken notThat, Order order) {
        return Mono.defer(() -> rows.find(order.key()))
                .switchIfEmpty(Mono.defer(() -> begun(order)))
                .flatMap(row -> decide(row, notThat, order))
                .retryWhen(Retry.fixedDelay(GLANCES, GLANCE)
                        .scheduler(timer)
                        .filter(Leased.class::isInstance)
                        .onRetryExhaustedThrow(
                                (_, _) -> unavailable(order, "nobody could renew its token in time", CERTAIN_PAUSE)));
    }

    private Mono<StoredToken> begun(Order order) {
        return order.grant() == Grant.CLIENT_CREDENTIALS
                ? rows.begin(
                                order.key(),
                                order.server().origin(),
                                order.server().revocation())
                        .then(Mono.defer(() -> rows.find(order.key())))
                : Mono.error(() -> needsUser(order));
    }

    private Mono<StoredToken> decide(StoredToken row, @Nullable StoredToken notThat, Order order) {
        StoredToken ahead = unwritten.after(row);
        if (ahead != null) {
            // the row's own refresh token is spent
            return isWanted(ahead, notThat, order) ? Mono.just(ahead) : Mono.error(Leased::new);
        }
        if (row.status() == Status.VALID && isWanted(row, notThat, order)) {
            return Mono.just(row);
        }
        boolean same = row.key().equals(order.key());
        if (order.grant() == Grant.AUTHORIZATION_CODE && (!same || row.status() == Status.NEEDS_REAUTH)) {
            return Mono.error(needsUser(order));
        }
        if (same && isEndless(row)) {
            // that it has ended would be the upstream's word alone, which is not the authorization server's
            return Mono.error(needsUser(order));
        }
        if (row.isOf(order.key().authority())
                && row.isInVainWith(order.gateway().auth().id())) {
            return Mono.error(
                    row.clientUnknown()
                            ? failed(order, row.lastError(), How.UNKNOWN_GATEWAY)
                            : unavailable(order, row.lastError(), row.untilRetry()));
        }
        return rows.take(row)
                .filter(taken -> taken)
                .switchIfEmpty(Mono.error(Leased::new))
                .flatMap(_ -> renew(row, notThat, order));
    }

    private static boolean isWanted(StoredToken token, @Nullable StoredToken notThat, Order order) {
        return token.key().equals(order.key()) && token.isAfter(notThat) && token.isGood(WORTH);
    }

    /** Whether a user's token is good by what its server said, and cannot be renewed. */
    private static boolean isEndless(StoredToken row) {
        return !row.key().user().isEmpty() && row.refresh() == null && row.isGood(WORTH);
    }

    /** Where an upstream refuses one token after the other. Empty, or that the user has to agree again, where it is a user's. */
    <T> Mono<T> nothingElse(Order order) {
        return order.key().user().isEmpty() ? Mono.empty() : Mono.error(() -> needsUser(order));
    }

    private Mono<StoredToken> renew(StoredToken leased, @Nullable StoredToken notThat, Order order) {
        return asked(leased, order)
                .flatMap(granted -> written(leased, order, granted))
                .onErrorResume(
                        TokenRefused.class,
                        refused -> refused.isClientUnknown()
                                ? asAnother(leased, notThat, order, refused)
                                : refused(leased, order, refused));
    }

    private Mono<StoredToken> written(StoredToken leased, Order order, Granted granted) {
        var needless = Mono.defer(() -> giveBack(leased, order, granted));
        return rows.store(leased, order, granted)
                .filter(stored -> !stored)
                .flatMap(_ -> needless)
                .then(Mono.defer(() -> newest(leased, order)))
                .onErrorResume(
                        failure -> !(failure instanceof Leased),
                        failure -> Mono.fromSupplier(() -> unwritten.keep(leased, order, granted, needless, failure)));
    }

    /** Has what was granted revoked where its row was deleted meanwhile: whoever did that had revoked what the row held, and knows not of this. */
    private Mono<Void> giveBack(StoredToken leased, Order order, Granted granted) {
        return rows.isThere(leased.id())
                .filter(there ->
                        !there && leased.mayGoBackTo(order.server(), order.key().authority()))
                .doOnNext(_ -> {
                    var _ = rounds.detach(
                            "oauth.revoke", endpoint.revoke(order.server(), granted.refresh(), granted.access()));
                })
                .then();
    }

    /** Whatever is there now is what everybody uses. */
    private Mono<StoredToken> newest(StoredToken leased, Order order) {
        return rows.find(order.key())
                .filter(row -> row.key().equals(order.key()) && row.isAfter(leased) && row.isGood(Duration.ZERO))
                .switchIfEmpty(Mono.error(Leased::new));
    }

    /** A server that forgot a client which this gateway became by itself knows another one by now; what users agreed to was for the other. */
    private Mono<StoredToken> asAnother(
            StoredToken leased, @Nullable StoredToken notThat, Order order, TokenRefused refused) {
        return servers.anew(order.gateway(), order.config(), order.server().client())
                .onErrorResume(
                        Refusal.class,
                        refusal -> rows.failed(leased, order, refusal.reason().detail(), CERTAIN_PAUSE, false)
                                .then(Mono.error(refusal)))
                .flatMap(server -> order.grant() == Grant.CLIENT_CREDENTIALS
                        ? goOn(leased, notThat, order.at(server))
                        : rows.gone(leased, FORGOTTEN).then(Mono.<StoredToken>error(() -> needsUser(order))))
                .switchIfEmpty(Mono.defer(() -> refused(leased, order, refused)));
    }

    /** With the other client, once: where that is unknown too, it is told as such. */
    private Mono<StoredToken> goOn(StoredToken leased, @Nullable StoredToken notThat, Order other) {
        return rows.leave(leased).then(Mono.defer(() -> after(notThat, other)));
    }

    private Mono<Granted> asked(StoredToken leased, Order order) {
        if (order.grant() == Grant.CLIENT_CREDENTIALS) {
            return endpoint.clientCredentials(order.server());
        }
        Secret refresh = leased.refresh();
        return refresh == null
                ? Mono.error(TokenRefused.grantGone("the access token has ended, and the server gave no refresh token"))
                : endpoint.refresh(order.server(), refresh);
    }

    private Mono<StoredToken> refused(StoredToken leased, Order order, TokenRefused refused) {
        boolean users = order.grant() == Grant.AUTHORIZATION_CODE;
        if (users && refused.isGrantGone()) {
            return rows.find(order.key())
                    .filter(row -> row.isAfter(leased))
                    .switchIfEmpty(rows.gone(leased, refused.detail()).then(Mono.error(() -> needsUser(order))))
                    .flatMap(_ -> newest(leased, order));
        }
        Duration pause = refused.isCertain() ? CERTAIN_PAUSE : pause(leased.failures());
        return rows.failed(leased, order, refused.detail(), pause, refused.isClientUnknown())
                .then(Mono.error(() -> refused.isCertain()
                        ? failed(order, refused.detail(), refused.how())
                        : unavailable(order, refused.detail(), pause)));
    }

    private static Refusal failed(Order order, @Nullable String why, How how) {
        return new Refusal(new Reason.UpstreamFailed(
                "no access token for " + order.gateway().name() + ": " + why, null, how));
    }

    private static Duration pause(int failures) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, 10));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    private Refusal needsUser(Order order) {
        return new Refusal(new Reason.NeedsAuthorization(
                order.gateway().name(), urls.of(order.gateway().id())));
    }

    private static Refusal unavailable(Order order, @Nullable String why, Duration retryAfter) {
        return new Refusal(
                new Reason.Unavailable("no access token for " + order.gateway().name() + " now: " + why, retryAfter));
    }
}
