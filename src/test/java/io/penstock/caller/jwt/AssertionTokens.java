package io.penstock.caller.jwt;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import reactor.core.scheduler.Schedulers;

/** Assertions of an identity-aware proxy, and what verifies them, for the tests of other packages. */
public final class AssertionTokens {

    public static final Instant NOW = Instant.parse("2026-11-21T07:00:00Z");

    private static final String ISSUER = "https://team.cloudflareaccess.example";
    private static final String AUDIENCE = "the-application";

    private AssertionTokens() {}

    public static Assertions assertions(String groupsClaim) {
        return new Assertions(
                ISSUER,
                AUDIENCE,
                groupsClaim,
                false,
                Keys.fixed(Tokens.EC.toPublicJWK()),
                InstantSource.fixed(NOW),
                Schedulers.immediate());
    }

    public static String of(String email) {
        return signed(Tokens.EC, claims().claim("email", email));
    }

    public static String of(String email, Object groups) {
        return signed(Tokens.EC, claims().claim("email", email).claim("member_of", groups));
    }

    public static String ofAnotherIssuer() {
        return signed(Tokens.EC, claims().issuer("https://other.example"));
    }

    public static String forAnotherAudience() {
        return signed(Tokens.EC, claims().audience("another-application"));
    }

    public static String ofAnotherKey() {
        return signed(Tokens.ec("ec-1"), claims());
    }

    public static String expired() {
        return signed(
                Tokens.EC, Tokens.claims(NOW.minusSeconds(3600)).issuer(ISSUER).audience(AUDIENCE));
    }

    /** As an AWS load balancer writes it: no audience, the signer in the header, Base64 with its padding. */
    static String ofALoadBalancer(ECKey key, String signer, JWTClaimsSet claims) {
        try {
            String header = "{\"typ\":\"JWT\",\"kid\":\"" + key.getKeyID() + "\",\"alg\":\"ES256\",\"iss\":\""
                    + claims.getIssuer() + "\",\"client\":\"the-client\",\"signer\":\"" + signer
                    + "\",\"exp\":1795244400}";
            var base64 = Base64.getUrlEncoder();
            String input = base64.encodeToString(header.getBytes(UTF_8)) + "."
                    + base64.encodeToString(claims.toString().getBytes(UTF_8));
            var signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initSign(key.toPrivateKey());
            signature.update(input.getBytes(UTF_8));
            return input + "." + base64.encodeToString(signature.sign());
        } catch (GeneralSecurityException | JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JWTClaimsSet.Builder claims() {
        return Tokens.claims(NOW).issuer(ISSUER).audience(AUDIENCE);
    }

    private static String signed(JWK key, JWTClaimsSet.Builder claims) {
        return Tokens.sign(key, JWSAlgorithm.ES256, claims.build());
    }
}
