package io.penstock.caller.jwt;

import com.nimbusds.jwt.JWTClaimsSet;
import io.penstock.caller.BearerToken;
import io.penstock.caller.Caller;
import io.penstock.caller.Digest;
import io.penstock.caller.Grants;
import io.penstock.caller.Identity;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a token must say, and what is read of it. The signature was checked before. */
final class TokenClaims {

    static final Duration SKEW = Duration.ofSeconds(60);

    /** Our own claim: the generation of the sign-in that a token is of. */
    static final String SIGN_IN = "sign_in";

    /** The claims in which authorization servers name a user's groups: most of them, and Cognito. */
    static final List<String> GROUPS = List.of("groups", "cognito:groups");

    private final Duration longestLife;
    private final List<String> groupsClaims;

    /** @param groupsClaims the claims that name the user's groups, of issuers that are believed them */
    TokenClaims(Duration longestLife, List<String> groupsClaims) {
        this.longestLife = longestLife;
        this.groupsClaims = groupsClaims;
    }

    /**
     * @param signed the digest of what is signed of the token
     * @param text that of the whole token
     * @throws io.penstock.wire.Refusal {@code Unauthenticated}
     */
    Verified read(JWTClaimsSet claims, Issuer issuer, SigningKey key, Digest signed, Digest text, Instant now) {
        Instant expires = times(claims, now);
        if (claims.getClaim("nonce") != null
                || claims.getClaim("at_hash") != null
                || claims.getClaim("c_hash") != null) {
            throw BearerToken.refused("The token is an ID token: send an access token");
        }
        Set<String> scopes = scopes(claims);
        var caller = new Caller(
                user(claims),
                Caller.Source.JWT,
                issuer.claims().contains(Issuer.Claim.IS_ADMIN) && Boolean.TRUE.equals(claims.getClaim("is_admin")),
                issuer.claims().contains(Issuer.Claim.TEAMS) ? orNone(strings(claims, "teams")) : Set.of(),
                scopes,
                issuer.claims().contains(Issuer.Claim.SCOPES),
                issuer.claims().contains(Issuer.Claim.GROUPS) ? Grants.ofGroups(groups(claims)) : Grants.NONE,
                null,
                signed.hex(),
                expires);
        Set<String> audience =
                claims.getAudience() == null ? Set.of() : Set.copyOf(new HashSet<>(claims.getAudience()));
        String jti = claims.getJWTID();
        return new Verified(
                caller,
                key,
                expires.plus(SKEW).toEpochMilli(),
                audience.contains(issuer.audience()),
                audience,
                text.hex(),
                jti == null ? "" : Digest.ofTokenId(issuer.name(), jti).hex(),
                claims.getClaim(SIGN_IN) instanceof Number generation ? generation.longValue() : Verified.NO_SIGN_IN);
    }

    private Instant times(JWTClaimsSet claims, Instant now) {
        Instant expires = instant(claims.getExpirationTime());
        Instant issued = instant(claims.getIssueTime());
        Instant begins = instant(claims.getNotBeforeTime());
        if (expires == null) {
            throw BearerToken.refused("The token has no exp: one that never ends is not taken");
        }
        if (!now.isBefore(expires.plus(SKEW))) {
            throw BearerToken.refused("The token has expired: get a new one");
        }
        if (issued != null && !expires.isAfter(issued)) {
            throw BearerToken.refused("The token's exp is not after its iat");
        }
        if (isLater(begins, now) || isLater(issued, now)) {
            throw BearerToken.refused("The token is not valid yet: its nbf or iat is in the future");
        }
        if (Duration.between(issued == null ? now : issued, expires).compareTo(longestLife) > 0) {
            throw BearerToken.refused("The token lives longer than this gateway takes");
        }
        return expires;
    }

    private static boolean isLater(@Nullable Instant time, Instant now) {
        return time != null && time.isAfter(now.plus(SKEW));
    }

    private static @Nullable Instant instant(@Nullable Date date) {
        return date == null ? null : date.toInstant();
    }

    private static String user(JWTClaimsSet claims) {
        Object email = claims.getClaim("email");
        if (email != null && !Identity.isVerified(claims.getClaim("email_verified"))) {
            throw BearerToken.refused("The token's email is not verified by its issuer");
        }
        Object name = email == null ? claims.getSubject() : email;
        String canonical = name instanceof String text ? Identity.canonical(text) : null;
        if (canonical == null) {
            throw BearerToken.refused("The token names no user: it needs a plain email or sub");
        }
        return canonical;
    }

    /** The first of {@code scopes}, {@code scope} and {@code scp}; null where it has none of them. */
    private static @Nullable Set<String> scopes(JWTClaimsSet claims) {
        for (String claim : List.of("scopes", "scope", "scp")) {
            Set<String> scopes = strings(claims, claim);
            if (scopes != null) {
                return scopes;
            }
        }
        return null;
    }

    /** A list of strings, or one string with spaces between them; null where the claim is absent. */
    private static @Nullable Set<String> strings(JWTClaimsSet claims, String claim) {
        Object value = claims.getClaim(claim);
        if (value == null) {
            return null;
        }
        if (value instanceof String text) {
            return Set.copyOf(Arrays.asList(text.strip().split(" +", -1)));
        }
        try {
            return Set.copyOf(new HashSet<>(claims.getStringListClaim(claim)));
        } catch (ParseException | NullPointerException e) {
            throw BearerToken.refused("The token's " + claim + " is no list of strings");
        }
    }

    /** Those of all the claims together; null where it has none of them. */
    private @Nullable Set<String> groups(JWTClaimsSet claims) {
        Set<String> all = null;
        for (String claim : groupsClaims) {
            Set<String> groups = strings(claims, claim);
            if (groups != null) {
                all = all == null ? new HashSet<>() : all;
                all.addAll(groups);
            }
        }
        return all;
    }

    private static Set<String> orNone(@Nullable Set<String> strings) {
        return strings == null ? Set.of() : strings;
    }
}
