package io.penstock.caller.proxy;

import io.netty.handler.codec.http.HttpRequest;
import io.penstock.ingress.Sender;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** A connection with the proxy's own certificate, which the server has verified: one of its alternative names has to be the proxy's. */
final class Certificate implements Proof {

    private final String name;

    Certificate(String name) {
        this.name = name;
    }

    @Override
    public List<String> headers() {
        return List.of();
    }

    @Override
    public Verdict of(HttpRequest request, Sender sender, Instant now) {
        X509Certificate certificate = certificate(sender);
        return new Verdict(certificate != null && isNamed(certificate), null);
    }

    private static @Nullable X509Certificate certificate(Sender sender) {
        try {
            return sender.tls() != null && sender.tls().getPeerCertificates()[0] instanceof X509Certificate shown
                    ? shown
                    : null;
        } catch (SSLPeerUnverifiedException e) {
            return null; // it showed none
        }
    }

    private boolean isNamed(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names != null && names.stream().anyMatch(typed -> name.equals(typed.get(1)));
        } catch (CertificateParsingException e) {
            return false;
        }
    }
}
