package io.penstock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.egress.tls.Certificates;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The whole gateway with TLS of its own, whose certificate is replaced while it runs. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "DATA_DIR=target/tls-reload-it",
            "AUTH_ENCRYPTION_SECRET=Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
            "JWT_SECRET_KEY=zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH",
            "penstock.health.poll=1h",
            "server.ssl.bundle=server",
            "spring.ssl.bundle.pem.server.reload-on-update=true",
            "spring.ssl.bundle.pem.server.keystore.verify-keys=true",
            "spring.ssl.bundle.watch.file.quiet-period=100ms"
        })
@DirtiesContext // else its files are watched when they are gone
class TlsReloadIT {

    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private static Path folder;

    @LocalServerPort
    private int port;

    @LocalManagementPort
    private int management;

    @DynamicPropertySource
    static void first(DynamicPropertyRegistry registry) throws IOException {
        replace(Certificates.of("first.example.com", folder));
        registry.add(
                "spring.ssl.bundle.pem.server.keystore.certificate",
                () -> folder.resolve("tls.crt").toString());
        registry.add(
                "spring.ssl.bundle.pem.server.keystore.private-key",
                () -> folder.resolve("tls.key").toString());
    }

    @Test
    void anotherCertificateIsShownToWhoComesAndNobodyIsCutOff() throws Exception {
        try (SSLSocket before = connected()) {
            assertThat(nameOf(before)).isEqualTo("CN=first.example.com");
            assertThat(asked(before)).isEqualTo("HTTP/1.1 200 OK");

            replace(Certificates.of("second.example.com", folder));

            await().atMost(LONG).untilAsserted(() -> assertThat(shown()).isEqualTo("CN=second.example.com"));
            assertThat(asked(before)).isEqualTo("HTTP/1.1 200 OK");
            whatCannotBeUsedIsLeft();
            assertThat(asked(before)).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    @Test
    void probesAndMetricsAreAskedForWithoutTls() throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + management + "/actuator/health/liveness"))
                .build();

        try (var client = HttpClient.newHttpClient()) {
            assertThat(client.send(request, BodyHandlers.discarding()).statusCode())
                    .isEqualTo(200);
        }
    }

    /** Half of a file, and a key of another certificate. */
    private void whatCannotBeUsedIsLeft() throws Exception {
        var third = Certificates.of("third.example.com", folder);
        put("tls.crt", third.pem().substring(0, 80));
        stays();
        put("tls.crt", third.pem());
        stays();

        put("tls.key", third.key());

        await().atMost(LONG).untilAsserted(() -> assertThat(shown()).isEqualTo("CN=third.example.com"));
    }

    private void stays() {
        await().during(Duration.ofSeconds(2))
                .atMost(LONG)
                .untilAsserted(() -> assertThat(shown()).isEqualTo("CN=second.example.com"));
    }

    private static void replace(Certificates certificates) throws IOException {
        put("tls.key", certificates.key());
        put("tls.crt", certificates.pem());
    }

    /** At once, as it should be done. */
    private static void put(String name, String text) throws IOException {
        Path next = Files.writeString(folder.resolve(name + ".next"), text);
        var _ = Files.move(next, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private String shown() throws Exception {
        try (SSLSocket socket = connected()) {
            return nameOf(socket);
        }
    }

    private SSLSocket connected() throws Exception {
        var anybody = SSLContext.getInstance("TLS");
        anybody.init(null, new TrustManager[] {new Anybody()}, new SecureRandom());
        var socket = (SSLSocket) anybody.getSocketFactory().createSocket("localhost", port);
        socket.setSoTimeout((int) LONG.toMillis());
        return socket;
    }

    private static String nameOf(SSLSocket socket) throws IOException {
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                .getSubjectX500Principal()
                .getName();
    }

    /** The line of the status; the rest of the answer is read too. */
    private static String asked(SSLSocket socket) throws IOException {
        socket.getOutputStream()
                .write("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        var reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        String status = reader.readLine();
        int length = 0;
        for (String line = reader.readLine(); line != null && !line.isEmpty(); line = reader.readLine()) {
            length = line.regionMatches(true, 0, "content-length:", 0, 15)
                    ? Integer.parseInt(line.substring(15).strip())
                    : length;
        }
        var _ = reader.skip(length);
        return status;
    }

    /** Only what is shown matters here. */
    private static final class Anybody implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
