package io.penstock.mcp;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Instant;
import java.util.UUID;

/** Tokens of users who are no administrators. */
final class Bearers {

    private Bearers() {}

    /** A token that is good for ten minutes. */
    static String token(String secret, String user) {
        try {
            var claims = new JWTClaimsSet.Builder()
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
