package io.penstock.caller.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.wire.Request;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.function.Consumer;

/** Tokens and keys for tests, and a clock that is moved by hand. */
class Tokens {

    static final String SECRET = "kP7vXq2m9sR4tY8wZ1bN6cD3fG5hJ0kLQ7rT4uV8xA2bC6dE9fH1jK3mN5pS7wY0";
    static final RSAKey RSA = rsa("rsa-1");
    static final ECKey EC = ec("ec-1");

    static final class Clock implements InstantSource {
        private volatile Instant now = Instant.parse("2026-11-21T07:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        void advance(Duration by) {
            now = now.plus(by);
        }
    }

    static JWTClaimsSet.Builder claims(Instant now) {
        return new JWTClaimsSet.Builder()
                .issuer("penstock")
                .audience("penstock")
                .subject("alice@example.com")
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(600)));
    }

    static JWSHeader.Builder header(JWK key, JWSAlgorithm algorithm) {
        return new JWSHeader.Builder(algorithm).type(JOSEObjectType.JWT).keyID(key.getKeyID());
    }

    static String sign(JWK key, JWSAlgorithm algorithm, JWTClaimsSet claims) {
        return sign(key, header(key, algorithm).build(), claims);
    }

    static String sign(JWK key, JWSHeader header, JWTClaimsSet claims) {
        try {
            var token = new SignedJWT(header, claims);
            token.sign(signer(key));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static JWSSigner signer(JWK key) throws JOSEException {
        return switch (key) {
            case RSAKey rsa -> new RSASSASigner(rsa);
            case ECKey ec -> new ECDSASigner(ec);
            case OctetSequenceKey secret -> new MACSigner(secret);
            default -> throw new IllegalArgumentException();
        };
    }

    static OctetSequenceKey secret(String text) {
        return new OctetSequenceKey.Builder(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)).build();
    }

    static RSAKey rsa(String kid) {
        try {
            return new RSAKeyGenerator(2048).keyID(kid).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static ECKey ec(String kid) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(kid).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static Request bearer(String token) {
        return request("/gateways/7/mcp", headers -> headers.set("authorization", "Bearer " + token));
    }

    static Request request(String path, Consumer<HttpHeaders> change) {
        HttpHeaders headers = new DefaultHttpHeaders();
        change.accept(headers);
        return new Request("POST", path, headers, InetSocketAddress.createUnresolved("client", 1), "correlation");
    }

    static List<JWK> published(JWK... keys) {
        return java.util.Arrays.stream(keys).map(JWK::toPublicJWK).toList();
    }
}
