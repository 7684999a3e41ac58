package io.penstock.egress.tls;

import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Believes what another one believes, where the key of the server's own certificate is among the pins (RFC 7469, 2.4). The certificates that
 * the server sends along do not count: it may send whichever it likes.
 */
final class Pinned extends X509ExtendedTrustManager {

    private final X509ExtendedTrustManager trusted;
    private final Set<String> pins;

    /** @param pins empty for any */
    Pinned(X509ExtendedTrustManager trusted, List<String> pins) {
        this.trusted = trusted;
        this.pins = Set.copyOf(pins);
    }

    /** A certificate that is itself among the authorities is believed by the platform for ever. */
    private void demandValidAndPinned(X509Certificate[] chain) throws CertificateException {
        chain[0].checkValidity();
        if (!pins.isEmpty() && !pins.contains(pin(chain[0]))) {
            throw new OtherKey();
        }
    }

    private static String pin(X509Certificate certificate) {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            byte[] digest = sha.digest(certificate.getPublicKey().getEncoded());
            return "sha256/" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        trusted.checkServerTrusted(chain, type, engine);
        demandValidAndPinned(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        trusted.checkServerTrusted(chain, type, socket);
        demandValidAndPinned(chain);
    }

    /** Nobody asks without a connection, whose host name could not be verified. */
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw new CertificateException("A server is trusted on its connection only");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        throw new CertificateException("These connections are never a server's");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        throw new CertificateException("These connections are never a server's");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw new CertificateException("These connections are never a server's");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return trusted.getAcceptedIssuers();
    }
}
