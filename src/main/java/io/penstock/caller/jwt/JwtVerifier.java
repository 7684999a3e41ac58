package io.penstock.caller.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.proc.JWSVerifierFactory;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.penstock.caller.BearerToken;
import io.penstock.caller.Digest;
import java.security.Key;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Verifies a token once: its header, its issuer, its signature, its claims. Costs up to half a millisecond of CPU. */
final class JwtVerifier {

    private static final int LONGEST_KID = 256;
    private static final Set<JOSEObjectType> TYPES = Set.of(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"));
    private static final JWSVerifierFactory VERIFIERS = new DefaultJWSVerifierFactory();

    private final List<Issuer> issuers;
    private final TokenClaims rules;
    private final InstantSource clock;
    private final Scheduler scheduler;

    JwtVerifier(List<Issuer> issuers, TokenClaims rules, InstantSource clock, Scheduler scheduler) {
        this.issuers = List.copyOf(issuers);
        this.rules = rules;
        this.clock = clock;
        this.scheduler = scheduler;
    }

    /** What a signature was found good of, before anything of it was checked against rules but the issuer. */
    record Signed(JWTClaimsSet claims, Issuer issuer, SigningKey key) {}

    /** Never empty. Error: {@code Unauthenticated}, or {@code Unavailable} where the issuer's keys were never read. */
    Mono<Verified> verify(String token, Digest digest) {
        return signed(token, TYPES)
                .map(signed -> rules.read(
                        signed.claims(),
                        signed.issuer(),
                        signed.key(),
                        Digest.ofSigned(token),
                        digest,
                        clock.instant()));
    }

    /** As {@link #verify}, without rules for the claims. */
    Mono<Signed> signed(String token, Set<JOSEObjectType> types) {
        return Mono.defer(() -> {
                    SignedJWT jwt = parse(token);
                    check(jwt.getHeader(), types);
                    JWTClaimsSet claims = claims(jwt);
                    Issuer issuer = issuer(jwt.getHeader(), claims);
                    return issuer.keys()
                            .find(jwt.getHeader().getKeyID())
                            .publishOn(scheduler)
                            .map(keys -> new Signed(claims, issuer, signer(jwt, keys)));
                })
                .subscribeOn(scheduler)
                .onErrorMap(IllegalArgumentException.class, error -> BearerToken.refused("The token is malformed"));
    }

    private static SignedJWT parse(String token) {
        try {
            return SignedJWT.parse(token);
        } catch (ParseException e) {
            throw BearerToken.refused("The token is no signed JWT");
        }
    }

    private static JWTClaimsSet claims(SignedJWT jwt) {
        try {
            return jwt.getJWTClaimsSet();
        } catch (ParseException e) {
            throw BearerToken.refused("The token's claims are no JSON object with claims of the right types");
        }
    }

    /** Keys come from the issuer's settings alone: a header that brings or points to one is an attack. */
    private static void check(JWSHeader header, Set<JOSEObjectType> types) {
        if (header.getJWK() != null || header.getJWKURL() != null || header.getX509CertURL() != null) {
            throw BearerToken.refused("The token's header names a key of its own (jwk, jku or x5u)");
        }
        if (header.getCriticalParams() != null || !header.isBase64URLEncodePayload()) {
            throw BearerToken.refused("The token's header holds extensions (crit) that are not understood");
        }
        if (header.getType() != null && !types.contains(header.getType())) {
            throw BearerToken.refused("The token's typ is none of "
                    + types.stream().map(JOSEObjectType::toString).sorted().toList());
        }
        if (header.getKeyID() != null && header.getKeyID().length() > LONGEST_KID) {
            throw BearerToken.refused("The token's kid is longer than " + LONGEST_KID + " characters");
        }
    }

    private Issuer issuer(JWSHeader header, JWTClaimsSet claims) {
        String name = claims.getIssuer();
        for (Issuer issuer : issuers) {
            if (name != null && issuer.signs(name, header.getAlgorithm())) {
                return issuer;
            }
        }
        throw BearerToken.refused("The token's iss and alg are not those of an issuer that is trusted here");
    }

    private SigningKey signer(SignedJWT jwt, List<SigningKey> keys) {
        var matcher = JWKMatcher.forJWSHeader(jwt.getHeader());
        long now = clock.millis();
        for (SigningKey key : keys) {
            boolean fixed = key.jwk().getKeyID() == null;
            if (key.isGood(now) && (fixed || matcher.matches(key.jwk())) && isSignedBy(jwt, key)) {
                return key;
            }
        }
        throw BearerToken.refused("The token's signature is not one of its issuer's");
    }

    private static boolean isSignedBy(SignedJWT jwt, SigningKey key) {
        try {
            Key material = material(key);
            JWSVerifier verifier = material == null ? null : VERIFIERS.createJWSVerifier(jwt.getHeader(), material);
            return verifier != null && jwt.verify(verifier);
        } catch (JOSEException e) {
            return false;
        }
    }

    private static @Nullable Key material(SigningKey key) throws JOSEException {
        return switch (key.jwk()) {
            case OctetSequenceKey secret -> secret.toSecretKey();
            case AsymmetricJWK pair -> pair.toPublicKey();
            default -> null;
        };
    }
}
