package io.penstock.oauth.exchange;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.ReadOnlyHttpHeaders;
import io.penstock.caller.Caller;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.OAuthConfig;
import io.penstock.credential.AccessTokens;
import io.penstock.loop.Rounds;
import io.penstock.oauth.server.AuthorizationServer;
import io.penstock.oauth.server.AuthorizationServers;
import io.penstock.wire.Refusal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What callers' own tokens were exchanged for, in this process's memory alone: it is got again for nothing, and must not outlive what it was
 * got for. Each is used by the calls with the very token that it was got for.
 */
public final class ExchangedTokens implements AccessTokens {

    private static final int KEPT = 100_000;
    private static final Duration UNUSED = Duration.ofMinutes(30);
    private static final Duration FAILURE_HOLDS = Duration.ofSeconds(10);

    /** A token that ends sooner is not worth sending. */
    private static final Duration WORTH = Duration.ofSeconds(5);

    private final AuthorizationServers servers;
    private final Exchanges exchanges;
    private final Clock clock;
    private final Rounds rounds;
    private final Map<Wanted.Key, Mono<Held>> running = new ConcurrentHashMap<>();
    private final Cache<Wanted.Key, Held> held = Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumSize(KEPT)
            .expireAfterAccess(UNUSED)
            .build();
    private final Cache<Wanted.Key, Refusal> failures;

    ExchangedTokens(AuthorizationServers servers, Exchanges exchanges, Clock clock, Rounds rounds) {
        this.servers = servers;
        this.exchanges = exchanges;
        this.clock = clock;
        this.rounds = rounds;
        this.failures = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumSize(KEPT)
                .expireAfterWrite(FAILURE_HOLDS)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                .build();
    }

    /** An upstream that refuses what was got in place of a refused one just now refuses whatever is got. */
    private static final Duration TRIED = Duration.ofMinutes(1);

    /**
     * A token as calls use it.
     *
     * @param tried until when it is not replaced though the upstream refuses it, because it was got in place of a refused one
     * @param renewal from when on another one is wanted
     * @param ends when it is good no more
     */
    private record Held(HttpHeaders headers, Instant tried, Instant renewal, Instant ends) implements Token {

        /** Without the token. */
        @Override
        public String toString() {
            return "Token until " + ends;
        }
    }

    @Override
    public Source from(Gateway gateway, OAuthConfig config) {
        Mono<AuthorizationServer> server = servers.of(gateway, config);
        return new Source() {
            @Override
            public Mono<Token> of(Caller caller) {
                return server.flatMap(known -> got(new Wanted(gateway, config, known, caller), null));
            }

            @Override
            public Mono<Token> insteadOf(Token refused, Caller caller) {
                return clock.instant().isBefore(((Held) refused).tried())
                        ? Mono.empty()
                        : server.flatMap(known -> got(new Wanted(gateway, config, known, caller), refused));
            }
        };
    }

    private Mono<Token> got(Wanted wanted, @Nullable Token refused) {
        return Mono.defer(() -> {
            Wanted.Key key = wanted.key();
            Held good = good(key, refused);
            Refusal failure = failures.getIfPresent(key);
            if (failure != null) {
                return good == null ? Mono.error(failure) : Mono.just(good);
            }
            if (good == null) {
                return exchanged(key, wanted, refused).cast(Token.class);
            }
            if (!clock.instant().isBefore(good.renewal())) {
                var _ = exchanged(key, wanted, null);
            }
            return Mono.just(good);
        });
    }

    /** Null where there is none, or it has ended, or is the one that was refused. */
    private @Nullable Held good(Wanted.Key key, @Nullable Token refused) {
        Held known = held.getIfPresent(key);
        return known == null || known.equals(refused) || !clock.instant().isBefore(known.ends()) ? null : known;
    }

    /** Once for all who come with that token, and whether they wait for it or not. */
    private Mono<Held> exchanged(Wanted.Key key, Wanted wanted, @Nullable Token refused) {
        Mono<Held> begun =
                running.computeIfAbsent(key, _ -> isFresh(key, refused) ? null : begin(key, wanted, refused));
        if (begun != null) {
            return begun;
        }
        Held known = good(key, refused);
        return known == null ? Mono.defer(() -> exchanged(key, wanted, refused)) : Mono.just(known);
    }

    /** Whether another exchange ended since somebody looked. */
    private boolean isFresh(Wanted.Key key, @Nullable Token refused) {
        Held known = good(key, refused);
        return known != null && clock.instant().isBefore(known.renewal());
    }

    private Mono<Held> begin(Wanted.Key key, Wanted wanted, @Nullable Token refused) {
        return rounds.detach(
                "oauth.exchange",
                exchanges
                        .exchange(wanted)
                        .map(exchanged -> hold(exchanged, refused != null))
                        .doOnNext(fresh -> held.put(key, fresh))
                        .doOnError(Refusal.class, refusal -> failures.put(key, refusal))
                        .doOnTerminate(() -> running.remove(key)));
    }

    private Held hold(Exchanges.Exchanged exchanged, boolean instead) {
        Instant now = clock.instant();
        Duration life = exchanged.life(now);
        return new Held(
                new ReadOnlyHttpHeaders(
                        true,
                        "authorization",
                        "Bearer " + exchanged.granted().access().reveal()),
                instead ? now.plus(TRIED) : Instant.MIN,
                now.plus(life.multipliedBy(9).dividedBy(10)),
                now.plus(life).minus(WORTH));
    }
}
