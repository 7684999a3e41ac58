package io.penstock.egress.tls;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** Certificates and keys as text (RFC 7468). */
public final class Pem {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

    /** Of each kind of key that TLS takes, with what a signature of it is called. */
    private static final List<String> KINDS = List.of("RSA", "EC", "Ed25519", "Ed448");

    private static final int MOST = 500;

    private Pem() {}

    /** A text that is not what it should be; the message says what would be, and nothing of the text. */
    public static final class Refused extends Exception {

        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message, null, false, false);
        }
    }

    /** At least one. */
    public static List<X509Certificate> certificates(String text) throws Refused {
        var found = new ArrayList<X509Certificate>();
        var blocks = BLOCK.matcher(text);
        while (blocks.find()) {
            if (!blocks.group(1).equals("CERTIFICATE")) {
                throw new Refused("must hold certificates only, and has a block of type " + shortened(blocks.group(1)));
            }
            if (found.size() == MOST) {
                throw new Refused("must hold at most " + MOST + " certificates");
            }
            found.add(certificate(decoded(blocks.group(2))));
        }
        if (found.isEmpty()) {
            throw new Refused("must be PEM: a text that begins with -----BEGIN CERTIFICATE-----");
        }
        return found;
    }

    private static X509Certificate certificate(byte[] der) throws Refused {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            throw new Refused("holds a block that is no X.509 certificate");
        }
    }

    /** A key without a passphrase (RFC 5958). */
    public static PrivateKey key(String text) throws Refused {
        var blocks = BLOCK.matcher(text);
        if (!blocks.find()) {
            throw new Refused(
                    text.contains("Proc-Type: 4,ENCRYPTED")
                            ? encrypted()
                            : "must be PEM: a text that begins with -----BEGIN PRIVATE KEY-----");
        }
        String type = blocks.group(1);
        if (type.equals("ENCRYPTED PRIVATE KEY")) {
            throw new Refused(encrypted());
        }
        if (!type.equals("PRIVATE KEY")) {
            throw new Refused("is of type " + shortened(type)
                    + ": turn it into PKCS #8 with openssl pkcs8 -topk8 -nocrypt, which begins with -----BEGIN PRIVATE"
                    + " KEY-----");
        }
        byte[] der = decoded(blocks.group(2));
        for (String kind : KINDS) {
            try {
                return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (GeneralSecurityException e) {
                // it may be of the next kind
            }
        }
        throw new Refused("is no key that TLS can use here: RSA, EC on P-256, P-384 or P-521, Ed25519 or Ed448");
    }

    private static String encrypted() {
        return "has a passphrase: send it without one (openssl pkcs8 -topk8 -nocrypt); it is sealed here";
    }

    private static byte[] decoded(String base64) throws Refused {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new Refused("holds a block that is not Base64");
        }
    }

    private static String shortened(String type) {
        return type.substring(0, Math.min(type.length(), 40));
    }

    /** Whether the key is that of the certificate: what the one signs the other verifies. */
    public static boolean fits(PrivateKey key, X509Certificate certificate) {
        try {
            byte[] proof = {1, 2, 3};
            var signing = Signature.getInstance(algorithm(certificate));
            signing.initSign(key);
            signing.update(proof);
            byte[] signature = signing.sign();
            var verifying = Signature.getInstance(algorithm(certificate));
            verifying.initVerify(certificate.getPublicKey());
            verifying.update(proof);
            return verifying.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static String algorithm(X509Certificate certificate) {
        var key = certificate.getPublicKey();
        if (key instanceof ECPublicKey) {
            return "SHA256withECDSA";
        }
        return key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : key.getAlgorithm();
    }
}
