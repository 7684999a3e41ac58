package io.penstock.oauth.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.penstock.vault.Secret;
import java.math.BigInteger;
import java.security.Key;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** Keys as operators send them, and what they send instead. */
class AssertionKeyTests {

    private static final JWTClaimsSet CLAIMS =
            new JWTClaimsSet.Builder().subject("id").build();

    private static String pem(String type, Key key) {
        return "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(key.getEncoded())
                + "\n-----END " + type + "-----\n";
    }

    private static SignedJWT signed(String text, String id) throws Exception {
        return SignedJWT.parse(AssertionKey.read(new Secret(text)).sign(CLAIMS, id));
    }

    private static void refused(String text, String... message) {
        assertThatThrownBy(() -> AssertionKey.read(new Secret(text)))
                .isInstanceOf(AssertionKey.Refused.class)
                .message()
                .contains(message);
    }

    @Test
    void anRsaKeyOfPemSignsWithWhatMostServersTake() throws Exception {
        var key = new RSAKeyGenerator(2048).generate();

        var jwt = signed("\n " + pem("PRIVATE KEY", key.toRSAPrivateKey()), "mine");

        assertThat(jwt.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.RS256);
        assertThat(jwt.getHeader().getKeyID()).isEqualTo("mine");
        assertThat(jwt.verify(new RSASSAVerifier(key.toRSAPublicKey()))).isTrue();
    }

    @Test
    void aKeyOfACurveSignsWithItsAlgorithm() throws Exception {
        var small = new ECKeyGenerator(Curve.P_256).keyID("its own").generate();
        var large = new ECKeyGenerator(Curve.P_384).generate();

        var jwk = signed(small.toJSONString(), null);
        var pem = signed(pem("PRIVATE KEY", large.toECPrivateKey()), null);

        assertThat(jwk.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.ES256);
        assertThat(jwk.getHeader().getKeyID()).isEqualTo("its own");
        assertThat(jwk.verify(new ECDSAVerifier(small.toECPublicKey()))).isTrue();
        assertThat(pem.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.ES384);
        assertThat(pem.getHeader().getKeyID()).isNull();
        assertThat(pem.verify(new ECDSAVerifier(large.toECPublicKey()))).isTrue();
    }

    @Test
    void whatAJwkSaysIsDone() throws Exception {
        var key = new RSAKeyGenerator(2048)
                .algorithm(JWSAlgorithm.PS256)
                .keyID("its own")
                .generate();

        var jwt = signed(key.toJSONString(), "mine");

        assertThat(jwt.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.PS256);
        assertThat(jwt.getHeader().getKeyID()).isEqualTo("mine");
        assertThat(jwt.verify(new RSASSAVerifier(key.toRSAPublicKey()))).isTrue();
        refused(
                new RSAKeyGenerator(2048)
                        .algorithm(JWSAlgorithm.ES256)
                        .generate()
                        .toJSONString(),
                "alg",
                "RS256");
    }

    @Test
    void whatIsNoPrivateKeyIsRefusedWithWhatWouldBeRight() throws Exception {
        var rsa = new RSAKeyGenerator(2048).generate();

        refused("s3cret", "must be a private key", "BEGIN PRIVATE KEY", "JWK");
        refused("{\"keys\":[]}", "is no JWK");
        refused("{", "is no JWK");
        refused(rsa.toPublicJWK().toJSONString(), "is a public key");
        refused(pem("PUBLIC KEY", rsa.toRSAPublicKey()), "holds no private key");
        refused(pem("RSA PRIVATE KEY", rsa.toRSAPrivateKey()), "PKCS #8", "openssl pkcs8");
        refused(pem("ENCRYPTED PRIVATE KEY", rsa.toRSAPrivateKey()), "passphrase");
        refused("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "2048 to 4096");
        refused(new OctetSequenceKeyGenerator(256).generate().toJSONString(), "an RSA key");
        refused(
                new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(new byte[32]))
                        .d(Base64URL.encode(new byte[32]))
                        .build()
                        .toJSONString(),
                "an RSA key");
    }

    @Test
    void aKeyOfAnotherSizeOrCurveIsRefused() throws Exception {
        var small = KeyPairGenerator.getInstance("RSA");
        small.initialize(1024);
        var curve = KeyPairGenerator.getInstance("EC");
        curve.initialize(new ECGenParameterSpec("secp521r1"));

        refused(pem("PRIVATE KEY", small.generateKeyPair().getPrivate()), "1024 bits", "2048 to 4096");
        refused(new RSAKeyGenerator(1024, true).generate().toJSONString(), "1024 bits");
        refused(pem("PRIVATE KEY", curve.generateKeyPair().getPrivate()), "another curve", "P-256");
        refused(new ECKeyGenerator(Curve.P_521).generate().toJSONString(), "another curve");
    }

    /** One larger than is taken need not be made for it: its modulus tells. */
    @Test
    void aKeyThatWouldSignTooSlowlyIsRefused() {
        String modulus =
                Base64URL.encode(BigInteger.TWO.pow(8191).add(BigInteger.ONE)).toString();

        refused(
                "{\"kty\":\"RSA\",\"n\":\"" + modulus + "\",\"e\":\"AQAB\",\"d\":\"" + modulus + "\"}",
                "8192 bits",
                "4096");
    }
}
