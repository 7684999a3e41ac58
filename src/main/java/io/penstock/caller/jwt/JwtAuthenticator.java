package io.penstock.caller.jwt;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.penstock.caller.Authenticator;
import io.penstock.caller.BearerToken;
import io.penstock.caller.Caller;
import io.penstock.caller.Digest;
import io.penstock.caller.SignIns;
import io.penstock.store.Revocations;
import io.penstock.vault.Secret;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Recognises callers by a JWT. A token is verified once, off the event loop, and then known by the digest of its text until it ends; each use asks
 * memory whether it was revoked, whether its key still holds, and whether it is meant for what was requested.
 */
final class JwtAuthenticator implements Authenticator {

    private static final int MOST_KNOWN = 100_000;
    private static final int MOST_FAILURES = 20_000;
    private static final int MOST_AT_ONCE = 1_000;
    private static final Duration FAILURE_HOLDS = Duration.ofSeconds(10);

    private final JwtVerifier verifier;
    private final Revocations revocations;
    private final SignIns signIns;
    private final InstantSource clock;
    private final Resources resources;
    private final Cache<Digest, Verified> known;
    private final Cache<Digest, Refusal> failures;
    private final ConcurrentMap<Digest, Mono<Verified>> verifying = new ConcurrentHashMap<>();

    JwtAuthenticator(
            JwtVerifier verifier, Revocations revocations, SignIns signIns, InstantSource clock, Resources resources) {
        this.verifier = verifier;
        this.revocations = revocations;
        this.signIns = signIns;
        this.clock = clock;
        this.resources = resources;
        Ticker ticker = () -> TimeUnit.MILLISECONDS.toNanos(clock.millis());
        this.known = Caffeine.newBuilder()
                .maximumSize(MOST_KNOWN)
                .executor(Runnable::run)
                .ticker(ticker)
                .expireAfter(Expiry.<Digest, Verified>creating(
                        (digest, token) -> Duration.ofMillis(Math.max(0, token.expires() - clock.millis()))))
                .build();
        this.failures = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumSize(MOST_FAILURES)
                .ticker(ticker)
                .expireAfterWrite(FAILURE_HOLDS)
                .build();
    }

    @Override
    public boolean isOfItsKind(String token) {
        return !BearerToken.isApiToken(token);
    }

    @Override
    public Mono<Caller> authenticate(String token, Request request) {
        Digest digest = Digest.of(token);
        Verified verified = good(digest);
        if (verified != null) {
            return use(verified, token, request.path());
        }
        Refusal failure = failures.getIfPresent(digest);
        return failure == null
                ? Mono.defer(() -> verify(token, digest)).flatMap(fresh -> use(fresh, token, request.path()))
                : Mono.error(failure);
    }

    /** What is known of the token; null where it is not, or where its key no longer holds. */
    private @Nullable Verified good(Digest digest) {
        Verified verified = known.getIfPresent(digest);
        return verified != null && verified.key().isGood(clock.millis()) ? verified : null;
    }

    private Mono<Caller> use(Verified token, String presented, String path) {
        if (clock.millis() >= token.expires()) {
            return refuse("The token has expired: get a new one");
        }
        if (revoked(token)) {
            return refuse("The token was revoked: get a new one");
        }
        if (token.signIn() < signIns.generation(token.caller().user())) {
            return refuse("This sign-in was ended, by a new password or by an administrator: sign in again");
        }
        if (!token.general() && !resources.holds(token.audience(), path)) {
            return refuse("The token is meant for another audience than this gateway");
        }
        return Mono.just(token.caller().presenting(new Secret(presented)));
    }

    private boolean revoked(Verified token) {
        return revocations.revoked(token.caller().digest())
                || revocations.revoked(token.text())
                || (!token.tokenId().isEmpty() && revocations.revoked(token.tokenId()));
    }

    /** One verification for all who show the same token at the same time. */
    private Mono<Verified> verify(String token, Digest digest) {
        if (verifying.size() >= MOST_AT_ONCE) {
            return Mono.error(new Refusal(
                    new Reason.Unavailable("Too many new tokens came at once: try again", Duration.ofSeconds(1))));
        }
        Mono<Verified> running = verifying.computeIfAbsent(digest, key -> start(token, key));
        if (running != null) {
            return running;
        }
        Verified verified = good(digest);
        return verified == null ? verifier.verify(token, digest) : Mono.just(verified);
    }

    /** Null where another verification ended between the look at what is known and this one. */
    private @Nullable Mono<Verified> start(String token, Digest digest) {
        if (good(digest) != null) {
            return null;
        }
        return verifier.verify(token, digest)
                .doOnNext(verified -> known.put(digest, verified))
                .doOnError(Refusal.class, refusal -> remember(digest, refusal))
                .doOnTerminate(() -> verifying.remove(digest))
                .cache();
    }

    private void remember(Digest digest, Refusal refusal) {
        if (refusal.reason() instanceof Reason.Unauthenticated) {
            failures.put(digest, refusal);
        }
    }

    private static Mono<Caller> refuse(String detail) {
        return Mono.error(BearerToken.refused(detail));
    }
}
