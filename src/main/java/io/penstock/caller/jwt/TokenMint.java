package io.penstock.caller.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.penstock.caller.Identity;
import io.penstock.vault.Secret;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes tokens of the gateway's own issuer: the operator's, from the command line. */
public final class TokenMint {

    private final JWSAlgorithm algorithm;
    private final JWSSigner signer;

    private TokenMint(JWSAlgorithm algorithm, JWSSigner signer) {
        this.algorithm = algorithm;
        this.signer = signer;
    }

    /**
     * What a token says.
     *
     * @param username the user; its e-mail address where it is one
     * @param lifetime from now
     * @param scopes exactly what it may do; null leaves that to the user's role
     * @param signIn the generation of the sign-in that it is of; null where it is of none and ends by itself alone
     */
    public record Grant(
            String issuer,
            String audience,
            String username,
            Duration lifetime,
            boolean admin,
            List<String> teams,
            @Nullable List<String> scopes,
            @Nullable Long signIn) {

        /** For a token that is of no sign-in. */
        public Grant(
                String issuer,
                String audience,
                String username,
                Duration lifetime,
                boolean admin,
                List<String> teams,
                @Nullable List<String> scopes) {
            this(issuer, audience, username, lifetime, admin, teams, scopes, null);
        }
    }

    /**
     * A mint for an algorithm by name: {@code HS*} signs with the secret, {@code RS*} and {@code ES*} with the private key in the file.
     *
     * @throws IllegalArgumentException with what is wrong and what would be right, never with the secret
     */
    public static TokenMint of(String algorithm, Secret secret, @Nullable Path privateKey) {
        JWSAlgorithm named = Algorithms.named(algorithm);
        try {
            if (Algorithms.SYMMETRIC.contains(named)) {
                return new TokenMint(named, new MACSigner(Algorithms.secret(secret, named)));
            }
            if (privateKey == null) {
                throw new IllegalArgumentException(algorithm + " needs a private key.");
            }
            PrivateKey key = KeyFiles.privateKey(privateKey, named);
            return new TokenMint(named, key instanceof ECPrivateKey ec ? new ECDSASigner(ec) : new RSASSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalArgumentException("The key does not fit " + algorithm + ".", e);
        }
    }

    /** The signed token. @throws IllegalArgumentException where the username is none, or the key does not fit the algorithm */
    public String mint(Grant grant) {
        String user = Identity.canonical(grant.username());
        if (user == null) {
            throw new IllegalArgumentException("A username is one plain name or e-mail address.");
        }
        Instant now = Instant.now();
        var claims = new JWTClaimsSet.Builder()
                .issuer(grant.issuer())
                .audience(grant.audience())
                .subject(user)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(grant.lifetime())))
                .jwtID(UUID.randomUUID().toString())
                .claim("is_admin", grant.admin())
                .claim("teams", grant.teams());
        if (user.contains("@")) {
            claims.claim("email", user);
        }
        if (grant.scopes() != null) {
            claims.claim("scopes", grant.scopes());
        }
        if (grant.signIn() != null) {
            claims.claim(TokenClaims.SIGN_IN, grant.signIn());
        }
        var token = new SignedJWT(
                new JWSHeader.Builder(algorithm).type(JOSEObjectType.JWT).build(), claims.build());
        try {
            token.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalArgumentException("The key does not fit " + algorithm + ".", e);
        }
        return token.serialize();
    }
}
