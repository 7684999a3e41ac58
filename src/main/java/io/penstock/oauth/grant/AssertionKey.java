package io.penstock.oauth.grant;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.penstock.egress.tls.Pem;
import io.penstock.vault.Secret;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.text.ParseException;
import org.jspecify.annotations.Nullable;

/** A private key that a client signs with, with the algorithm that servers expect of it. */
public final class AssertionKey {

    private static final int SMALLEST = 2048;

    /** Signing takes eight times as long for twice the size. */
    private static final int LARGEST = 4096;

    private static final String RIGHT = "an RSA key of 2048 to 4096 bits, or an EC key on P-256 or P-384";

    private final JWSSigner signer;
    private final JWSAlgorithm algorithm;
    private final @Nullable String id;

    private AssertionKey(JWSSigner signer, JWSAlgorithm algorithm, @Nullable String id) {
        this.signer = signer;
        this.algorithm = algorithm;
        this.id = id;
    }

    /** A text that is no such key; the message says what would be, and nothing of the text. */
    public static final class Refused extends Exception {

        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message, null, false, false);
        }
    }

    /** Of PEM (PKCS #8, RFC 5958) or of a JWK (RFC 7517), whose {@code alg} wins over what is usual. */
    public static AssertionKey read(Secret secret) throws Refused {
        String text = secret.reveal().strip();
        try {
            return text.startsWith("{") ? ofJwk(text) : of(pem(text), null, null);
        } catch (JOSEException e) {
            throw new Refused("must be " + RIGHT);
        }
    }

    private static AssertionKey ofJwk(String text) throws Refused, JOSEException {
        JWK jwk = jwk(text);
        if (!(jwk instanceof RSAKey || jwk instanceof ECKey)) {
            throw new Refused("must be " + RIGHT);
        }
        if (!jwk.isPrivate()) {
            throw new Refused("is a public key: send the private one (a JWK with d); the server has the public one");
        }
        PrivateKey key = jwk instanceof RSAKey rsa
                ? rsa.toRSAPrivateKey()
                : jwk.toECKey().toECPrivateKey();
        return of(key, jwk.getAlgorithm(), jwk.getKeyID());
    }

    private static JWK jwk(String text) throws Refused {
        try {
            return JWK.parse(text);
        } catch (ParseException | IllegalArgumentException e) {
            // its message may quote the key
            throw new Refused("is no JWK (RFC 7517): a JSON object of one key, with kty");
        }
    }

    private static PrivateKey pem(String text) throws Refused {
        if (!text.contains("-----BEGIN ")) {
            throw new Refused("must be a private key: PEM that begins with -----BEGIN PRIVATE KEY-----, or a JWK");
        }
        if (!text.contains("PRIVATE KEY-----")) {
            throw new Refused("holds no private key: send that, which begins with -----BEGIN PRIVATE KEY-----;"
                    + " the server has the public one");
        }
        try {
            return Pem.key(text);
        } catch (Pem.Refused refused) {
            throw new Refused(
                    text.contains("-----BEGIN PRIVATE KEY-----")
                            ? "must be " + RIGHT
                            : String.valueOf(refused.getMessage()));
        }
    }

    private static AssertionKey of(PrivateKey key, @Nullable Algorithm named, @Nullable String id)
            throws Refused, JOSEException {
        return switch (key) {
            case RSAPrivateKey rsa -> {
                int bits = rsa.getModulus().bitLength();
                if (bits < SMALLEST || bits > LARGEST) {
                    throw new Refused("is an RSA key of " + bits + " bits: it must be " + RIGHT);
                }
                yield of(new RSASSASigner(rsa), JWSAlgorithm.RS256, named, id);
            }
            case ECPrivateKey ec -> {
                Curve curve = Curve.forECParameterSpec(ec.getParams());
                if (!Curve.P_256.equals(curve) && !Curve.P_384.equals(curve)) {
                    throw new Refused("is an EC key on another curve: it must be " + RIGHT);
                }
                yield of(
                        new ECDSASigner(ec),
                        Curve.P_256.equals(curve) ? JWSAlgorithm.ES256 : JWSAlgorithm.ES384,
                        named,
                        id);
            }
            default -> throw new Refused("must be " + RIGHT);
        };
    }

    private static AssertionKey of(JWSSigner signer, JWSAlgorithm usual, @Nullable Algorithm named, @Nullable String id)
            throws Refused {
        JWSAlgorithm algorithm = named == null ? usual : JWSAlgorithm.parse(named.getName());
        if (!signer.supportedJWSAlgorithms().contains(algorithm)) {
            throw new Refused("has an alg that a key of its kind cannot sign with: leave it out, or write " + usual);
        }
        return new AssertionKey(signer, algorithm, id);
    }

    /** @param id what the server knows the key by; null for what the JWK says */
    String sign(JWTClaimsSet claims, @Nullable String id) throws JOSEException {
        var header = new JWSHeader.Builder(algorithm)
                .keyID(id == null ? this.id : id)
                .build();
        var jwt = new SignedJWT(header, claims);
        jwt.sign(signer);
        return jwt.serialize();
    }
}
