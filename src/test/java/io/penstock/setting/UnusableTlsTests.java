package io.penstock.setting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

class UnusableTlsTests {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SSL is enabled but no trust material is configured for the default host|SERVER_SSL_CERTIFICATE: A certificate and its key",
                "Unable to create key store: Error reading certificate or key from file '/etc/tls.crt'|SPRING_SSL_BUNDLE_PEM_SERVER_KEYSTORE_CERTIFICATE: The file /etc/tls.crt",
                "Unable to create key store: Could not load store from '/etc/a.p12'|SERVER_SSL_KEYSTORE: The file /etc/a.p12",
                "Unable to create key store: Missing certificates or unrecognized format|SERVER_SSL_BUNDLE: Its certificate and its key"
            })
    void theSettingIsNamed(String message, String line) {
        var told = analyzer().analyze(new IllegalStateException("No start", new IllegalStateException(message)));

        assertThat(told).isNotNull();
        assertThat(told.getDescription()).startsWith(line);
    }

    @Test
    void aBundleThatIsNotThereIsNamedByItsSetting() {
        var told = analyzer().analyze(new IllegalStateException(new NoSuchSslBundleException("hush", "no")));

        assertThat(told).isNotNull();
        assertThat(told.getDescription())
                .startsWith("SERVER_SSL_BUNDLE: There is no bundle")
                .doesNotContain("hush");
    }

    @Test
    void whatIsAboutSomethingElseIsLeftToOthers() {
        assertThat(analyzer().analyze(new IllegalStateException("something else")))
                .isNull();
    }

    private static UnusableTls analyzer() {
        var environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "test",
                        Map.of(
                                "server.ssl.bundle", "server",
                                "server.ssl.key-store", "/etc/a.p12",
                                "SPRING_SSL_BUNDLE_PEM_SERVER_KEYSTORE_CERTIFICATE", "file:/etc/tls.crt")));
        return new UnusableTls(environment);
    }
}
