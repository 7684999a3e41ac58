package io.penstock.caller.jwt;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys in PEM files (RFC 7468). Messages name the file and what would be right, never its content. */
final class KeyFiles {

    private static final Pattern PEM =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

    private KeyFiles() {}

    /** A block of a PEM file. */
    private record Block(String label, byte[] bytes) {}

    /** The public key for that algorithm. @throws IllegalArgumentException where the file holds none */
    static JWK publicKey(Path file, JWSAlgorithm algorithm) {
        Block block = read(file);
        try {
            PublicKey key = switch (block.label()) {
                case "PUBLIC KEY" -> factory(algorithm).generatePublic(new X509EncodedKeySpec(block.bytes()));
                case "CERTIFICATE" ->
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(block.bytes()))
                            .getPublicKey();
                default -> throw unfit(file, "a PUBLIC KEY or a CERTIFICATE for " + algorithm);
            };
            return switch (key) {
                case RSAPublicKey rsa
                when JWSAlgorithm.Family.RSA.contains(algorithm) -> new RSAKey.Builder(rsa).build();
                case ECPublicKey ec
                when Curve.forJWSAlgorithm(algorithm).contains(Curve.forECParameterSpec(ec.getParams())) ->
                    new ECKey.Builder(Curve.forECParameterSpec(ec.getParams()), ec).build();
                default -> throw unfit(file, "a key for " + algorithm);
            };
        } catch (GeneralSecurityException e) {
            throw unfit(file, "a PUBLIC KEY or a CERTIFICATE for " + algorithm);
        }
    }

    /** The private key for that algorithm. @throws IllegalArgumentException where the file holds none */
    static PrivateKey privateKey(Path file, JWSAlgorithm algorithm) {
        Block block = read(file);
        String right = "a PRIVATE KEY for " + algorithm + " (PKCS#8; openssl pkcs8 -topk8 -nodes converts others)";
        if (!block.label().equals("PRIVATE KEY")) {
            throw unfit(file, right);
        }
        try {
            return factory(algorithm).generatePrivate(new PKCS8EncodedKeySpec(block.bytes()));
        } catch (GeneralSecurityException e) {
            throw unfit(file, right);
        }
    }

    private static Block read(Path file) {
        try {
            Matcher pem = PEM.matcher(Files.readString(file));
            if (pem.find()) {
                return new Block(pem.group(1), Base64.getMimeDecoder().decode(pem.group(2)));
            }
            throw unfit(file, "a key in PEM form (-----BEGIN ...-----)");
        } catch (IOException e) {
            throw new IllegalArgumentException("The file " + file + " cannot be read", e);
        }
    }

    private static KeyFactory factory(JWSAlgorithm algorithm) throws GeneralSecurityException {
        return KeyFactory.getInstance(JWSAlgorithm.Family.RSA.contains(algorithm) ? "RSA" : "EC");
    }

    private static IllegalArgumentException unfit(Path file, String right) {
        return new IllegalArgumentException("The file " + file + " holds something else than " + right);
    }
}
