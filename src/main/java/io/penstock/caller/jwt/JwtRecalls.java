package io.penstock.caller.jwt;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.penstock.caller.Digest;
import io.penstock.caller.Recalls;
import io.penstock.store.Revocations;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.text.ParseException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Revokes by what {@link JwtAuthenticator} asks for at each use of a token. */
final class JwtRecalls implements Recalls {

    private final JwtSettings settings;
    private final Revocations revocations;
    private final InstantSource clock;

    JwtRecalls(JwtSettings settings, Revocations revocations, InstantSource clock) {
        this.settings = settings;
        this.revocations = revocations;
        this.clock = clock;
    }

    @Override
    public Set<String> issuers() {
        Set<String> issuers = new LinkedHashSet<>(Set.of(settings.issuer()));
        settings.issuers().forEach(trusted -> issuers.add(trusted.issuer()));
        return issuers;
    }

    @Override
    public Mono<Recalled> byId(String jti, String issuer, @Nullable Instant until) {
        return Mono.defer(() -> {
            Instant end = end(until);
            return revocations
                    .revoke(Digest.ofTokenId(issuer, jti).hex(), end)
                    .thenReturn(new Recalled(jti, issuer, end));
        });
    }

    @Override
    public Mono<Recalled> byToken(String token) {
        return Mono.defer(() -> {
            JWTClaimsSet claims = claims(token);
            String digest = Digest.ofSigned(token).hex();
            String issuer = String.valueOf(claims.getIssuer());
            String jti = claims.getJWTID();
            Instant end = end(
                    claims.getExpirationTime() == null
                            ? null
                            : claims.getExpirationTime().toInstant());
            Mono<Void> itself = revocations.revoke(digest, end);
            return jti == null
                    ? itself.thenReturn(new Recalled(digest, issuer, end))
                    : itself.then(byId(jti, issuer, end));
        });
    }

    /** With what is allowed for clocks that differ; a token that says it lives longer than any may is not taken anyway. */
    private Instant end(@Nullable Instant told) {
        Instant latest = clock.instant().plus(settings.maxLifetime()).plus(TokenClaims.SKEW);
        Instant end = told == null ? latest : told.plus(TokenClaims.SKEW);
        return end.isAfter(latest) ? latest : end;
    }

    private static JWTClaimsSet claims(String token) {
        try {
            return SignedJWT.parse(token).getJWTClaimsSet();
        } catch (ParseException | IllegalArgumentException e) {
            throw new Refusal(new Reason.Invalid(List.of(new Reason.Invalid.Field(
                    "token", "must be a signed JWT; an API token is ended by DELETE /tokens/{id}"))));
        }
    }
}
