package io.penstock.egress.tls;

import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Makes the contexts of connections that go by an {@link Identity}. Host names are verified in all of them. */
public final class Trust {

    private static final ApplicationProtocolConfig OFFERED = new ApplicationProtocolConfig(
            Protocol.ALPN,
            SelectorFailureBehavior.NO_ADVERTISE,
            SelectedListenerFailureBehavior.ACCEPT,
            ApplicationProtocolNames.HTTP_2,
            ApplicationProtocolNames.HTTP_1_1);

    private final X509ExtendedTrustManager platform;

    private Trust(X509ExtendedTrustManager platform) {
        this.platform = platform;
    }

    /** With the platform's authorities, which are read at once. */
    public static Trust ofPlatform() {
        try {
            return new Trust(manager(null));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The platform's authorities cannot be read", e);
        }
    }

    /** A context with what the identity has and nothing else. Throws {@link IllegalStateException} where that cannot be used. */
    public SslContext context(Identity identity) {
        try {
            var builder = SslContextBuilder.forClient()
                    .sslProvider(SslProvider.JDK)
                    .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                    .applicationProtocolConfig(OFFERED)
                    .trustManager(new Pinned(trusted(identity.authorities()), identity.pins()));
            if (identity.certificate() != null && identity.key() != null) {
                var chain = Pem.certificates(identity.certificate()).toArray(X509Certificate[]::new);
                builder.keyManager(Pem.key(identity.key()), chain);
            }
            return builder.build();
        } catch (Pem.Refused | GeneralSecurityException | IOException e) {
            throw new IllegalStateException("TLS of upstream " + identity.upstream() + " cannot be set up", e);
        }
    }

    private X509ExtendedTrustManager trusted(@Nullable String authorities)
            throws Pem.Refused, GeneralSecurityException, IOException {
        return authorities == null ? platform : manager(store(Pem.certificates(authorities)));
    }

    private static KeyStore store(List<X509Certificate> certificates) throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (int i = 0; i < certificates.size(); i++) {
            store.setCertificateEntry(Integer.toString(i), certificates.get(i));
        }
        return store;
    }

    private static X509ExtendedTrustManager manager(@Nullable KeyStore store) throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return Arrays.stream(factory.getTrustManagers())
                .filter(X509ExtendedTrustManager.class::isInstance)
                .map(X509ExtendedTrustManager.class::cast)
                .findFirst()
                .orElseThrow(() -> new GeneralSecurityException("No trust manager of X.509"));
    }
}
