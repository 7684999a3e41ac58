package io.penstock.egress.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A certificate that signs itself, with its key, made by the JDK's own tool. */
public record Certificates(X509Certificate certificate, PrivateKey privateKey) {

    private static final String PASSWORD = "changeit-1";

    /** One for a host, good for two days. */
    public static Certificates of(String name, Path folder) {
        return made(name, folder, "EC", List.of("-groupname", "secp256r1", "-validity", "2"));
    }

    public static Certificates rsa(String name, Path folder) {
        return made(name, folder, "RSA", List.of("-keysize", "2048", "-validity", "2"));
    }

    /** One that was good for a day, and is no more. */
    public static Certificates expired(String name, Path folder) {
        return made(name, folder, "EC", List.of("-groupname", "secp256r1", "-startdate", "-3d", "-validity", "1"));
    }

    private static Certificates made(String name, Path folder, String algorithm, List<String> more) {
        Path file = folder.resolve(name + "-" + algorithm + System.nanoTime() + ".p12");
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "it",
                "-keyalg",
                algorithm,
                "-dname",
                "CN=" + name,
                "-ext",
                "san=dns:" + name,
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD));
        command.addAll(more);
        try {
            var keytool = new ProcessBuilder(command).inheritIO().start();
            if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new IllegalStateException("keytool failed");
            }
            var store = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(file)) {
                store.load(in, PASSWORD.toCharArray());
            }
            return new Certificates((X509Certificate) store.getCertificate("it"), (PrivateKey)
                    store.getKey("it", PASSWORD.toCharArray()));
        } catch (IOException | InterruptedException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public String pem() {
        try {
            return block("CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public String key() {
        return block("PRIVATE KEY", privateKey.getEncoded());
    }

    public String pin() {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            return "sha256/"
                    + Base64.getEncoder()
                            .encodeToString(
                                    sha.digest(certificate.getPublicKey().getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String block(String type, byte[] der) {
        var lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
        return "-----BEGIN " + type + "-----\n" + lines.encodeToString(der) + "\n-----END " + type + "-----\n";
    }
}
