package io.penstock.caller.jwt;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import io.penstock.caller.BearerToken;
import io.penstock.egress.Egress;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/**
 * Keys that are published each by itself, as AWS does with those of its load balancers: an EC key in a PEM file, under its id. A key is kept
 * for an hour, that there is none for half a minute; whoever asks, one new id a second is looked for.
 */
final class KeysById implements Keys {

    static final Duration GOOD = Duration.ofHours(1);
    static final Duration BETWEEN_READS = Duration.ofSeconds(1);

    private static final Duration FAILURE_HOLDS = Duration.ofSeconds(30);
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,128}");
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----");

    private final Function<String, Mono<JWK>> source;
    private final InstantSource clock;
    private final Cache<String, Mono<List<SigningKey>>> known =
            Caffeine.newBuilder().executor(Runnable::run).maximumSize(1_000).build();
    private long lastRead = Long.MIN_VALUE / 2;

    /** Takes what reads the key of an id once for each subscription, within a time of its own. */
    KeysById(Function<String, Mono<JWK>> source, InstantSource clock) {
        this.source = source;
        this.clock = clock;
    }

    /** Those at an address for each id, all on one host. */
    static KeysById at(Function<String, URI> address, Egress egress, InstantSource clock) {
        HttpClient client = egress.trusting(address.apply("kid"));
        return new KeysById(
                kid -> PublishedKeys.text(address.apply(kid), client, "*/*", PublishedKeys.PATIENCE)
                        .map(KeysById::parse),
                clock);
    }

    @Override
    public Mono<List<SigningKey>> find(@Nullable String kid) {
        if (kid == null || !ID.matcher(kid).matches()) {
            return Mono.error(() -> BearerToken.refused("The token's kid is none of its issuer's"));
        }
        Mono<List<SigningKey>> read = known.getIfPresent(kid);
        return read == null ? look(kid) : read;
    }

    private synchronized Mono<List<SigningKey>> look(String kid) {
        Mono<List<SigningKey>> read = known.getIfPresent(kid);
        if (read != null) {
            return read;
        }
        if (clock.millis() - lastRead < BETWEEN_READS.toMillis()) {
            return Mono.error(KeysById::unavailable);
        }
        lastRead = clock.millis();
        Mono<List<SigningKey>> found = source.apply(kid)
                .map(key -> List.of(SigningKey.until(key, clock.millis() + GOOD.toMillis())))
                .onErrorMap(error -> !(error instanceof Refusal), error -> unavailable())
                .cache(keys -> GOOD, error -> FAILURE_HOLDS, () -> FAILURE_HOLDS);
        known.put(kid, found);
        return found;
    }

    static JWK parse(String text) {
        var pem = PEM.matcher(text);
        if (!pem.find()) {
            throw Exceptions.propagate(new IOException("it is no public key in PEM form"));
        }
        try {
            var key = (ECPublicKey) KeyFactory.getInstance("EC")
                    .generatePublic(
                            new X509EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1))));
            return new ECKey.Builder(Curve.forECParameterSpec(key.getParams()), key).build();
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw Exceptions.propagate(new IOException("it is no EC key"));
        }
    }

    private static Refusal unavailable() {
        return new Refusal(new Reason.Unavailable("The key of the token's issuer cannot be read now", BETWEEN_READS));
    }
}
