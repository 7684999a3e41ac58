package io.penstock.caller.jwt;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.jwk.JWK;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * An issuer's published keys (RFC 7517), read again every five minutes. A key that is no longer published is refused from then on. While
 * the issuer cannot be read, the last good keys hold for an hour. A key id that is not there makes one extra read, at most every 30 s,
 * whoever asks.
 */
final class KeySet implements Keys {

    static final Duration FRESH = Duration.ofMinutes(5);
    static final Duration GOOD = Duration.ofHours(1);
    static final Duration BETWEEN_EXTRA_READS = Duration.ofSeconds(30);
    static final Duration AFTER_A_FAILURE = Duration.ofSeconds(30);
    static final Duration AFTER_A_FIRST_FAILURE = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(KeySet.class);
    private static final long NEVER = Long.MIN_VALUE / 2;

    private final String issuer;
    private final Mono<List<JWK>> source;
    private final InstantSource clock;
    private final Runnable dropped;
    private final Cache<String, Boolean> unknown;
    private final AtomicReference<@Nullable Mono<Loaded>> reading = new AtomicReference<>();
    private volatile @Nullable Loaded loaded;
    private volatile long lastExtra = NEVER;
    private volatile long lastFailure = NEVER;

    /**
     * @param source reads the published keys once for each subscription, within a time of its own
     * @param dropped hears that a key is refused from now on which was good before
     */
    KeySet(String issuer, Mono<List<JWK>> source, InstantSource clock, Runnable dropped) {
        this.issuer = issuer;
        this.source = source;
        this.clock = clock;
        this.dropped = dropped;
        this.unknown = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumSize(1_000)
                .expireAfterWrite(FRESH)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                .build();
    }

    /** What was read, and when. */
    private record Loaded(List<SigningKey> keys, long at) {

        boolean has(@Nullable String kid) {
            return kid == null
                    || keys.stream().anyMatch(key -> kid.equals(key.jwk().getKeyID()));
        }
    }

    @Override
    public Mono<List<SigningKey>> find(@Nullable String kid) {
        Loaded known = loaded;
        if (known == null || !younger(known.at(), FRESH)) {
            return stale(known);
        }
        return kid == null || known.has(kid) ? Mono.just(known.keys()) : extra(kid);
    }

    /** Reads now. Error: whatever kept it from reading, after which the last good keys hold. */
    Mono<Void> refresh() {
        return Mono.defer(this::read).then();
    }

    private Mono<List<SigningKey>> stale(@Nullable Loaded known) {
        Duration pause = known == null ? AFTER_A_FIRST_FAILURE : AFTER_A_FAILURE;
        Mono<List<SigningKey>> last =
                known != null && younger(known.at(), GOOD) ? Mono.just(known.keys()) : Mono.error(KeySet::unavailable);
        if (reading.get() == null && younger(lastFailure, pause)) {
            return last;
        }
        return read().map(Loaded::keys).onErrorResume(error -> last);
    }

    private Mono<List<SigningKey>> extra(String kid) {
        // taken after a read was looked for: one that ended a moment ago may have brought the key
        Mono<List<SigningKey>> last = Mono.fromSupplier(() -> loaded).map(Loaded::keys);
        Mono<Loaded> read = unknown.getIfPresent(kid) == null ? extraRead() : null;
        if (read == null) {
            return last;
        }
        return read.doOnNext(fresh -> {
                    if (!fresh.has(kid)) {
                        unknown.put(kid, true);
                    }
                })
                .map(Loaded::keys)
                .onErrorResume(error -> last);
    }

    /** The read that is under way or one more; null where it is too early for one more. */
    private synchronized @Nullable Mono<Loaded> extraRead() {
        if (reading.get() == null) {
            if (younger(lastExtra, BETWEEN_EXTRA_READS) || younger(lastFailure, AFTER_A_FAILURE)) {
                return null;
            }
            lastExtra = clock.millis();
        }
        return read();
    }

    /** The read that is under way, or a new one; it goes on though nobody waits any more. */
    private Mono<Loaded> read() {
        Mono<Loaded> running = reading.get();
        if (running != null) {
            return running;
        }
        Mono<Loaded> mine = source.map(this::accept)
                .doOnError(this::failed)
                .doOnTerminate(() -> reading.set(null))
                .cache();
        Mono<Loaded> other = reading.compareAndExchange(null, mine);
        return other == null ? mine : other;
    }

    private Loaded accept(List<JWK> published) {
        long now = clock.millis();
        List<SigningKey> before = loaded == null ? List.of() : loaded.keys();
        List<SigningKey> keys =
                published.stream().map(jwk -> kept(jwk, before, now)).toList();
        var withdrawn = before.stream().filter(key -> !keys.contains(key)).toList();
        withdrawn.forEach(SigningKey::drop);
        var fresh = new Loaded(keys, now);
        loaded = fresh;
        if (!withdrawn.isEmpty()) {
            dropped.run();
        }
        return fresh;
    }

    private static SigningKey kept(JWK jwk, List<SigningKey> before, long now) {
        long goodUntil = now + GOOD.toMillis();
        for (SigningKey key : before) {
            if (key.jwk().equals(jwk)) {
                key.extend(goodUntil);
                return key;
            }
        }
        return SigningKey.until(jwk, goodUntil);
    }

    private void failed(Throwable error) {
        lastFailure = clock.millis();
        LOG.warn(
                "The keys of the issuer {} cannot be read, the last good ones hold for an hour: {}",
                issuer,
                error.toString());
    }

    private boolean younger(long millis, Duration age) {
        return clock.millis() - millis < age.toMillis();
    }

    private static Refusal unavailable() {
        return new Refusal(
                new Reason.Unavailable("The keys of the token's issuer cannot be read now", AFTER_A_FIRST_FAILURE));
    }
}
