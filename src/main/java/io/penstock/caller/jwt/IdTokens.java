package io.penstock.caller.jwt;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import io.penstock.caller.BearerToken;
import io.penstock.loop.Rounds;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;

/** The ID tokens of one provider for one client (OpenID Connect Core 1.0, 3.1.3.7). */
public final class IdTokens {

    private static final Set<JOSEObjectType> TYPES = Set.of(JOSEObjectType.JWT);
    private static final Duration LONGEST_LIFE = Duration.ofDays(2);

    private final String client;
    private final JwtVerifier verifier;
    private final InstantSource clock;

    IdTokens(String issuer, String client, Keys keys, InstantSource clock, Scheduler scheduler) {
        this.client = client;
        this.clock = clock;
        this.verifier = new JwtVerifier(
                List.of(new Issuer(issuer, Algorithms.ASYMMETRIC, client, keys, Set.of())),
                new TokenClaims(LONGEST_LIFE, TokenClaims.GROUPS),
                clock,
                scheduler);
    }

    /** Takes the address of the provider's keys, asked for at each reading, and what reads them. */
    public static IdTokens of(String issuer, String client, Mono<URI> jwksUrl, HttpClient reader, Rounds rounds) {
        InstantSource clock = InstantSource.system();
        Mono<List<JWK>> source = jwksUrl.flatMap(url -> PublishedKeys.at(url, reader));
        KeySet keys = JwtConfiguration.kept(issuer, source, rounds, clock, () -> {}); // nobody calls with them
        return new IdTokens(issuer, client, keys, clock, Schedulers.parallel());
    }

    /**
     * The claims of an ID token that answers the request with that nonce. Never empty. Error: {@code Unauthenticated}, or {@code Unavailable}
     * where the provider's keys were never read.
     */
    public Mono<JWTClaimsSet> verify(String token, String nonce) {
        return verifier.signed(token, TYPES).map(signed -> checked(signed.claims(), nonce));
    }

    private JWTClaimsSet checked(JWTClaimsSet claims, String nonce) {
        audience(claims);
        times(claims);
        byte[] given = string(claims, "nonce").getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(given, nonce.getBytes(StandardCharsets.UTF_8))) {
            throw BearerToken.refused("The ID token's nonce is not the one of this sign-in");
        }
        if (claims.getClaim("token_use") != null && !string(claims, "token_use").equals("id")) {
            throw BearerToken.refused("The provider's ID token says that it is another kind of token");
        }
        return claims;
    }

    private void audience(JWTClaimsSet claims) {
        List<String> audience = claims.getAudience();
        String party = claims.getClaim("azp") == null ? null : string(claims, "azp");
        if (audience == null || !audience.contains(client)) {
            throw BearerToken.refused("The ID token is for another client: its aud does not hold the client id");
        }
        if (party == null ? audience.size() > 1 : !party.equals(client)) {
            throw BearerToken.refused("The ID token was issued to another client: its azp is not the client id");
        }
    }

    private void times(JWTClaimsSet claims) {
        Instant now = clock.instant();
        Instant expires = instant(claims.getExpirationTime());
        Instant issued = instant(claims.getIssueTime());
        Instant begins = instant(claims.getNotBeforeTime());
        if (expires == null || issued == null) {
            throw BearerToken.refused("The ID token lacks exp or iat");
        }
        if (!now.isBefore(expires.plus(TokenClaims.SKEW))) {
            throw BearerToken.refused(
                    "The ID token has expired: the clocks of the provider and the gateway may differ");
        }
        if (issued.isAfter(now.plus(TokenClaims.SKEW))
                || (begins != null && begins.isAfter(now.plus(TokenClaims.SKEW)))) {
            throw BearerToken.refused(
                    "The ID token is not valid yet: the clocks of the provider and the gateway may differ");
        }
    }

    private static @Nullable Instant instant(@Nullable Date date) {
        return date == null ? null : date.toInstant();
    }

    /** Empty where there is none. */
    private static String string(JWTClaimsSet claims, String name) {
        try {
            String value = claims.getStringClaim(name);
            return value == null ? "" : value;
        } catch (ParseException e) {
            throw BearerToken.refused("The ID token's " + name + " is no string");
        }
    }
}
