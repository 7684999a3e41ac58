package io.penstock.oauth.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.ReadOnlyHttpHeaders;
import io.penstock.caller.Caller;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.OAuthConfig;
import io.penstock.catalog.OAuthConfig.Grant;
import io.penstock.credential.AccessTokens;
import io.penstock.loop.Rounds;
import io.penstock.oauth.grant.TokenEndpoint;
import io.penstock.oauth.server.AuthorizationServer;
import io.penstock.oauth.server.AuthorizationServers;
import io.penstock.oauth.token.Standings.Standing;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Tokens in memory, so that the path of a call asks no database. One that nears its end is renewed while calls go on with it; one that has
 * ended is waited for, by all its calls together.
 */
final class MemoryTokens implements AccessTokens {

    private static final int KEPT = 100_000;
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Duration UNUSED = Duration.ofHours(1);

    /** How long a token that was got in place of a refused one is not replaced again: the upstream does not want these tokens. */
    private static final Duration TRIAL = Duration.ofMinutes(1);

    /** How often another one is waited for, where what was under way for somebody else brought the very token that was refused. */
    private static final int MORE_TRIES = 3;

    private final Cache<TokenKey, Held> held = Caffeine.newBuilder()
            .maximumSize(KEPT)
            .expireAfterAccess(UNUSED)
            .executor(Runnable::run)
            .build();
    private final Map<TokenKey, Mono<Held>> renewing = new ConcurrentHashMap<>();
    private final AtomicLong forgotten = new AtomicLong();
    private final AuthorizationServers servers;
    private final Renewals renewals;
    private final TokenEndpoint endpoint;
    private final Uses uses;
    private final Standings standings;
    private final Rounds rounds;
    private final LongSupplier nanos;

    MemoryTokens(
            AuthorizationServers servers,
            Renewals renewals,
            TokenEndpoint endpoint,
            Uses uses,
            Standings standings,
            Rounds rounds,
            LongSupplier nanos) {
        this.servers = servers;
        this.renewals = renewals;
        this.endpoint = endpoint;
        this.uses = uses;
        this.standings = standings;
        this.rounds = rounds;
        this.nanos = nanos;
    }

    /**
     * A token as calls use it.
     *
     * @param ends when it is good no more, {@code renewal} when another one is wanted, and {@code replaceable} from when on another one is
     *     got where the upstream refuses it: all of the clock of this process
     */
    private record Held(StoredToken stored, HttpHeaders headers, long ends, long renewal, long replaceable)
            implements Token {

        Held renewedLater(long time) {
            return new Held(stored, headers, ends, time, replaceable);
        }

        Held replaceableFrom(long time) {
            return new Held(stored, headers, ends, renewal, time);
        }

        /** Without the token. */
        @Override
        public String toString() {
            return "Token of version " + stored.version();
        }
    }

    @Override
    public Source from(Gateway gateway, OAuthConfig config) {
        var server = servers.of(gateway, config);
        if (gateway.auth().isOnTrial()) {
            return new TrialTokens(server, endpoint, TrialTokens::invalid);
        }
        // a token of the one from before must not hide that the one in use is refused; a user's refresh token is good
        // once
        return gateway.auth().standsAlone() && config.grant() == Grant.CLIENT_CREDENTIALS
                ? new TrialTokens(server, endpoint, TrialTokens::failed)
                : new OfGateway(gateway, config, server);
    }

    /** The tokens of one gateway's server, which may become another one in time. */
    private final class OfGateway implements Source {

        private final Gateway gateway;
        private final OAuthConfig config;
        private final Mono<Authority> authorities;
        private volatile @Nullable Authority last;

        OfGateway(Gateway gateway, OAuthConfig config, Mono<AuthorizationServer> servers) {
            this.gateway = gateway;
            this.config = config;
            this.authorities = servers.map(this::authority);
        }

        @Override
        public Mono<Token> of(Caller caller) {
            return order(caller).flatMap(MemoryTokens.this::of);
        }

        @Override
        public Mono<Token> insteadOf(Token refused, Caller caller) {
            return order(caller).flatMap(order -> MemoryTokens.this.insteadOf((Held) refused, order));
        }

        private Mono<Order> order(Caller caller) {
            return authorities.map(authority -> new Order(
                    TokenKey.of(gateway, config.grant(), caller.user(), authority.digest()),
                    gateway,
                    config,
                    authority.server()));
        }

        /** A digest costs more than all else on the path of a call. */
        private Authority authority(AuthorizationServer server) {
            Authority known = last;
            if (known == null || !known.server().equals(server)) {
                known = new Authority(server, TokenKey.authority(gateway, config.grant(), server));
                last = known;
            }
            return known;
        }
    }

    /** A server with the digest that its tokens are kept by. */
    private record Authority(AuthorizationServer server, String digest) {}

    private Mono<Token> of(Order order) {
        Held known = held.getIfPresent(order.key());
        long now = nanos.getAsLong();
        if (known == null || now - known.ends() >= 0) {
            return renewed(known, order).map(this::used);
        }
        if (now - known.renewal() >= 0) {
            // where that fails, the next call but a while later tries again
            var _ = held.asMap().replace(order.key(), known, known.renewedLater(now + PAUSE.toNanos()));
            var _ = renewed(known, order);
        }
        return Mono.just(used(known));
    }

    private Mono<Token> insteadOf(Held refused, Order order) {
        return Mono.defer(() -> {
            Held known = held.getIfPresent(order.key());
            if (known != null && known.stored().isAfter(refused.stored())) {
                return Mono.just(used(known));
            }
            return nanos.getAsLong() - refused.replaceable() < 0
                    ? renewals.nothingElse(order)
                    : newer(refused, order).map(fresh -> used(onTrial(fresh, order)));
        });
    }

    /** One that is under way for somebody who has none may bring back the very token that was refused. */
    private Mono<Held> newer(Held refused, Order order) {
        return Mono.defer(() -> renewed(refused, order))
                .filter(fresh -> fresh.stored().isAfter(refused.stored()))
                .repeat(MORE_TRIES)
                .next()
                .switchIfEmpty(Mono.defer(() -> renewals.nothingElse(order)));
    }

    private Held onTrial(Held fresh, Order order) {
        var tried = fresh.replaceableFrom(nanos.getAsLong() + TRIAL.toNanos());
        var _ = held.asMap().replace(order.key(), fresh, tried);
        return tried;
    }

    private Token used(Held token) {
        uses.note(token.stored().id());
        return token;
    }

    /** Runs by itself, whether anybody waits for it or not. */
    private Mono<Held> renewed(@Nullable Held known, Order order) {
        StoredToken notThat = known == null ? null : known.stored();
        return Objects.requireNonNull(renewing.computeIfAbsent(order.key(), key -> {
            long since = forgotten.get();
            return rounds.detach(
                    "oauth.renew",
                    renewals.after(notThat, order)
                            .map(this::hold)
                            .doOnNext(fresh -> keep(key, fresh, since))
                            .doOnTerminate(() -> renewing.remove(key)));
        }));
    }

    /** What was read before anything was let go of may have been revoked meanwhile: it serves who waits, and nobody else. */
    private void keep(TokenKey key, Held fresh, long since) {
        held.put(key, fresh);
        if (forgotten.get() != since) {
            var _ = held.asMap().remove(key, fresh);
        }
    }

    private Held hold(StoredToken stored) {
        long now = nanos.getAsLong();
        var access = Objects.requireNonNull(stored.access());
        var left = Objects.requireNonNull(stored.left());
        return new Held(
                stored,
                new ReadOnlyHttpHeaders(true, "authorization", "Bearer " + access.reveal()),
                now + left.minus(Renewals.WORTH).toNanos(),
                now + stored.untilRenewal().toNanos(),
                now);
    }

    /** Lets go of what is of these rows, or of all where none is named: what was revoked, or given anew, is read when it is wanted next. */
    void forget(Set<UUID> rows) {
        forgotten.incrementAndGet();
        // by its key: it may be put in anew, to be renewed later, at this moment
        held.invalidateAll(held.asMap().entrySet().stream()
                .filter(entry -> rows.isEmpty()
                        || rows.contains(entry.getValue().stored().id()))
                .map(Map.Entry::getKey)
                .toList());
    }

    /** Lets go of what is not in its row any more. Error: that of the database, and then all stays: calls outlive it. */
    Mono<Void> compare() {
        return Mono.defer(() -> standings.of(held.asMap().values().stream()
                        .map(token -> token.stored().id())
                        .toList()))
                .doOnNext(this::keepOnly)
                .then();
    }

    /** What is held since that was read is let go of too: nobody knows which of both readings is the later one. */
    private void keepOnly(Set<Standing> now) {
        forgotten.incrementAndGet();
        held.asMap().values().removeIf(token -> !now.contains(Standing.of(token.stored())));
    }
}
