package io.penstock.egress.tls;

import java.security.cert.CertificateException;

/** The upstream's certificate is believed, and its key is none of the pinned ones. */
public final class OtherKey extends CertificateException {

    private static final long serialVersionUID = 1L;

    OtherKey() {
        super("The key of the certificate is none of those that are pinned");
    }
}
