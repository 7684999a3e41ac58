package io.penstock.mcp;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Tokens of users who are no administrators. */
final class Bearers {

    private Bearers() {}

    /** A token that is good for ten minutes. */
    static String token(String secret, String user) {
        return token(secret, user, null);
    }

    /** The same, with which scopes it has. */
    static String token(String secret, String user, List<String> scopes) {
        try {
            var claims = new JWTClaimsSet.Builder()
                    .claim("scopes", scopes)
                    .subject(user)
                    .issuer("penstock")
                    .audience("penstock")
                    .claim("iat", Instant.now().getEpochSecond())
                    .claim("exp", Instant.now().getEpochSecond() + 600)
                    .jwtID(UUID.randomUUID().toString())
                    .build();
            var jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
            jwt.sign(new MACSigner(secret));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
