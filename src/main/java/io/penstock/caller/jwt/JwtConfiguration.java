package io.penstock.caller.jwt;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import io.penstock.caller.OwnTokens;
import io.penstock.caller.Recalls;
import io.penstock.caller.SignIns;
import io.penstock.egress.Egress;
import io.penstock.loop.Rounds;
import io.penstock.store.Changes;
import io.penstock.store.Changes.Topic;
import io.penstock.store.Revocations;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Puts together who is believed. A setting that is missing or wrong stops the start with its name; no secret is in the message. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(JwtSettings.class)
class JwtConfiguration {

    /** Before {@link KeySet#FRESH} ends, so that no call waits for it. */
    private static final Duration BETWEEN_READS = Duration.ofMinutes(4);

    @Bean
    JwtAuthenticator jwtAuthenticator(
            JwtSettings settings,
            Egress egress,
            Rounds rounds,
            Revocations revocations,
            SignIns signIns,
            Changes changes,
            @Value("${penstock.ingress.base-url:}") String baseUrl) {
        InstantSource clock = InstantSource.system();
        var verifier = new JwtVerifier(
                issuers(settings, (issuer, url) -> keySet(issuer, url, egress, rounds, clock, changes)),
                new TokenClaims(settings.maxLifetime(), TokenClaims.GROUPS),
                clock,
                Schedulers.parallel());
        return new JwtAuthenticator(verifier, revocations, signIns, clock, new Resources(baseUrl));
    }

    @Bean
    Recalls recalls(JwtSettings settings, Revocations revocations) {
        return new JwtRecalls(settings, revocations, InstantSource.system());
    }

    /** Without a key there are no tokens of ours, but all else works. */
    @Bean
    OwnTokens ownTokens(JwtSettings settings) {
        boolean symmetric = Algorithms.SYMMETRIC.contains(algorithm(settings));
        Path file = settings.privateKeyPath();
        boolean none = symmetric
                ? settings.secretKey().reveal().isEmpty()
                : file == null || file.toString().isEmpty();
        if (none) {
            return (user, generation, lifetime) -> {
                throw new Refusal(
                        new Reason.NotFound(
                                "Nobody signs in with a password here: the gateway has no key of its"
                                        + " own to sign tokens with, which JWT_SECRET_KEY or JWT_PRIVATE_KEY_PATH would give it"));
            };
        }
        String setting = symmetric ? "JWT_SECRET_KEY" : "JWT_PRIVATE_KEY_PATH";
        TokenMint mint = checked(
                () -> TokenMint.of(settings.algorithm(), settings.secretKey(), symmetric ? null : file),
                setting,
                symmetric ? null : file);
        return (user, generation, lifetime) -> mint.mint(new TokenMint.Grant(
                settings.issuer(), settings.audience(), user, lifetime, false, List.of(), null, generation));
    }

    /** Makes the keys that an issuer publishes at a URL. */
    interface Publishers {
        Keys at(String issuer, URI url);
    }

    static List<Issuer> issuers(JwtSettings settings, Publishers publishers) {
        List<Issuer> issuers = new ArrayList<>();
        Set<Issuer.Claim> all = EnumSet.allOf(Issuer.Claim.class);
        URI url = present(settings.jwksUrl());
        if (url != null) {
            Keys keys = publishers.at(settings.issuer(), checked(() -> url(url), "JWT_JWKS_URL", url.toString()));
            issuers.add(new Issuer(settings.issuer(), Algorithms.ASYMMETRIC, settings.audience(), keys, all));
        }
        for (int n = 0; n < settings.issuers().size(); n++) {
            issuers.add(trusted(settings, n, publishers));
        }
        Keys own = own(settings, !issuers.isEmpty());
        if (own != null) {
            Set<JWSAlgorithm> only = Set.of(algorithm(settings));
            issuers.addFirst(new Issuer(settings.issuer(), only, settings.audience(), own, all));
        }
        return issuers;
    }

    private static Issuer trusted(JwtSettings settings, int n, Publishers publishers) {
        var trusted = settings.issuers().get(n);
        String name = "penstock.jwt.issuers[" + n + "]";
        URI url = checked(() -> url(trusted.jwksUrl()), name + ".jwks-url", String.valueOf(trusted.jwksUrl()));
        if (trusted.issuer().isBlank() || trusted.issuer().equals(settings.issuer())) {
            throw wrong(
                    name + ".issuer",
                    trusted.issuer(),
                    "Right would be the iss of its tokens, not that of JWT_ISSUER.");
        }
        return new Issuer(
                trusted.issuer(),
                checked(() -> Algorithms.published(trusted.algorithms()), name + ".algorithms", trusted.algorithms()),
                trusted.audience() == null ? settings.audience() : trusted.audience(),
                publishers.at(trusted.issuer(), url),
                checked(() -> claims(trusted.claims()), name + ".claims", trusted.claims()));
    }

    private static @Nullable Keys own(JwtSettings settings, boolean othersSuffice) {
        JWSAlgorithm algorithm = algorithm(settings);
        if (Algorithms.SYMMETRIC.contains(algorithm)) {
            if (settings.secretKey().reveal().isEmpty() && othersSuffice) {
                return null;
            }
            byte[] secret = checked(() -> Algorithms.secret(settings.secretKey(), algorithm), "JWT_SECRET_KEY", null);
            return Keys.fixed(new OctetSequenceKey.Builder(secret).build());
        }
        Path file = settings.publicKeyPath();
        if (file == null || file.toString().isEmpty()) {
            if (othersSuffice) {
                return null;
            }
            throw wrong("JWT_PUBLIC_KEY_PATH", null, algorithm + " needs a PEM file with its public key.");
        }
        JWK key = checked(() -> KeyFiles.publicKey(file, algorithm), "JWT_PUBLIC_KEY_PATH", file);
        return Keys.fixed(key);
    }

    private static JWSAlgorithm algorithm(JwtSettings settings) {
        return checked(() -> Algorithms.named(settings.algorithm()), "JWT_ALGORITHM", settings.algorithm());
    }

    /** Of those who call: with a key that is not published any more, what goes on by its tokens is decided again. */
    static KeySet keySet(String issuer, URI url, Egress egress, Rounds rounds, InstantSource clock, Changes changes) {
        return kept(
                issuer,
                PublishedKeys.at(url, egress.trusting(url)),
                rounds,
                clock,
                () -> changes.swapped(Topic.REVOCATIONS));
    }

    static KeySet kept(String issuer, Mono<List<JWK>> source, Rounds rounds, InstantSource clock, Runnable dropped) {
        var keys = new KeySet(issuer, source, clock, dropped);
        rounds.repeat("keys of " + issuer, BETWEEN_READS, keys.refresh());
        return keys;
    }

    private static @Nullable URI present(@Nullable URI url) {
        return url == null || url.toString().isEmpty() ? null : url;
    }

    private static URI url(@Nullable URI url) {
        boolean http = url != null && ("https".equals(url.getScheme()) || "http".equals(url.getScheme()));
        if (url == null || !http || url.getHost() == null || url.getRawUserInfo() != null) {
            throw new IllegalArgumentException("Right would be a URL like https://idp.example.com/jwks.json.");
        }
        return url;
    }

    private static Set<Issuer.Claim> claims(List<String> names) {
        Set<Issuer.Claim> claims = EnumSet.noneOf(Issuer.Claim.class);
        for (String name : names) {
            try {
                claims.add(Issuer.Claim.valueOf(name.strip().toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("Right would be some of is_admin, teams, scopes and groups.", e);
            }
        }
        return claims;
    }

    private static <T> T checked(Supplier<T> reading, String setting, @Nullable Object value) {
        try {
            return reading.get();
        } catch (IllegalArgumentException e) {
            throw wrong(setting, value, String.valueOf(e.getMessage()));
        }
    }

    private static InvalidConfigurationPropertyValueException wrong(
            String setting, @Nullable Object value, String reason) {
        return new InvalidConfigurationPropertyValueException(setting, value, reason);
    }
}
