package io.penstock.egress.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PemTests {

    @TempDir
    private static Path folder;

    /** As it comes out of a field of one line, which takes the ends of lines out. */
    @Test
    void aKeyIsReadThoughItsLinesAreOne() throws Exception {
        var ec = Certificates.of("ec", folder);

        assertThat(Pem.key(ec.key().replaceAll("\\R", ""))).isEqualTo(Pem.key(ec.key()));
    }

    @Test
    void readsCertificatesAndTheKeyThatFits() throws Exception {
        var ec = Certificates.of("ec", folder);
        var rsa = Certificates.rsa("rsa", folder);

        var found = Pem.certificates(ec.pem() + "\nwords between\n" + rsa.pem());

        assertThat(found).containsExactly(ec.certificate(), rsa.certificate());
        assertThat(Pem.fits(Pem.key(ec.key()), found.getFirst())).isTrue();
        assertThat(Pem.fits(Pem.key(rsa.key()), found.getLast())).isTrue();
        assertThat(Pem.fits(Pem.key(rsa.key()), found.getFirst())).isFalse();
        assertThat(Pem.fits(Pem.key(Certificates.of("ec2", folder).key()), found.getFirst()))
                .isFalse();
    }

    @Test
    void saysWhatIsWrongAndWhatWouldBeRight() {
        assertThatThrownBy(() -> Pem.certificates("x")).hasMessageContaining("must be PEM");
        assertThatThrownBy(() -> Pem.certificates(Certificates.of("a", folder).key()))
                .hasMessageContaining("block of type PRIVATE KEY");
        assertThatThrownBy(() -> Pem.certificates("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"))
                .hasMessageContaining("no X.509 certificate");
        assertThatThrownBy(() -> Pem.key("x")).hasMessageContaining("must be PEM");
        assertThatThrownBy(() ->
                        Pem.key("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----"))
                .hasMessageContaining("has a passphrase");
        assertThatThrownBy(() -> Pem.key("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----"))
                .hasMessageContaining("openssl pkcs8");
        assertThatThrownBy(() -> Pem.key("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"))
                .hasMessageContaining("no key that TLS can use");
    }
}
